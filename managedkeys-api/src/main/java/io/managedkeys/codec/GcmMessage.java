package io.managedkeys.codec;

import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import java.util.Arrays;

/**
 * Our form of a ciphertext made by a nonce-based cipher: length of the nonce in one byte ‖ nonce ‖
 * ciphertext ‖ tag. With AES-GCM the nonce has 12 bytes and the tag 16.
 *
 * @param nonce the nonce, or for CBC the initialisation vector
 * @param sealed ciphertext and tag
 */
@SuppressWarnings("ArrayRecordComponent") // a parsed view; never compared
public record GcmMessage(byte[] nonce, byte[] sealed) {

  /** The length of a GCM tag in bytes. */
  public static final int TAG_LENGTH = 16;

  /**
   * Joins the parts.
   *
   * @return the message
   * @throws InvalidInputException if the nonce is longer than 255 bytes
   */
  public byte[] encode() {
    if (nonce.length > 255) {
      throw new InvalidInputException("a nonce has at most 255 bytes, not " + nonce.length);
    }
    byte[] out = new byte[1 + nonce.length + sealed.length];
    out[0] = (byte) nonce.length;
    System.arraycopy(nonce, 0, out, 1, nonce.length);
    System.arraycopy(sealed, 0, out, 1 + nonce.length, sealed.length);
    return out;
  }

  /**
   * Takes a message apart.
   *
   * @param message the message
   * @param nonceLength the length that the nonce must have
   * @param minimum the least length of what follows: {@link #TAG_LENGTH} for GCM
   * @return its parts, copied
   * @throws InvalidCiphertextException if it is too short or its nonce has another length
   */
  public static GcmMessage decode(byte[] message, int nonceLength, int minimum) {
    if (message.length < 1 + nonceLength + minimum || (message[0] & 0xff) != nonceLength) {
      throw new InvalidCiphertextException(
          "the ciphertext is damaged, was made by another key, or its associated data differs");
    }
    return new GcmMessage(
        Arrays.copyOfRange(message, 1, 1 + nonceLength),
        Arrays.copyOfRange(message, 1 + nonceLength, message.length));
  }
}
