package io.managedkeys.spi;

import io.managedkeys.MacAlgorithm;

/** Checks message authentication codes in the backend; where it is missing, codes are recomputed. */
public interface VerifyMac {

  /**
   * Checks a code.
   *
   * @param algorithm one of the key's algorithms
   * @param message the message
   * @param mac the code
   * @param context the call
   * @return whether it is right; a call that failed is an exception
   */
  boolean verifyMac(MacAlgorithm algorithm, byte[] message, byte[] mac, CallContext context);
}
