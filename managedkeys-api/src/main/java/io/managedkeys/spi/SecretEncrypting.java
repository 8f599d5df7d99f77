package io.managedkeys.spi;

import io.managedkeys.EncryptionAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and decrypts with a secret key. The ciphertext of a nonce-based algorithm has the form of
 * {@link io.managedkeys.codec.GcmMessage}, a service's own is opaque.
 */
public interface SecretEncrypting {

  /**
   * Encrypts.
   *
   * @param algorithm one of the key's algorithms
   * @param plaintext the plaintext
   * @param aad associated data, or null; never given where the algorithm takes none
   * @param nonce the nonce, given when and only when {@link io.managedkeys.KeyInfo#nonceSource()} says
   *     that the caller or the library makes it
   * @param context the call
   * @return the ciphertext
   */
  byte[] encrypt(
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte @Nullable [] aad,
      byte @Nullable [] nonce,
      CallContext context);

  /**
   * Decrypts. Nothing is returned before the whole is authenticated.
   *
   * @param algorithm one of the key's algorithms
   * @param ciphertext the ciphertext
   * @param aad associated data, or null
   * @param context the call
   * @return the plaintext
   * @throws io.managedkeys.InvalidCiphertextException if it is damaged or was made otherwise
   */
  byte[] decrypt(
      EncryptionAlgorithm algorithm, byte[] ciphertext, byte @Nullable [] aad, CallContext context);
}
