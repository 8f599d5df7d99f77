package io.managedkeys.registry;

import io.managedkeys.InvalidInputException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.spi.RandomSource;

/** Random bytes from a backend. */
final class RandomBytes {

  private static final int MOST = 65_536;

  private RandomBytes() {}

  static byte[] of(Pipeline.Run run, int length) {
    if (length < 1 || length > MOST) {
      throw new InvalidInputException("ask for 1 to " + MOST + " random bytes, not " + length);
    }
    RandomSource source =
        run.backend()
            .backend(run.context())
            .capability(RandomSource.class)
            .orElseThrow(
                () -> new UnsupportedKeyOperationException("this backend gives no random bytes"));
    byte[] bytes = run.remote(context -> source.random(length, context));
    if (bytes.length != length) {
      throw new ManagedKeyException(
          "the backend answered with " + bytes.length + " random bytes", null);
    }
    return bytes;
  }
}
