package io.managedkeys.spi;

import io.managedkeys.BackendUnavailableException;
import java.time.Duration;

/**
 * What a primitive knows of the call it serves.
 *
 * @param deadlineNanos when the call must have ended, on the clock of {@link System#nanoTime()}
 * @param attempt 1 for the first try, more for repetitions by the registry, which is the only layer
 *     that repeats
 */
public record CallContext(long deadlineNanos, int attempt) {

  /**
   * A context whose deadline lies ahead by this time.
   *
   * @param time the time that is left
   * @return the context of a first attempt
   */
  public static CallContext within(Duration time) {
    return new CallContext(System.nanoTime() + time.toNanos(), 1);
  }

  /**
   * The context of the next attempt, under the same deadline.
   *
   * @return the context
   */
  public CallContext next() {
    return new CallContext(deadlineNanos, attempt + 1);
  }

  /**
   * The time that is left.
   *
   * @return the time, never negative
   */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }

  /**
   * The time that is left, when any is.
   *
   * @return a positive time
   * @throws BackendUnavailableException if the deadline has passed
   */
  public Duration requireTime() {
    Duration left = remaining();
    if (left.isZero()) {
      throw new BackendUnavailableException(
          "the deadline passed before the backend could answer; allow more time or check the"
              + " backend's health");
    }
    return left;
  }
}
