package io.managedkeys;

/**
 * The largest inputs of a key in bytes; what is larger is refused before any remote call.
 *
 * @param message the largest message that can be signed as a whole, where the algorithm takes the
 *     message and not a digest
 * @param plaintext the largest plaintext
 * @param ciphertext the largest ciphertext
 * @param macMessage the largest message for a message authentication code
 * @param aad the largest associated data
 */
public record KeyLimits(int message, int plaintext, int ciphertext, int macMessage, int aad) {

  /** No limits but those of arrays. */
  public static final KeyLimits NONE =
      new KeyLimits(
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);

  /**
   * The same limit for every input except associated data.
   *
   * @param bytes the limit
   * @return the limits
   */
  public static KeyLimits of(int bytes) {
    return new KeyLimits(bytes, bytes, Integer.MAX_VALUE, bytes, Integer.MAX_VALUE);
  }
}
