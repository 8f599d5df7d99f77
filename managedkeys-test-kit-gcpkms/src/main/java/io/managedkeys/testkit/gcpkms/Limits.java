package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.ByteString;

/**
 * The service's size limits: 64 KiB for each field of a SOFTWARE key; for an HSM key, plaintext and
 * associated data together at most 8 KiB.
 */
final class Limits {
  static final int FIELD = 64 * 1024;
  private static final int HSM_TOTAL = 8 * 1024;

  /** Room for what encryption adds to a plaintext of the largest size. */
  private static final int CIPHERTEXT_OVERHEAD = 1024;

  private Limits() {}

  static void encrypt(CryptoKeyVersion version, ByteString plaintext, ByteString aad) {
    field("plaintext", plaintext, FIELD);
    field("additional_authenticated_data", aad, FIELD);
    if (version.getProtectionLevel() == ProtectionLevel.HSM
        && plaintext.size() + aad.size() > HSM_TOTAL) {
      throw KmsFailure.invalidArgument(
          "plaintext and additional_authenticated_data have "
              + (plaintext.size() + aad.size())
              + " bytes together; for an HSM key they may have at most 8192.");
    }
  }

  static void decrypt(ByteString ciphertext, ByteString aad) {
    if (ciphertext.isEmpty()) {
      throw KmsFailure.invalidArgument("ciphertext is empty.");
    }
    field("ciphertext", ciphertext, FIELD + CIPHERTEXT_OVERHEAD);
    field("additional_authenticated_data", aad, FIELD);
  }

  /** What is authenticated: on the wire an empty field is one that was not set. */
  static void message(ByteString data) {
    if (data.isEmpty()) {
      throw KmsFailure.invalidArgument("data is empty.");
    }
    field("data", data, FIELD);
  }

  static void field(String name, ByteString data, int largest) {
    if (data.size() > largest) {
      throw KmsFailure.invalidArgument(
          name + " has " + data.size() + " bytes; it may have at most " + largest + ".");
    }
  }
}
