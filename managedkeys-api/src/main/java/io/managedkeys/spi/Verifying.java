package io.managedkeys.spi;

import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import java.util.Set;

/**
 * Verifies in the backend, for keys that this process cannot verify with. Where it can, it does, and
 * this is not called.
 */
public interface Verifying {

  /**
   * The forms in which the message may come for an algorithm.
   *
   * @param algorithm the algorithm
   * @return the forms
   */
  Set<MessageForm> accepts(SignatureAlgorithm algorithm);

  /**
   * Whether ECDSA signatures are taken in the plain form r ‖ s.
   *
   * @return true for plain, false for DER
   */
  default boolean plainEcdsa() {
    return false;
  }

  /**
   * Verifies.
   *
   * @param algorithm one of the key's algorithms
   * @param message the message in one of the accepted forms
   * @param signature the signature
   * @param context the call
   * @return whether it is right; a call that failed is an exception
   */
  boolean verify(
      SignatureAlgorithm algorithm, Message message, byte[] signature, CallContext context);
}
