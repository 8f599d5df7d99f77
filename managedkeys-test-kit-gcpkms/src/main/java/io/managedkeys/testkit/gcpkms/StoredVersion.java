package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import org.jspecify.annotations.Nullable;

/** A crypto key version and its material. Guarded by {@link Inventory}'s lock. */
final class StoredVersion {
  private CryptoKeyVersion proto;
  private @Nullable KeyMaterial material;
  private @Nullable String importedFingerprint;

  StoredVersion(CryptoKeyVersion proto) {
    this.proto = proto;
  }

  CryptoKeyVersion proto() {
    return proto;
  }

  void proto(CryptoKeyVersion changed) {
    this.proto = changed;
  }

  @Nullable KeyMaterial material() {
    return material;
  }

  void material(@Nullable KeyMaterial changed) {
    this.material = changed;
  }

  @Nullable String importedFingerprint() {
    return importedFingerprint;
  }

  void importedFingerprint(String fingerprint) {
    this.importedFingerprint = fingerprint;
  }

  KeyAlgorithm algorithm() {
    return KeyAlgorithm.of(proto.getAlgorithm());
  }

  /** What a cryptographic operation works with, once it has left the lock. */
  record Usable(CryptoKeyVersion proto, KeyAlgorithm algorithm, KeyMaterial material) {
    byte[] secret() {
      return ((KeyMaterial.Secret) material).bytes();
    }

    KeyMaterial.Pair pair() {
      return (KeyMaterial.Pair) material;
    }
  }

  /**
   * @throws KmsFailure FAILED_PRECONDITION unless the version is enabled
   */
  Usable usable() {
    if (proto.getState() != CryptoKeyVersionState.ENABLED || material == null) {
      throw KmsFailure.precondition(
          proto.getName(),
          "KEY_" + proto.getState().name(),
          proto.getName() + " is not enabled, current state is: " + proto.getState().name() + ".");
    }
    return new Usable(proto, algorithm(), material);
  }

  /** Refuses to change the state of a version that is pending, scheduled or destroyed. */
  void requireSwitchable() {
    CryptoKeyVersionState state = proto.getState();
    if (state != CryptoKeyVersionState.ENABLED && state != CryptoKeyVersionState.DISABLED) {
      throw new IllegalStateException(proto.getName() + " has the state " + state);
    }
  }
}
