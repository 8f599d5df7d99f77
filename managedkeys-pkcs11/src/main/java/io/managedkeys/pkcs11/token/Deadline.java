package io.managedkeys.pkcs11.token;

import java.time.Duration;

/**
 * A point in time by which something must have happened, on the JVM's monotonic clock.
 *
 * @param nanoTime {@link System#nanoTime()} at the deadline
 */
public record Deadline(long nanoTime) {

  /** A deadline so far from now. */
  public static Deadline after(Duration duration) {
    long nanos;
    try {
      nanos = duration.toNanos();
    } catch (ArithmeticException e) {
      nanos = Long.MAX_VALUE / 4;
    }
    return new Deadline(System.nanoTime() + Math.min(Math.max(nanos, 0), Long.MAX_VALUE / 4));
  }

  /** The time left in nanoseconds, 0 when it is over. */
  public long remainingNanos() {
    return Math.max(0, nanoTime - System.nanoTime());
  }

  /** Whether no time is left. */
  public boolean over() {
    return remainingNanos() == 0;
  }
}
