package io.managedkeys.local;

import io.managedkeys.KeyType;
import io.managedkeys.Usage;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One key as it is kept: what it is, what it may do, and its sealed material.
 *
 * @param identity what the sealed material is bound to
 * @param tag the id of the act that made it
 * @param usages what it was made for
 * @param extractable whether another key of the store may wrap it
 * @param enabled whether it may be used
 * @param destroyAt when it is to be gone, or null
 * @param spki the public key, or null for secret keys
 * @param chain DER certificates, leaf first
 * @param sealed the material, sealed by the store's {@link KeySealing}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KeyEntry(
    Identity identity,
    UUID tag,
    Set<Usage> usages,
    boolean extractable,
    boolean enabled,
    @Nullable Instant destroyAt,
    byte @Nullable [] spki,
    List<byte[]> chain,
    byte[] sealed) {

  /**
   * What a key's material is bound to: it can't be moved under another name or be taken for a key of
   * another type.
   */
  record Identity(String name, UUID id, KeyType type) {}

  KeyEntry {
    usages =
        Collections.unmodifiableSet(
            usages.isEmpty() ? EnumSet.noneOf(Usage.class) : EnumSet.copyOf(usages));
    chain = List.copyOf(chain);
  }

  String name() {
    return identity.name();
  }

  UUID id() {
    return identity.id();
  }

  KeyType type() {
    return identity.type();
  }

  /** The state in the words of {@code RemoteKey.state()}. */
  String state() {
    if (destroyAt != null) {
      return "pending-destruction";
    }
    return enabled ? "enabled" : "disabled";
  }

  KeyEntry withEnabled(boolean newEnabled) {
    return new KeyEntry(
        identity, tag, usages, extractable, newEnabled, destroyAt, spki, chain, sealed);
  }

  KeyEntry withDestroyAt(@Nullable Instant at) {
    return new KeyEntry(identity, tag, usages, extractable, enabled, at, spki, chain, sealed);
  }

  KeyEntry withChain(List<byte[]> newChain) {
    return new KeyEntry(
        identity, tag, usages, extractable, enabled, destroyAt, spki, newChain, sealed);
  }

  @Override
  public String toString() {
    return identity.name() + " (" + identity.type() + ", " + state() + ")";
  }
}
