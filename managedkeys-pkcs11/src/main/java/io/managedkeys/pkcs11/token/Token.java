package io.managedkeys.pkcs11.token;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.pkcs11.cryptoki.Ckr;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.SessionInfo;
import io.managedkeys.pkcs11.cryptoki.TokenInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One token in this process, shared by all backends on it, because Cryptoki's login is one per token
 * and process. Holds the current {@link LoginEpoch}, begins the next one when it is needed, and is
 * the last resort's only caller.
 */
public final class Token {

  private static final Logger LOG = LoggerFactory.getLogger(Token.class);

  /** How long after a failed attempt to begin an epoch the next one waits. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Pkcs11Module module;
  private final TokenSelector selector;
  private final LoginSettings settings;
  private final Login login;
  private final ReentrantLock lock = new ReentrantLock(true);

  private int users;
  private long epochs;
  private int loggedInGeneration = -1;
  private @Nullable String loggedInSerial;
  private long pauseUntil;
  private @Nullable ManagedKeyException lastFailure;

  private volatile @Nullable LoginEpoch current;
  private volatile @Nullable String lostBecause;

  private Token(
      Pkcs11Module module, TokenSelector selector, LoginSettings settings, PinLatch latch) {
    this.module = module;
    this.selector = selector;
    this.settings = settings;
    this.login = new Login(module.cryptoki(), settings, latch);
  }

  /**
   * Joins the users of a token: finds it, and logs in if nobody here has.
   *
   * @param module the module, in use by the caller
   * @param selector which token
   * @param settings how to log in; the PIN belongs to the token from here on, and is closed at once
   *     when another backend's is used
   * @param latch remembers a PIN that failed
   * @param deadline when to give up waiting
   * @throws BackendAuthenticationException if the PIN is refused, or is not the one that another
   *     backend on the token logged in with
   */
  public static Token acquire(
      Pkcs11Module module,
      TokenSelector selector,
      LoginSettings settings,
      PinLatch latch,
      Deadline deadline) {
    synchronized (module.tokens()) {
      try {
        Token shared = shared(module, selector, deadline);
        if (shared != null) {
          if (!shared.settings.sameCredential(settings)) {
            throw new BackendAuthenticationException(
                "another backend of this process uses the token "
                    + selector
                    + " with another PIN (or without one); one token has one login for each process,"
                    + " so both must be given the same");
          }
          shared.users++;
          return shared;
        }
        Token token = new Token(module, selector, settings, latch);
        token.inside(deadline, () -> token.epoch(deadline));
        token.users = 1;
        module.tokens().add(token);
        return token;
      } catch (ManagedKeyException e) {
        closePin(settings);
        throw e;
      }
    }
  }

  private static @Nullable Token shared(
      Pkcs11Module module, TokenSelector selector, Deadline deadline) {
    if (module.tokens().isEmpty()) {
      return null;
    }
    long stamp = module.enter(deadline);
    try {
      TokenSelector.Found found = selector.find(module.cryptoki());
      for (Token token : module.tokens()) {
        LoginEpoch epoch = token.current;
        if (token.selector.equals(selector)
            || (epoch != null
                && epoch.slot() == found.slot()
                && epoch.info().serial().equals(found.info().serial()))) {
          return token;
        }
      }
      return null;
    } catch (CkrException e) {
      throw unavailable("the slots can't be listed", e);
    } finally {
      module.exit(stamp);
    }
  }

  private static void closePin(LoginSettings settings) {
    if (settings.pin() != null) {
      settings.pin().close();
    }
  }

  /** Leaves the users of the token; the last one closes the anchor session, which logs out. */
  public void release(LoginSettings own, Deadline deadline) {
    synchronized (module.tokens()) {
      users--;
      if (own != settings) {
        closePin(own);
      }
      if (users > 0) {
        return;
      }
      module.tokens().remove(this);
    }
    try {
      inside(
          deadline,
          () -> {
            LoginEpoch epoch = current;
            if (epoch != null) {
              end(epoch, false);
            }
            return true;
          });
    } finally {
      closePin(settings);
    }
  }

  /** What runs inside the module. */
  interface Inside<T> {
    T run() throws CkrException;
  }

  private <T> T inside(Deadline deadline, Inside<T> work) {
    long stamp = module.enter(deadline);
    try {
      return work.run();
    } catch (CkrException e) {
      throw unavailable("the token " + selector + " can't be used", e);
    } finally {
      module.exit(stamp);
    }
  }

  /** The module. */
  public Pkcs11Module module() {
    return module;
  }

  Cryptoki cryptoki() {
    return module.cryptoki();
  }

  /** Whether the token asks for a context-specific login with a PIN we have. */
  public void contextSpecificLogin(long session, LoginEpoch epoch) throws CkrException {
    login.contextSpecific(session, epoch.info().serial());
  }

  /** Why the token is not usable at present, or empty if it is. */
  public Optional<String> lostBecause() {
    return Optional.ofNullable(lostBecause);
  }

  /** The current epoch's number, or the last one's. */
  public long epochNumber() {
    LoginEpoch epoch = current;
    return epoch == null ? 0 : epoch.number();
  }

  boolean isCurrent(LoginEpoch epoch) {
    return epoch == current && !epoch.ended() && epoch.generation() == module.generation();
  }

