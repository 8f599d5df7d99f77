package io.managedkeys.spi;

import org.jspecify.annotations.Nullable;

/** Decrypts with this key and encrypts with another inside the service. */
public interface ReEncrypting {

  /**
   * Re-encrypts.
   *
   * @param ciphertext what this key made
   * @param aad its associated data, or null
   * @param target a key of the same backend, possibly this one in its newest version
   * @param targetAad the new associated data, or null
   * @param context the call
   * @return the ciphertext under the target
   * @throws io.managedkeys.InvalidCiphertextException if the ciphertext is damaged or was made
   *     otherwise
   */
  byte[] reEncrypt(
      byte[] ciphertext,
      byte @Nullable [] aad,
      BackendKey target,
      byte @Nullable [] targetAad,
      CallContext context);
}
