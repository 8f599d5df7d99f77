package io.managedkeys.pkcs11;

import io.managedkeys.pkcs11.cryptoki.BetweenCalls;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.token.PooledSession;
import io.managedkeys.spi.CallContext;

/**
 * Runs work on a handle that was just found, in the session it was found in: for asking a secret key
 * its witness before anything else may use it. Failures travel as {@link Carried} to whoever holds
 * the session.
 */
final class BoundRunner implements KeyRunner {

  /** A failure on its way through interfaces that don't declare it. */
  static final class Carried extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final CkrException failure;

    Carried(CkrException failure) {
      super(failure);
      this.failure = failure;
    }

    CkrException failure() {
      return failure;
    }
  }

  private final Cryptoki cryptoki;
  private final PooledSession session;
  private final long key;

  BoundRunner(Cryptoki cryptoki, PooledSession session, long key) {
    this.cryptoki = cryptoki;
    this.session = session;
    this.key = key;
  }

  @Override
  public <T> T run(CallContext context, Work<T> work, Work<?> probe, Meaning meaning) {
    try {
      return work.run(cryptoki, session, key);
    } catch (CkrException e) {
      throw new Carried(e);
    }
  }

  @Override
  public BetweenCalls between(PooledSession session) {
    return BetweenCalls.NOTHING;
  }
}
