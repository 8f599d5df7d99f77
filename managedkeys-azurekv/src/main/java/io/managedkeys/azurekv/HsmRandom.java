package io.managedkeys.azurekv;

import io.managedkeys.ManagedKeyException;
import io.managedkeys.azurekv.ServiceErrors.Doing;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.RandomSource;
import java.util.Arrays;

/** Random bytes of a Managed HSM ("Get Random Bytes"), 128 at most in one request. */
record HsmRandom(Vault vault) implements RandomSource {
  private static final int MOST = 128;

  @Override
  public byte[] random(int length, CallContext context) {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; at += MOST) {
      int count = Math.min(MOST, length - at);
      byte[] part =
          vault.call(
              context,
              Doing.READING,
              sdk -> vault.keys().getRandomBytesWithResponse(count, sdk).getValue());
      if (part == null || part.length != count) {
        throw new ManagedKeyException("the HSM did not give the random bytes asked for", null);
      }
      System.arraycopy(part, 0, bytes, at, count);
      Arrays.fill(part, (byte) 0);
    }
    return bytes;
  }
}
