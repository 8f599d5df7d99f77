package io.managedkeys;

/**
 * A fresh key for data, in the clear and wrapped by the managed key that made it.
 *
 * @param plaintext the key; close it to wipe it
 * @param wrapped the same key wrapped, which the managed key's {@code decrypt} opens
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of a result; never compared
public record DataKey(SecretBytes plaintext, byte[] wrapped) implements AutoCloseable {

  /** Wipes the key in the clear. */
  @Override
  public void close() {
    plaintext.close();
  }

  @Override
  public String toString() {
    return "data key of " + plaintext.length() + " bytes (redacted)";
  }
}
