package io.managedkeys.gcpkms;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.IdentityChangedException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * End-to-end integrity as the service defines it: CRC32C both ways, the answer's name, and the
 * service's word that it checked the request's checksums. What fails is thrown away. A wrong
 * checksum may be the network's fault and can be asked again; a wrong name cannot.
 */
final class Integrity {
  private Integrity() {}

  /** The checksum of what is sent. */
  static Int64Value of(ByteString data) {
    return Int64Value.of(crc32c(data));
  }

  private static long crc32c(ByteString data) {
    CRC32C crc = new CRC32C();
    for (ByteBuffer buffer : data.asReadOnlyByteBufferList()) {
      crc.update(buffer);
    }
    return crc.getValue();
  }

  /**
   * @throws BackendUnavailableException if the answer has no checksum or the wrong one
   */
  static void checksum(String field, ByteString data, boolean present, Int64Value claimed) {
    if (!present || claimed.getValue() != crc32c(data)) {
      throw new BackendUnavailableException(
              "the service's answer was damaged on the way: "
                  + (present ? "the CRC32C of " + field + " is wrong" : field + " has no CRC32C"))
          .service("CRC32C_MISMATCH", null);
    }
  }

  /**
   * @throws BackendUnavailableException if the service did not confirm the request's checksum
   */
  static void verified(String field, boolean flag) {
    if (!flag) {
      throw new BackendUnavailableException(
              "the service did not confirm that it received "
                  + field
                  + " undamaged; its answer is not used")
          .service("CRC32C_NOT_VERIFIED", null);
    }
  }

  /**
   * @throws IdentityChangedException if the answer comes from another key or version
   */
  static void name(String asked, String answered) {
    if (!asked.equals(answered)) {
      throw new IdentityChangedException(
          "the service was asked for "
              + asked
              + " and answered for "
              + answered
              + "; the answer is not used");
    }
  }

  /**
   * @throws IdentityChangedException if the answer comes from a version of another key
   */
  static void versionOf(String key, String answered) {
    if (!answered.startsWith(key + "/cryptoKeyVersions/")) {
      throw new IdentityChangedException(
          "the service was asked for "
              + key
              + " and answered for "
              + answered
              + "; the answer is not used");
    }
  }
}
