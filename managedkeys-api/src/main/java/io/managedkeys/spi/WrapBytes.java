package io.managedkeys.spi;

import io.managedkeys.WrapAlgorithm;

/**
 * Wraps and unwraps material that is in our hands. For the RSA algorithms only the unwrapping of what
 * {@link Decrypting} cannot do is asked; wrapping with a public key is done above.
 */
public interface WrapBytes {

  /**
   * Wraps.
   *
   * @param algorithm one of the key's algorithms
   * @param material the material
   * @param context the call
   * @return the wrapped material
   */
  byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, CallContext context);

  /**
   * Unwraps.
   *
   * @param algorithm one of the key's algorithms
   * @param wrapped the wrapped material
   * @param context the call
   * @return the material, which the caller wipes
   * @throws io.managedkeys.InvalidCiphertextException if it is damaged or was wrapped otherwise
   */
  byte[] unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped, CallContext context);
}
