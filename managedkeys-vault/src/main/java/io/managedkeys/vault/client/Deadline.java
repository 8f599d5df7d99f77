package io.managedkeys.vault.client;

import java.time.Duration;

/**
 * The moment at which a call has to be over, on the monotonic clock.
 *
 * @param nanoTime the moment, comparable with {@link System#nanoTime()} only by difference
 */
public record Deadline(long nanoTime) {

  /**
   * A moment from now.
   *
   * @param duration how long from now
   * @return the deadline
   */
  public static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /**
   * What is left of the time.
   *
   * @return the nanoseconds left, zero or less when it is over
   */
  public long remainingNanos() {
    return nanoTime - System.nanoTime();
  }

  /**
   * Whether the time is over.
   *
   * @return true if so
   */
  public boolean isOver() {
    return remainingNanos() <= 0;
  }

  /**
   * The earlier of this moment and another one from now.
   *
   * @param duration how long from now at most
   * @return the earlier deadline
   */
  public Deadline atMost(Duration duration) {
    long other = System.nanoTime() + duration.toNanos();
    return other - nanoTime < 0 ? new Deadline(other) : this;
  }
}
