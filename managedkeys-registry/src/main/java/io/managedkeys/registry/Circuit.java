package io.managedkeys.registry;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.spi.Health;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fails calls at once while a backend is known to be down. Callers' failures only raise the question;
 * a probe of the backend answers it, in a thread of its own that lives as long as the doubt, so that no
 * caller's short deadline can shut a good backend and no caller pays for the probe. One log line for
 * each change of state.
 */
final class Circuit {

  private static final Logger LOG = LoggerFactory.getLogger(Circuit.class);
  private static final int THRESHOLD = 5;
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final String owner;
  private final Supplier<Health> probe;
  private final AtomicInteger failures = new AtomicInteger();
  private volatile boolean down;
  private volatile String cause = "";
  private @Nullable Thread prober;
  private boolean ended;

  Circuit(String owner, Supplier<Health> probe) {
    this.owner = owner;
    this.probe = probe;
  }

  /** Lets a call pass, or fails it while the backend is known to be down. */
  void pass() {
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

  void failed() {
    if (failures.incrementAndGet() >= THRESHOLD && !down) {
      doubt();
    }
  }

  private synchronized void doubt() {
    if (prober == null && !ended) {
      prober = new Thread(this::probeUntilUp, "managedkeys-probe");
      prober.setDaemon(true);
      prober.start();
    }
  }

  private void probeUntilUp() {
    long wait = FIRST_WAIT.toNanos();
    try {
      while (true) {
        Health health = probe.get();
        if (isAnswered(health)) {
          return;
        }
        TimeUnit.NANOSECONDS.sleep(wait);
        wait = Math.min(wait * 2, LONGEST_WAIT.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean isAnswered(Health health) {
    if (ended) {
      return true;
    }
    if (health.up()) {
      close();
      prober = null;
      return true;
    }
    cause = health.detail();
    if (!down) {
      down = true;
      LOG.warn("{} is down: {}", owner, cause);
    }
    return false;
  }

  boolean isDown() {
    return down;
  }

  /** The backend is known to be up. */
  synchronized void close() {
    failures.set(0);
    if (down) {
      down = false;
      LOG.info("{} is back", owner);
    }
  }

  /** Ends the probing for good. */
  synchronized void end() {
    ended = true;
    if (prober != null) {
      prober.interrupt();
    }
  }
}
