package io.managedkeys.vault.login;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.vault.client.Deadline;
import io.managedkeys.vault.client.Failures;
import io.managedkeys.vault.client.JsonBody;
import io.managedkeys.vault.client.JsonObject;
import io.managedkeys.vault.client.MalformedAnswerException;
import io.managedkeys.vault.client.VaultAnswer;
import io.managedkeys.vault.client.VaultClient;
import io.managedkeys.vault.client.VaultFailure;
import io.managedkeys.vault.client.VaultFailure.Kind;
import io.managedkeys.vault.client.VaultRequest;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a live token: logs in when there is none, renews before expiry, and logs in again when the
 * token is dead. One login at a time, whatever the number of callers.
 *
 * <p>A login that the service refused is not tried again at once by every call: a wrong secret would
 * otherwise hammer the service, and lock a user out. The next try waits, longer after each refusal.
 */
public final class TokenKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TokenKeeper.class);

  /** Renewal begins when this share of the time to live is over, less the jitter. */
  private static final double RENEW_AT = 0.75;

  private static final double JITTER = 0.15;
  private static final Duration BACKGROUND = Duration.ofSeconds(15);
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  /** Calls in flight with a token that was replaced are over by then. */
  private static final Duration OLD_TOKEN_KEPT = Duration.ofMinutes(2);

  private final VaultClient client;
  private final LoginMethod method;
  private final String namespace;
  private final ScheduledExecutorService scheduler;
  private final ReentrantLock lock = new ReentrantLock();

  private volatile @Nullable TokenLease lease;
  private volatile boolean closed;
  private long logins;
  private int refusals;
  private long refusedUntil;
  private @Nullable ManagedKeyException refusal;
  private @Nullable ScheduledFuture<?> renewal;

  /**
   * A keeper without a token yet.
   *
   * @param client the client
   * @param method how to log in
   * @param namespace the namespace in which the token is looked up and renewed
   * @param scheduler for renewals
   */
  public TokenKeeper(
      VaultClient client,
      LoginMethod method,
      String namespace,
      ScheduledExecutorService scheduler) {
    this.client = client;
    this.method = method;
    this.namespace = namespace;
    this.scheduler = scheduler;
  }

  /**
   * The token, after a login where there is none.
   *
   * @param deadline when to give up
   * @return the token, which the keeper owns
   * @throws BackendAuthenticationException if the service refuses the login
   * @throws BackendUnavailableException if it cannot be asked
   */
  public SecretBytes token(Deadline deadline) {
    TokenLease now = lease;
    return now != null && !now.isOver() ? now.token() : replace(now, deadline).token();
  }

  /**
   * Counts the logins: what was found under an earlier one has to be looked at again.
   *
   * @return the number of the last login
   */
  public long epoch() {
    TokenLease now = lease;
    return now == null ? 0 : now.epoch();
  }

  /**
   * Whether a token that was refused is still alive, so that the policy and not the token is the
   * reason.
   *
   * @param token the token
   * @param deadline when to give up
   * @return true if it is alive
   * @throws ManagedKeyException if the service cannot be asked
   */
  public boolean isAlive(SecretBytes token, Deadline deadline) {
    try (VaultAnswer answer =
        client.call(
            VaultRequest.get("auth/token/lookup-self").in(namespace).with(token), deadline)) {
      return answer.body() != null;
    } catch (VaultFailure failure) {
      if (failure.kind() == Kind.DENIED) {
        return false;
      }
      throw Failures.translate(failure, "looking the token up");
    }
  }

  /**
   * A token in place of a dead one.
   *
   * @param dead the token that the service no longer knows
   * @param deadline when to give up
   * @return another token
   * @throws BackendAuthenticationException if there is no other to be had
   */
  public SecretBytes replace(SecretBytes dead, Deadline deadline) {
    TokenLease now = lease;
    if (now != null && now.token() != dead && !now.isOver()) {
      return now.token();
    }
    if (!method.repeatable()) {
      throw new BackendAuthenticationException(
          "the token is revoked or has expired, and auth=token has no other: give the backend a new"
              + " token, or use a login method that can log in again");
    }
    return replace(now, deadline).token();
  }

  private TokenLease replace(@Nullable TokenLease before, Deadline deadline) {
    acquire(deadline);
    try {
      TokenLease now = lease;
      if (now != null && now != before && !now.isOver()) {
        return now; // another caller was faster
      }
      if (closed) {
        throw new BackendUnavailableException("the backend is closed");
      }
      if (refusal != null && System.nanoTime() - refusedUntil < 0) {
        throw again(refusal);
      }
      return login(deadline);
    } finally {
      lock.unlock();
    }
  }

  private void acquire(Deadline deadline) {
    try {
      if (lock.tryLock(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException("interrupted while another call logs in", e);
    }
    throw new BackendUnavailableException(
        "the deadline passed while another call logs in; allow more time or check the service");
  }

  private static BackendAuthenticationException again(ManagedKeyException first) {
    return new BackendAuthenticationException(
        "the login was refused a moment ago and is not tried again yet: " + first.getMessage(),
        first);
  }

  private TokenLease login(Deadline deadline) {
    try {
      TokenLease fresh = takeOn(request(deadline));
      refusals = 0;
      refusal = null;
      LOG.debug("Logged in by {}: {}", method.name(), fresh);
      return fresh;
    } catch (BackendAuthenticationException e) {
      refusals = Math.min(refusals + 1, 16);
      long wait = SHORTEST_WAIT.toNanos() << Math.min(refusals - 1, 10);
      refusedUntil = System.nanoTime() + Math.min(wait, LONGEST_WAIT.toNanos());
      refusal = e;
      throw e;
    }
  }

  private TokenLease request(Deadline deadline) {
    VaultRequest request = method.request();
    if (request == null) {
      return lookUp(deadline);
    }
    try (VaultAnswer answer = client.call(request, deadline)) {
      TokenLease fresh = TokenLease.ofAuth(answer.auth(), logins + 1);
      if (fresh.token().length() == 0) {
        throw new BackendAuthenticationException(
            "the login by " + method.name() + " gave no token: does it demand a second factor?");
      }
      return fresh;
    } catch (VaultFailure failure) {
      if (failure.kind() == Kind.DENIED || failure.kind() == Kind.REFUSED) {
        throw new BackendAuthenticationException(
            "the login by "
                + method.name()
                + " was refused; check role, credential and their expiry: "
                + failure.getMessage(),
            failure);
      }
      if (failure.kind() == Kind.MISSING) {
        throw new BackendAuthenticationException(
            "there is no login method at this path; check 'auth-mount', 'auth-namespace' and the"
                + " role: "
                + failure.getMessage(),
            failure);
      }
      throw Failures.translate(failure, "logging in by " + method.name());
    } catch (MalformedAnswerException e) {
      throw Failures.malformed("logging in by " + method.name(), e);
    }
  }

  /** A token that was given: what it is worth is looked up. */
  private TokenLease lookUp(Deadline deadline) {
    SecretBytes token = method.token();
    if (token == null) {
      throw new IllegalStateException("a login method has a request or a token");
    }
    try (VaultAnswer answer =
        client.call(
            VaultRequest.get("auth/token/lookup-self").in(namespace).with(token), deadline)) {
      JsonObject data = answer.data();
      return TokenLease.of(
          token,
          Duration.ofSeconds(data.number("ttl")),
          data.has("renewable") && data.flag("renewable"),
          logins + 1);
    } catch (VaultFailure failure) {
      token.close();
      if (failure.kind() == Kind.DENIED) {
        throw new BackendAuthenticationException(
            "the service does not know the token, or its policies lack the right to look itself up"
                + " (auth/token/lookup-self, in the policy \"default\"): "
                + failure.getMessage(),
            failure);
      }
      throw Failures.translate(failure, "looking the token up");
    } catch (MalformedAnswerException e) {
      token.close();
      throw Failures.malformed("looking the token up", e);
    }
  }

  /** Publishes a lease and plans its renewal. Called under the lock. */
  private TokenLease takeOn(TokenLease fresh) {
    TokenLease old = lease;
    lease = fresh;
    logins = fresh.epoch();
    if (old != null && old.token() != fresh.token()) {
      discardLater(old.token());
    }
    if (fresh.expires()) {
      planRenewal(fresh, renewalDelay(fresh.ttl()));
    }
    return fresh;
  }

  private static Duration renewalDelay(Duration ttl) {
    double share = RENEW_AT - ThreadLocalRandom.current().nextDouble(JITTER);
    return Duration.ofNanos((long) (ttl.toNanos() * share));
  }

  private void planRenewal(TokenLease of, Duration delay) {
    if (closed) {
      return;
    }
    if (renewal != null) {
      renewal.cancel(false);
    }
    renewal = scheduler.schedule(() -> startRenewal(of), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The scheduler is the host's and its tasks are short: the call itself gets a thread. */
  private void startRenewal(TokenLease of) {
    Thread thread = new Thread(() -> renew(of), "managedkeys-vault-renewal");
    thread.setDaemon(true);
    thread.start();
  }

  private void renew(TokenLease of) {
    lock.lock();
    try {
      if (closed || lease != of) {
        return;
      }
      Deadline deadline = Deadline.in(BACKGROUND);
      if (of.renewable() && renewNow(of, deadline)) {
        return;
      }
      if (method.repeatable()) {
        login(deadline);
      }
    } catch (RuntimeException e) {
      LOG.warn("The token of login method {} was not renewed: {}", method.name(), e.getMessage());
      Duration left = of.remaining();
      if (!left.isZero()) {
        Duration quarter = left.dividedBy(4);
        planRenewal(of, quarter.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : quarter);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the token goes on living long enough to be kept. */
  private boolean renewNow(TokenLease of, Deadline deadline) {
    VaultRequest request =
        VaultRequest.compute("auth/token/renew-self", new JsonBody())
            .in(namespace)
            .with(of.token());
    try (VaultAnswer answer = client.call(request, deadline)) {
      JsonObject auth = answer.auth();
      Duration ttl = Duration.ofSeconds(auth.number("lease_duration"));
      // Near its maximum a token is renewed for ever shorter times: then a new one is due.
      if (method.repeatable() && ttl.compareTo(of.ttl().dividedBy(2)) < 0) {
        return false;
      }
      takeOn(TokenLease.of(of.token(), ttl, of.renewable(), of.epoch()));
      LOG.debug("Renewed the token of login method {} for {}", method.name(), ttl);
      return true;
    } catch (VaultFailure failure) {
      if (failure.kind() == Kind.DENIED || failure.kind() == Kind.REFUSED) {
        LOG.info("The service did not renew the token: {}", failure.getMessage());
        return false;
      }
      throw Failures.translate(failure, "renewing the token");
    } catch (MalformedAnswerException e) {
      throw Failures.malformed("renewing the token", e);
    }
  }

  private void discardLater(SecretBytes token) {
    scheduler.schedule(token::close, OLD_TOKEN_KEPT.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Stops renewals, revokes the token if it came from a login, and wipes token and credential. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (renewal != null) {
        renewal.cancel(false);
      }
      TokenLease last = lease;
      lease = null;
      if (last != null) {
        if (method.token() == null) {
          revoke(last);
        }
        last.token().close();
      }
      method.close();
    } finally {
      lock.unlock();
    }
  }

  private void revoke(TokenLease last) {
    VaultRequest request =
        VaultRequest.change("auth/token/revoke-self", new JsonBody())
            .in(namespace)
            .with(last.token());
    try (VaultAnswer answer = client.call(request, Deadline.in(Duration.ofSeconds(2)))) {
      LOG.debug("Revoked the token of login method {}: {}", method.name(), answer.warnings());
    } catch (VaultFailure failure) {
      LOG.debug("The token was not revoked and ends with its time: {}", failure.getMessage());
    }
  }
}
