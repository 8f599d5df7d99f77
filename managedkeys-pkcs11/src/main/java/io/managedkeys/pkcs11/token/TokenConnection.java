package io.managedkeys.pkcs11.token;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.pkcs11.cryptoki.Ckr;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.TokenInfo;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One backend's way to its token: module, login and sessions, and what is done when they are lost.
 *
 * <p>A call runs in one session. If it fails because session, login or handle no longer exist, which
 * means that nothing was done, a new epoch begins and the call is made once more in it. If the answer
 * leaves open what is wrong, a probe known to be good decides between the input and the device.
 * Everything else is left to the caller.
 */
public final class TokenConnection implements AutoCloseable {

  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final Pkcs11Module.Settings moduleSettings;
  private final LoginSettings loginSettings;
  private final Pkcs11Module module;
  private final Token token;
  private final SessionPool pool;
  private final Reinitialization reinitialization = new Reinitialization();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean troubled;

  private TokenConnection(
      Pkcs11Module.Settings moduleSettings,
      LoginSettings loginSettings,
      Pkcs11Module module,
      Token token,
      SessionPool pool) {
    this.moduleSettings = moduleSettings;
    this.loginSettings = loginSettings;
    this.module = module;
    this.token = token;
    this.pool = pool;
  }

  /**
   * Connects: loads the module, finds the token, logs in.
   *
   * @param moduleSettings the module
   * @param selector the token
   * @param loginSettings the login; its PIN belongs to the connection from here on
   * @param latch remembers a PIN that failed
   * @param maximumSessions the most sessions to have open
   * @param deadline when to give up waiting
   * @return the connection
   */
  public static TokenConnection open(
      Pkcs11Module.Settings moduleSettings,
      TokenSelector selector,
      LoginSettings loginSettings,
      PinLatch latch,
      int maximumSessions,
      Deadline deadline) {
    Pkcs11Module module;
    try {
      module = Pkcs11Module.acquire(moduleSettings);
    } catch (ManagedKeyException e) {
      if (loginSettings.pin() != null) {
        loginSettings.pin().close();
      }
      throw e;
    }
    try {
      Token token = Token.acquire(module, selector, loginSettings, latch, deadline);
      int bound =
          SessionPool.bound(
              maximumSessions, token.tokenInfo().map(TokenInfo::maxSessions).orElse(0L));
      SessionPool pool = new SessionPool(token, bound, loginSettings.readWrite());
      return new TokenConnection(moduleSettings, loginSettings, module, token, pool);
    } catch (ManagedKeyException e) {
      module.release(moduleSettings, Deadline.after(CLOSING));
      throw e;
    }
  }

  /** The token. */
  public Token token() {
    return token;
  }

  /** The module. */
  public Pkcs11Module module() {
    return module;
  }

  /** The sessions. */
  public SessionPool pool() {
    return pool;
  }

  /**
   * Runs what may be done twice.
   *
   * @param deadline when to give up waiting
   * @param work what to do
   * @param probe something known to succeed while device, login and handles are all right
   * @param meaning makes of a refusal what the caller of the library gets
   * @return the work's result
   */
  public <T> T call(
      Deadline deadline,
      SessionWork<T> work,
      SessionWork<?> probe,
      Function<CkrException, ManagedKeyException> meaning) {
    return run(deadline, work, probe, meaning, true);
  }

  /**
   * Runs what must not be done twice, such as making a key, in a read/write session of its own.
   *
   * @param deadline when to give up waiting
   * @param work what to do
   * @param meaning makes of a failure what the caller of the library gets
   * @return the work's result
   */
  public <T> T callOnce(
      Deadline deadline, SessionWork<T> work, Function<CkrException, ManagedKeyException> meaning) {
    return run(deadline, work, null, meaning, false);
  }

