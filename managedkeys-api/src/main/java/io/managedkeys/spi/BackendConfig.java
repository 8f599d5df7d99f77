package io.managedkeys.spi;

import java.util.UUID;

/**
 * The configuration of one backend, checked by its provider's schema.
 *
 * @param name its name in the registry
 * @param id its id, which survives renaming
 * @param version counts the changes of its configuration
 * @param values its fields
 */
public record BackendConfig(String name, UUID id, long version, ConfigValues values) {}
