package io.managedkeys.jca;

import io.managedkeys.InvalidInputException;
import java.util.Arrays;

/**
 * Collects what an algorithm wants whole, up to the key's limit, and wipes it afterwards. What is
 * longer is refused as it arrives, not after all of it was collected.
 */
final class BoundedBuffer {

  /** Arrays are a little shorter than the largest int on every JVM. */
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final String what;
  private final int limit;
  private final String wayOut;
  private byte[] bytes = new byte[0];
  private int size;

  /**
   * An empty buffer.
   *
   * @param what what is collected, for the refusal
   * @param limit the most bytes it takes
   * @param wayOut what the caller can do instead, for the refusal
   */
  BoundedBuffer(String what, int limit, String wayOut) {
    this.what = what;
    this.limit = Math.min(limit, LARGEST_ARRAY);
    this.wayOut = wayOut;
  }

  void write(byte[] from, int offset, int length) {
    if (length > limit - size) {
      clear();
      throw new InvalidInputException(
          what + " is over the limit of " + limit + " bytes; " + wayOut);
    }
    if (size + length > bytes.length) {
      long doubled = Math.max(size + length, Math.min(2L * bytes.length, limit));
      byte[] larger = Arrays.copyOf(bytes, (int) Math.max(doubled, Math.min(64, limit)));
      Arrays.fill(bytes, (byte) 0);
      bytes = larger;
    }
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  int size() {
    return size;
  }

  /** The content as an array of its own, which the caller wipes; the buffer is empty then. */
  byte[] take() {
    byte[] content = Arrays.copyOf(bytes, size);
    clear();
    return content;
  }

  void clear() {
    Arrays.fill(bytes, 0, size, (byte) 0);
    size = 0;
  }
}
