package io.managedkeys.pkcs11.token;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ThrottledException;
import io.managedkeys.pkcs11.cryptoki.Ckr;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of one backend. A session is used by one thread at a time and by one operation at a
 * time, as Cryptoki demands; it is kept for the next operation unless there is doubt about its state.
 * Bounded, and fair: who waits longest is served first.
 *
 * <p>The bound is the configured one. A token's own word about its maximum is not believed (0, -1
 * and -2 are all in use for "many"), except where it is smaller; if the token refuses to open another
 * session, the bound shrinks to what is open.
 */
public final class SessionPool {

  private static final Logger LOG = LoggerFactory.getLogger(SessionPool.class);

  private final Token token;
  private final boolean readWrite;
  private final Semaphore permits;
  private final ConcurrentLinkedDeque<PooledSession> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean closed;

  /**
   * @param token the token
   * @param maximum the most sessions to have open
   * @param readWrite whether to open them read/write
   */
  public SessionPool(Token token, int maximum, boolean readWrite) {
    this.token = token;
    this.readWrite = readWrite;
    this.permits = new Semaphore(maximum, true);
  }

  /**
   * The bound that follows from configuration and the token's word.
   *
   * @param configured the configured maximum
   * @param reported what the token says
   */
  public static int bound(int configured, long reported) {
    // One session is the anchor. Whatever is not a small positive number is no statement.
    return reported > 1 && reported <= 1_000_000
        ? (int) Math.min(configured, reported - 1)
        : configured;
  }

  /**
   * Borrows a session of the current epoch, which begins a new one if the last has ended.
   *
   * @throws ThrottledException if none became free in time
   * @throws CkrException if the token refuses to open one
   */
  PooledSession borrow(Deadline deadline) throws CkrException {
    while (true) {
      try {
        // Without a time it would overtake those who wait.
        if (!permits.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
          throw new ThrottledException(
              "all sessions with the token are in use and none became free in time; raise"
                  + " max-sessions if the token allows it",
              null,
              null);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BackendUnavailableException("interrupted while waiting for a session", e);
      }
      boolean lent = false;
      boolean shrink = false;
      try {
        if (closed) {
          throw new BackendUnavailableException("the backend is closed");
        }
        PooledSession session = idleOrNew(deadline);
        lent = true;
        return session;
      } catch (CkrException e) {
        if (!e.is(Ckr.SESSION_COUNT) || open.get() == 0) {
          throw e;
        }
        shrink = true;
        LOG.info(
            "the token opens no more sessions ({}); going on with {}", e.codeName(), open.get());
      } finally {
        if (!lent && !shrink) {
          permits.release();
        }
      }
    }
  }

  private PooledSession idleOrNew(Deadline deadline) throws CkrException {
    LoginEpoch epoch = token.epoch(deadline);
    while (true) {
      PooledSession session = idle.pollFirst();
      if (session == null) {
        long handle = token.cryptoki().openSession(epoch.slot(), readWrite);
        open.incrementAndGet();
        return new PooledSession(handle, epoch);
      }
      if (session.epoch() == epoch) {
        return session;
      }
      discard(session);
    }
  }

  /**
   * Gives a session back.
   *
   * @param sound whether its state is known: no operation under way, no doubt
   */
  void giveBack(PooledSession session, boolean sound) {
    if (sound && !closed && token.isCurrent(session.epoch())) {
      idle.addFirst(session);
      if (closed) {
        closeIdle();
      }
    } else {
      discard(session);
    }
    permits.release();
  }

  private void discard(PooledSession session) {
    open.decrementAndGet();
    token.closeSession(session.epoch(), session.handle());
  }

  private void closeIdle() {
    for (PooledSession session = idle.pollFirst(); session != null; session = idle.pollFirst()) {
      discard(session);
    }
  }

  /** Closes the idle sessions; those lent are closed when they come back. */
  public void close() {
    closed = true;
    closeIdle();
  }

  /** How many sessions are open. */
  public int open() {
    return open.get();
  }
}
