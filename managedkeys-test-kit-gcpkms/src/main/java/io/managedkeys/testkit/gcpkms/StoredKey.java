package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CryptoKey;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A crypto key, its versions by number, and which of them is primary. */
final class StoredKey {
  private CryptoKey proto;
  private final NavigableMap<Integer, StoredVersion> versions = new TreeMap<>();
  private int primary;

  StoredKey(CryptoKey proto) {
    this.proto = proto;
  }

  /** The key as the service shows it, its primary version included. */
  CryptoKey proto() {
    StoredVersion version = versions.get(primary);
    return version == null ? proto : proto.toBuilder().setPrimary(version.proto()).build();
  }

  void proto(CryptoKey changed) {
    this.proto = changed.toBuilder().clearPrimary().build();
  }

  NavigableMap<Integer, StoredVersion> versions() {
    return versions;
  }

  int nextNumber() {
    return versions.isEmpty() ? 1 : versions.lastKey() + 1;
  }

  void primary(int number) {
    this.primary = number;
  }

  /**
   * @throws KmsFailure FAILED_PRECONDITION if the key has none
   */
  StoredVersion primaryVersion() {
    StoredVersion version = versions.get(primary);
    if (version == null) {
      throw KmsFailure.precondition(
          proto.getName(), "KEY_NO_PRIMARY", proto.getName() + " has no primary version.");
    }
    return version;
  }
}