  /**
   * The current epoch; begins one if there is none. Called inside the module.
   *
   * @throws BackendUnavailableException if the token is not there
   * @throws BackendAuthenticationException if the login is refused, or must not be tried
   */
  LoginEpoch epoch(Deadline deadline) {
    LoginEpoch epoch = current;
    if (epoch != null && isCurrent(epoch)) {
      return epoch;
    }
    try {
      if (!lock.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw new BackendUnavailableException(
            "the token " + selector + " is being found again and did not come back in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException("interrupted while waiting for the token", e);
    }
    try {
      epoch = current;
      if (epoch != null && isCurrent(epoch)) {
        return epoch;
      }
      if (lastFailure != null && System.nanoTime() - pauseUntil < 0) {
        throw again(lastFailure);
      }
      try {
        LoginEpoch begun = begin();
        current = begun;
        lastFailure = null;
        if (lostBecause != null) {
          LOG.info("the token {} is usable again (login epoch {})", selector, begun.number());
          lostBecause = null;
        }
        return begun;
      } catch (CkrException e) {
        throw remember(unavailable("the token " + selector + " can't be used", e));
      } catch (ManagedKeyException e) {
        throw remember(e);
      }
    } finally {
      lock.unlock();
    }
  }

  private ManagedKeyException remember(ManagedKeyException failure) {
    lastFailure = failure;
    pauseUntil = System.nanoTime() + PAUSE.toNanos();
    lost(String.valueOf(failure.getMessage()));
    return failure;
  }

  /** The same failure for another caller, who must not share an exception that gets annotated. */
  private static ManagedKeyException again(ManagedKeyException failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof BackendAuthenticationException) {
      return new BackendAuthenticationException(message, failure);
    }
    if (failure instanceof InvalidConfigurationException) {
      return new InvalidConfigurationException(message, failure);
    }
    return new BackendUnavailableException(message, failure);
  }

  private void lost(String cause) {
    if (lostBecause == null && epochs > 0) {
      LOG.warn("the token {} can't be used: {}", selector, cause);
    }
    lostBecause = cause;
  }

  private LoginEpoch begin() throws CkrException {
    int generation = module.generation();
    TokenSelector.Found found = selector.find(cryptoki());
    long anchor = cryptoki().openSession(found.slot(), settings.readWrite());
    boolean kept = false;
    try {
      if (settings.logsIn()) {
        logIn(anchor, found, generation);
      }
      kept = true;
      epochs++;
      return new LoginEpoch(epochs, generation, found.slot(), anchor, found.info());
    } finally {
      if (!kept) {
        closeQuietly(anchor);
      }
    }
  }

  private void logIn(long anchor, TokenSelector.Found found, int generation) throws CkrException {
    SessionInfo state = cryptoki().sessionInfo(anchor);
    if (state.anyoneLoggedIn() && !state.userLoggedIn()) {
      throw new BackendAuthenticationException(
          "the security officer is logged in to the token " + selector + " in this process");
    }
    boolean ours = loggedInGeneration == generation && found.info().serial().equals(loggedInSerial);
    if (!state.userLoggedIn()) {
      boolean byThisCall;
      try {
        byThisCall = login.user(anchor, found.info());
      } catch (CkrException e) {
        throw Login.impossible(e);
      }
      if (byThisCall) {
        loggedInGeneration = generation;
        loggedInSerial = found.info().serial();
        return;
      }
    }
    if (!ours && !settings.allowExistingLogin()) {
      throw new BackendAuthenticationException(
          "something else in this process is already logged in to the token "
              + selector
              + ", so the PIN can't be checked; log it out, or set allow-existing-login = true");
    }
  }

  /**
   * Ends an epoch: its handles are not used again. Called inside the module.
   *
   * @param sessionsGone whether the session handles may already belong to somebody else
   */
  void end(LoginEpoch epoch, boolean sessionsGone) {
    lock.lock();
    try {
      boolean first = !epoch.ended();
      epoch.end(sessionsGone);
      if (first) {
        closeSession(epoch, epoch.anchor());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the current epoch, if there is one. Called inside the module. */
  void endCurrent() {
    LoginEpoch epoch = current;
    if (epoch != null && !epoch.ended()) {
      end(epoch, false);
    }
  }

  /** The token as it was when the current epoch began. */
  Optional<TokenInfo> tokenInfo() {
    LoginEpoch epoch = current;
    return epoch == null ? Optional.empty() : Optional.of(epoch.info());
  }

  /** Closes a session unless its handle may be somebody else's by now. */
  void closeSession(LoginEpoch epoch, long session) {
    if (!epoch.sessionsGone() && epoch.generation() == module.generation()) {
      closeQuietly(session);
    }
  }

  private void closeQuietly(long session) {
    try {
      cryptoki().closeSession(session);
    } catch (CkrException e) {
      LOG.debug("a session could not be closed: {}", e.getMessage());
    }
  }

  /**
   * The last resort. Called outside the module.
   *
   * @param generation the module's generation that was found to be beyond help
   * @return whether it is worth trying again
   */
  boolean reinitialize(int generation, Deadline deadline) {
    boolean done = module.reinitialize(generation, deadline);
    if (done) {
      lock.lock();
      try {
        lastFailure = null;
      } finally {
        lock.unlock();
      }
    }
    return done;
  }

  private static BackendUnavailableException unavailable(String what, CkrException e) {
    BackendUnavailableException failure =
        new BackendUnavailableException(what + ": " + e.getMessage(), e);
    failure.service(e.codeName(), null);
    return failure;
  }

  /** Codes that say that a session handle means nothing any more. */
  static boolean saysSessionsGone(CkrException e) {
    return e.is(Ckr.SESSION_HANDLE_INVALID, Ckr.SESSION_CLOSED, Ckr.CRYPTOKI_NOT_INITIALIZED);
  }
}
