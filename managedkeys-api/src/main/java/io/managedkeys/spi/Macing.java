package io.managedkeys.spi;

import io.managedkeys.MacAlgorithm;

/** Computes message authentication codes. */
public interface Macing {

  /**
   * Computes a code.
   *
   * @param algorithm one of the key's algorithms
   * @param message the message
   * @param context the call
   * @return the code in full length
   */
  byte[] mac(MacAlgorithm algorithm, byte[] message, CallContext context);
}
