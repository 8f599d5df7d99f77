package io.managedkeys.registry;

import io.managedkeys.KeyRef;
import io.managedkeys.Namespace;
import io.managedkeys.Subject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way through the registry's chain, as interceptors see it. Holds no data.
 *
 * @param operation what it does
 * @param namespace where the key is
 * @param subject who calls, or null for the host itself
 * @param ref the key
 * @param keyId the entry's id, or null when a look-up found none
 * @param backendType the backend's type, or null when a look-up found none
 * @param algorithm the algorithm's name, or null where there is none
 * @param size the input's length in bytes
 */
public record Call(
    Operation operation,
    Namespace namespace,
    @Nullable Subject subject,
    KeyRef ref,
    @Nullable UUID keyId,
    @Nullable String backendType,
    @Nullable String algorithm,
    long size) {}