  private <T> T run(
      Deadline deadline,
      SessionWork<T> work,
      @Nullable SessionWork<?> probe,
      Function<CkrException, ManagedKeyException> meaning,
      boolean repeatable) {
    boolean renewed = false;
    boolean reinitialized = false;
    while (true) {
      int generation = module.generation();
      boolean tokenMissing = false;
      ManagedKeyException failure;
      try {
        T result = repeatable ? inSession(deadline, work) : inOwnSession(deadline, work);
        if (troubled) {
          troubled = false;
          reinitialization.worked();
        }
        return result;
      } catch (CkrException e) {
        troubled = true;
        Failure kind = Failure.of(e);
        if (kind == Failure.REFUSED) {
          throw meaning.apply(e);
        }
        if (kind == Failure.STALE && repeatable && !renewed && !deadline.over()) {
          renewed = true;
          continue;
        }
        if (e.is(Ckr.KEY_TYPE_INCONSISTENT)) {
          throw meaning.apply(e);
        }
        if (kind == Failure.IN_DOUBT && (probe == null || works(deadline, probe))) {
          throw meaning.apply(e);
        }
        failure = lost(e);
      } catch (KeyLostException e) {
        troubled = true;
        failure = e;
      } catch (BackendUnavailableException e) {
        troubled = true;
        tokenMissing = true;
        failure = e;
      }
      if (repeatable
          && !reinitialized
          && moduleSettings.mayReinitialize()
          && !deadline.over()
          && !closed.get()
          && reinitialization.due(tokenMissing)
          && token.reinitialize(generation, deadline)) {
        reinitialized = true;
        renewed = false;
        continue;
      }
      throw failure;
    }
  }

  /** Whether a probe succeeds; if it does not, the epoch is over. */
  private boolean works(Deadline deadline, SessionWork<?> probe) {
    try {
      inSession(deadline, probe);
      return true;
    } catch (CkrException | ManagedKeyException e) {
      return false;
    }
  }

  private <T> T inSession(Deadline deadline, SessionWork<T> work) throws CkrException {
    long stamp = module.enter(deadline);
    try {
      PooledSession session = pool.borrow(deadline);
      boolean sound = false;
      try {
        T result = work.run(module.cryptoki(), session);
        sound = true;
        return result;
      } catch (CkrException e) {
        if (Failure.of(e) == Failure.STALE) {
          token.end(session.epoch(), Token.saysSessionsGone(e));
        }
        throw e;
      } finally {
        pool.giveBack(session, sound);
      }
    } finally {
      module.exit(stamp);
    }
  }

  private <T> T inOwnSession(Deadline deadline, SessionWork<T> work) throws CkrException {
    long stamp = module.enter(deadline);
    try {
      LoginEpoch epoch = token.epoch(deadline);
      long handle = module.cryptoki().openSession(epoch.slot(), true);
      try {
        return work.run(module.cryptoki(), new PooledSession(handle, epoch));
      } catch (CkrException e) {
        if (Failure.of(e) == Failure.STALE) {
          token.end(epoch, Token.saysSessionsGone(e));
        }
        throw e;
      } finally {
        token.closeSession(epoch, handle);
      }
    } finally {
      module.exit(stamp);
    }
  }

  /** The device did not answer a known-good request either: its handles are not used again. */
  private ManagedKeyException lost(CkrException e) {
    long stamp = module.enter(Deadline.after(CLOSING));
    try {
      token.endCurrent();
    } finally {
      module.exit(stamp);
    }
    BackendUnavailableException failure =
        new BackendUnavailableException("the token does not work at present: " + e.getMessage(), e);
    failure.service(e.codeName(), null);
    return failure;
  }

  /** Closes sessions, login and module as far as nobody else in this process uses them. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Deadline deadline = Deadline.after(CLOSING);
    try {
      long stamp = module.enter(deadline);
      try {
        pool.close();
      } finally {
        module.exit(stamp);
      }
      token.release(loginSettings, deadline);
    } finally {
      module.release(moduleSettings, deadline);
    }
  }
}
