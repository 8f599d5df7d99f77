package io.managedkeys.pkcs11.token;

import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;

/**
 * Something done in one session.
 *
 * @param <T> its result
 */
@FunctionalInterface
public interface SessionWork<T> {

  /**
   * Does it.
   *
   * @param cryptoki the functions
   * @param session the session, which belongs to the calling thread until this returns
   * @return the result
   * @throws CkrException if a function failed; the session is then closed
   */
  T run(Cryptoki cryptoki, PooledSession session) throws CkrException;
}
