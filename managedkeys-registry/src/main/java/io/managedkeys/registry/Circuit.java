package io.managedkeys.registry;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.spi.Health;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fails calls at once while a backend is known to be down. Only {@link BackendUnavailableException}
 * counts, which input cannot cause, and a probe of the backend decides, never the callers' luck. One
 * log line for each change of state.
 */
final class Circuit {

  private static final Logger LOG = LoggerFactory.getLogger(Circuit.class);
  private static final int THRESHOLD = 5;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final String owner;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicBoolean probing = new AtomicBoolean();
  private volatile boolean down;
  private volatile long nextProbe;
  private volatile long wait = FIRST_WAIT.toNanos();
  private volatile String cause = "";

  Circuit(String owner) {
    this.owner = owner;
  }

  /** Lets a call pass, or fails it while the backend is down and no probe is due or succeeds. */
  void pass(Supplier<Health> probe) {
    if (!down) {
      return;
    }
    if (System.nanoTime() - nextProbe >= 0 && probing.compareAndSet(false, true)) {
      try {
        Health health = probe.get();
        if (health.up()) {
          close();
          return;
        }
        cause = health.detail();
      } finally {
        wait = Math.min(wait * 2, LONGEST_WAIT.toNanos());
        nextProbe = System.nanoTime() + wait;
        probing.set(false);
      }
    }
    if (down) {
      throw new BackendUnavailableException(
          owner + " is down and is probed until it is back; last seen: " + cause);
    }
  }

  void succeeded() {
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  void failed(BackendUnavailableException failure) {
    if (failures.incrementAndGet() >= THRESHOLD && !down) {
      synchronized (this) {
        if (!down) {
          cause = String.valueOf(failure.getMessage());
          wait = FIRST_WAIT.toNanos();
          nextProbe = System.nanoTime() + wait;
          down = true;
          LOG.warn("{} is down: {}", owner, cause);
        }
      }
    }
  }

  boolean isDown() {
    return down;
  }

  void close() {
    synchronized (this) {
      failures.set(0);
      if (down) {
        down = false;
        LOG.info("{} is back", owner);
      }
    }
  }
}
