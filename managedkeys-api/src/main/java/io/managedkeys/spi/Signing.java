package io.managedkeys.spi;

import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import java.util.Set;

/** Signs with the private key. */
public interface Signing {

  /**
   * The forms in which the message may come for an algorithm. The registry hashes a whole message
   * when {@link MessageForm#DIGEST} is among them, whatever else is; it refuses a form that is not.
   *
   * @param algorithm the algorithm
   * @return the forms, not empty for the algorithms of {@link io.managedkeys.KeyInfo}
   */
  Set<MessageForm> accepts(SignatureAlgorithm algorithm);

  /**
   * Whether ECDSA signatures come in the plain form r ‖ s; the registry makes DER of them.
   *
   * @return true for plain, false for DER
   */
  default boolean plainEcdsa() {
    return false;
  }

  /**
   * Signs.
   *
   * @param algorithm one of the key's algorithms
   * @param message the message in one of the accepted forms
   * @param context the call
   * @return the signature
   */
  byte[] sign(SignatureAlgorithm algorithm, Message message, CallContext context);
}
