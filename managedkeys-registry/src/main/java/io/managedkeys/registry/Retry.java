package io.managedkeys.registry;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.ThrottledException;
import io.managedkeys.spi.CallContext;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The one layer that repeats calls: up to two more tries of what may be repeated, with exponential
 * backoff and jitter or the service's own hint, within the deadline, and within a budget that keeps
 * repetitions below a tenth of the calls, so that a service in trouble is not asked more than before.
 */
final class Retry {

  private static final int ATTEMPTS = 3;
  private static final long BASE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long CALL_CREDIT = 1;
  private static final long RETRY_COST = 10;
  private static final long MOST_CREDIT = 200;

  private final AtomicLong credit = new AtomicLong(MOST_CREDIT);

  <T> T run(CallContext first, boolean repeatable, Function<CallContext, T> work) {
    CallContext context = first;
    while (true) {
      try {
        T result = work.apply(context);
        if (credit.get() < MOST_CREDIT) {
          credit.addAndGet(CALL_CREDIT);
        }
        return result;
      } catch (ThrottledException | BackendUnavailableException e) {
        if (!repeatable || !waitBefore(context, e)) {
          throw e;
        }
        context = context.next();
      }
    }
  }

  private boolean waitBefore(CallContext context, ManagedKeyException failure) {
    if (context.attempt() >= ATTEMPTS || !failure.retryable()) {
      return false;
    }
    long ceiling = BASE_NANOS << context.attempt();
    long nanos = ceiling / 2 + ThreadLocalRandom.current().nextLong(ceiling / 2);
    if (failure instanceof ThrottledException throttled) {
      Duration hint = throttled.retryAfter().orElse(Duration.ZERO);
      nanos = Math.max(nanos, hint.toNanos());
    }
    if (context.remaining().toNanos() <= nanos || !spend()) {
      return false;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean spend() {
    long before = credit.getAndUpdate(now -> now >= RETRY_COST ? now - RETRY_COST : now);
    return before >= RETRY_COST;
  }
}
