package io.managedkeys.vault.transit;

import org.jspecify.annotations.Nullable;

/**
 * What an entry names.
 *
 * @param name the key's name in the mount
 * @param version its version, or 0 for the newest
 * @param context the derivation context of a derived key, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TransitEntry(String name, int version, byte @Nullable [] context) {}
