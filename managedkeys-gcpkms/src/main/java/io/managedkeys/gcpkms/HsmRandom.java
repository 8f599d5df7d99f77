package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.GenerateRandomBytesRequest;
import com.google.cloud.kms.v1.GenerateRandomBytesResponse;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.ProtectionLevel;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.RandomSource;

/** Random bytes from the location's HSMs, which give 8 to 1024 in one answer. */
final class HsmRandom implements RandomSource {
  private static final int FEWEST = 8;
  private static final int MOST = 1024;

  private final KeyRingName ring;
  private final ServiceClient client;
  private final Failures failures;

  HsmRandom(KeyRingName ring, ServiceClient client) {
    this.ring = ring;
    this.client = client;
    this.failures =
        Failures.of(
            "generating random bytes in " + ring.locationName(),
            "cloudkms.locations.generateRandomBytes");
  }

  @Override
  public byte[] random(int length, CallContext context) {
    if (length < 0) {
      throw new InvalidInputException("the number of random bytes is negative");
    }
    byte[] out = new byte[length];
    for (int done = 0; done < length; ) {
      int wanted = Math.min(MOST, length - done);
      int asked = Math.max(FEWEST, wanted);
      GenerateRandomBytesResponse answer =
          client.call(
              KeyManagementServiceClient::generateRandomBytesCallable,
              GenerateRandomBytesRequest.newBuilder()
                  .setLocation(ring.locationName())
                  .setLengthBytes(asked)
                  .setProtectionLevel(ProtectionLevel.HSM)
                  .build(),
              failures,
              context);
      Integrity.checksum(
          "the random bytes", answer.getData(), answer.hasDataCrc32C(), answer.getDataCrc32C());
      if (answer.getData().size() != asked) {
        throw new BackendUnavailableException(
            "the service was asked for "
                + asked
                + " random bytes and gave "
                + answer.getData().size());
      }
      answer.getData().copyTo(out, 0, done, wanted);
      done += wanted;
    }
    return out;
  }
}
