package io.managedkeys.testkit.gcpkms;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The service's integrity fields: CRC32C (Castagnoli, RFC 3720) as a non-negative 64-bit value. */
final class Checksums {
  private Checksums() {}

  static long crc32c(ByteString data) {
    CRC32C crc = new CRC32C();
    for (ByteBuffer buffer : data.asReadOnlyByteBufferList()) {
      crc.update(buffer);
    }
    return crc.getValue();
  }

  static Int64Value of(ByteString data) {
    return Int64Value.of(crc32c(data));
  }

  /**
   * Checks the checksum a request carries, if it carries one.
   *
   * @return what the answer's {@code verified_*} flag must say: whether there was one to check
   * @throws KmsFailure INVALID_ARGUMENT if it does not match
   */
  static boolean verify(String field, ByteString data, boolean present, Int64Value claimed) {
    if (!present) {
      return false;
    }
    if (claimed.getValue() != crc32c(data)) {
      throw KmsFailure.invalidArgument(
          field + "_crc32c does not match the checksum of " + field + " as received.");
    }
    return true;
  }
}
