package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.ProtectionLevel;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyLimits;
import io.managedkeys.NonceSource;
import org.jspecify.annotations.Nullable;

/**
 * A key version, or a service-versioned key, in our words.
 *
 * @param name the resource name: of a version, or of the crypto key where the service picks versions
 * @param protectionLevel the service's word, such as SOFTWARE or HSM
 * @param spki the public key, or null
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record KeyDescription(
    String name, VersionAlgorithm algorithm, String protectionLevel, byte @Nullable [] spki) {

  /** Names in pins; they must never change. */
  static final String ALGORITHM = "algorithm";

  static final String PROTECTION_LEVEL = "protection-level";

  /** The service's limit for every field of a request. */
  static final int FIELD_LIMIT = 64 * 1024;

  /** What an HSM key takes, plaintext and associated data together. */
  static final int HSM_LIMIT = 8 * 1024;

  boolean hsm() {
    return protectionLevel.startsWith(ProtectionLevel.HSM.name());
  }

  KeyInfo info() {
    int secretLimit = hsm() ? HSM_LIMIT : FIELD_LIMIT;
    KeyInfo.Builder info =
        KeyInfo.builder(algorithm.type())
            .spki(spki)
            .signs(algorithm.signs())
            .encrypts(algorithm.encrypts())
            .wraps(algorithm.wraps())
            .macs(algorithm.macs())
            .nonceSource(
                algorithm.encrypts().contains(EncryptionAlgorithm.AES_GCM)
                    ? NonceSource.BACKEND
                    : NonceSource.NONE)
            .limits(
                new KeyLimits(
                    messageLimit(),
                    algorithm.asymmetric() ? Integer.MAX_VALUE : secretLimit,
                    algorithm.asymmetric() ? algorithm.type().bits() / 8 : Integer.MAX_VALUE,
                    FIELD_LIMIT,
                    secretLimit))
            .resolvedId(name)
            .versionedByService(algorithm.versionedByService())
            .attribute(ALGORITHM, algorithm.id().name())
            .attribute(PROTECTION_LEVEL, protectionLevel);
    if (!algorithm.versionedByService()) {
      info.version(KeyRingName.last(name));
    }
    return info.build();
  }

  private int messageLimit() {
    // PKCS #1 v1.5 padding takes eleven bytes of the modulus.
    return algorithm.id().name().startsWith("RSA_SIGN_RAW_")
        ? algorithm.type().bits() / 8 - 11
        : FIELD_LIMIT;
  }
}
