package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;

/** Finds the version an operation names: first its name, then its purpose, then its state. */
final class Lookup {
  private final Inventory inventory;

  Lookup(Inventory inventory) {
    this.inventory = inventory;
  }

  StoredVersion.Usable version(String name, CryptoKeyPurpose purpose) {
    synchronized (inventory) {
      StoredVersion version = inventory.version(name);
      require(name, version.algorithm().purpose(), purpose);
      return version.usable();
    }
  }

  /** For Encrypt, which takes a key, meaning its primary version, or a version. */
  StoredVersion.Usable keyOrVersion(String name, CryptoKeyPurpose purpose) {
    if (ResourceNames.isVersion(name)) {
      return version(name, purpose);
    }
    synchronized (inventory) {
      StoredKey key = inventory.key(name);
      require(name, key.proto().getPurpose(), purpose);
      return key.primaryVersion().usable();
    }
  }

  StoredKey key(String name, CryptoKeyPurpose purpose) {
    StoredKey key = inventory.key(name);
    require(name, key.proto().getPurpose(), purpose);
    return key;
  }

  static void require(String name, CryptoKeyPurpose actual, CryptoKeyPurpose wanted) {
    if (actual != wanted) {
      throw KmsFailure.precondition(
          name,
          "KEY_PURPOSE",
          name + " has the purpose " + actual + "; this operation needs " + wanted + ".");
    }
  }
}
