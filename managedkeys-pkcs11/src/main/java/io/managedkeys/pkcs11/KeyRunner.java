package io.managedkeys.pkcs11;

import io.managedkeys.pkcs11.cryptoki.BetweenCalls;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.token.PooledSession;
import io.managedkeys.spi.CallContext;

/** Runs work on one key in a session, with whatever recovery there is. */
interface KeyRunner {

  /** Work on a key. */
  @FunctionalInterface
  interface Work<T> {
    T run(Cryptoki cryptoki, PooledSession session, long key) throws CkrException;
  }

  /**
   * Runs work.
   *
   * @param work what to do
   * @param probe something on the same key that succeeds while the device is all right
   * @param meaning what a refusal means
   */
  <T> T run(CallContext context, Work<T> work, Work<?> probe, Meaning meaning);

  /** What has to happen between {@code C_…Init} and the operation. */
  BetweenCalls between(PooledSession session);
}
