package io.managedkeys.spi;

import io.managedkeys.EncryptionAlgorithm;

/** Decrypts with a private key; encryption with the public one is done above. */
public interface Decrypting {

  /**
   * Decrypts.
   *
   * @param algorithm one of the key's algorithms
   * @param ciphertext as long as the modulus
   * @param context the call
   * @return the plaintext
   * @throws io.managedkeys.InvalidCiphertextException if it is damaged or was made otherwise
   */
  byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext, CallContext context);
}
