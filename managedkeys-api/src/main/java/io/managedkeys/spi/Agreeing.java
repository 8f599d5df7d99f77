package io.managedkeys.spi;

import io.managedkeys.AgreementAlgorithm;

/** Agrees on shared secrets with the private key. */
public interface Agreeing {

  /**
   * Agrees on a secret. The registry has checked that the peer's key is on the same curve and refuses
   * an all-zero result.
   *
   * @param algorithm one of the key's algorithms
   * @param peerSpki the peer's SubjectPublicKeyInfo
   * @param context the call
   * @return the raw shared secret at its fixed width, which the caller wipes
   */
  byte[] agree(AgreementAlgorithm algorithm, byte[] peerSpki, CallContext context);
}
