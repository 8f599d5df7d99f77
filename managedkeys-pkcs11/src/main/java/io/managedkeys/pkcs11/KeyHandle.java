package io.managedkeys.pkcs11;

import io.managedkeys.KeyNotFoundException;
import io.managedkeys.pkcs11.cryptoki.BetweenCalls;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.token.Deadline;
import io.managedkeys.pkcs11.token.KeyLostException;
import io.managedkeys.pkcs11.token.LoginEpoch;
import io.managedkeys.pkcs11.token.PooledSession;
import io.managedkeys.pkcs11.token.TokenConnection;
import io.managedkeys.spi.CallContext;
import org.jspecify.annotations.Nullable;

/**
 * A key's handle, which means something only in the login epoch it was found in. In another epoch the
 * key is found anew by label and id and proven to be the same before the new handle is used; handles
 * are numbers that tokens give to other objects as soon as they may.
 */
final class KeyHandle implements KeyRunner {

  /** Proves that an object is the key it should be. */
  @FunctionalInterface
  interface Proof {

    /**
     * Returns if it is.
     *
     * @throws io.managedkeys.IdentityChangedException if it is not, or can't be proven to be
     */
    void check(Cryptoki cryptoki, PooledSession session, KeyObject.Found found) throws CkrException;
  }

  private record Bound(LoginEpoch epoch, long handle) {}

  private final TokenConnection connection;
  private final KeyObject exact;
  private final KeyObject configured;
  private final long objectClass;
  private final boolean alwaysAuthenticate;
  private final Proof proof;
  private final Object finding = new Object();
  private volatile Bound bound;

  /**
   * A key found and proven.
   *
   * @param exact label and id of the object found
   * @param configured what the entry says
   */
  KeyHandle(
      TokenConnection connection,
      KeyObject exact,
      KeyObject configured,
      boolean alwaysAuthenticate,
      Proof proof,
      PooledSession session,
      KeyObject.Found found) {
    this.connection = connection;
    this.exact = exact;
    this.configured = configured;
    this.objectClass = found.objectClass();
    this.alwaysAuthenticate = alwaysAuthenticate;
    this.proof = proof;
    this.bound = new Bound(session.epoch(), found.handle());
  }

  TokenConnection connection() {
    return connection;
  }

  KeyObject exact() {
    return exact;
  }

  long objectClass() {
    return objectClass;
  }

  /** The number of the epoch of the present handle. */
  long epoch() {
    return bound.epoch().number();
  }

  /** The key's handle in a session's epoch. */
  long in(Cryptoki cryptoki, PooledSession session) throws CkrException {
    Bound present = bound;
    if (present.epoch() == session.epoch()) {
      return present.handle();
    }
    // Several threads may find the key at once; each finds and proves it in its own session, so
    // that no lock is held while the token is asked.
    KeyObject.Found found = findAnew(cryptoki, session);
    proof.check(cryptoki, session, found);
    synchronized (finding) {
      if (bound.epoch().number() < session.epoch().number()) {
        bound = new Bound(session.epoch(), found.handle());
      }
    }
    return found.handle();
  }

  private KeyObject.Found findAnew(Cryptoki cryptoki, PooledSession session) throws CkrException {
    KeyNotFoundException missing;
    try {
      return exact.one(cryptoki, session.handle());
    } catch (KeyNotFoundException e) {
      missing = e;
    }
    try {
      return configured.one(cryptoki, session.handle());
    } catch (KeyNotFoundException e) {
      throw new KeyLostException(
          "the key was in the token before and is not there any more: " + missing.getMessage());
    }
  }

  @Override
  public <T> T run(CallContext context, Work<T> work, Work<?> probe, Meaning meaning) {
    return connection.call(
        new Deadline(context.deadlineNanos()),
        (cryptoki, session) -> work.run(cryptoki, session, in(cryptoki, session)),
        (cryptoki, session) -> probe.run(cryptoki, session, in(cryptoki, session)),
        meaning::of);
  }

  @Override
  public BetweenCalls between(PooledSession session) {
    return alwaysAuthenticate
        ? () -> connection.token().contextSpecificLogin(session.handle(), session.epoch())
        : BetweenCalls.NOTHING;
  }

  /** Whether a handle is held at all; for tests. */
  @Nullable Long current() {
    return bound.handle();
  }
}
