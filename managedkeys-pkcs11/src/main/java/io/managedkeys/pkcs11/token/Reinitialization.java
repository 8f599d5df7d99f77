package io.managedkeys.pkcs11.token;

import java.time.Duration;

/**
 * When the last resort may be tried again. Where the token itself is missing it is tried at a steady
 * short pace, so that the token is in use soon after it is back. Where the token is there and only a
 * key is missing or keeps failing, the pauses grow, because the key may simply be gone, and every
 * attempt interrupts everybody who uses the module.
 */
final class Reinitialization {

  private static final long STEADY = Duration.ofMillis(250).toNanos();
  private static final long LONGEST = Duration.ofSeconds(60).toNanos();

  private long next = System.nanoTime();
  private long pause = STEADY;

  /** Whether it may be tried now; if so, the next time is put off. */
  synchronized boolean due(boolean tokenMissing) {
    long now = System.nanoTime();
    if (now - next < 0) {
      return false;
    }
    if (tokenMissing) {
      next = now + STEADY;
    } else {
      next = now + pause;
      pause = Math.min(2 * pause, LONGEST);
    }
    return true;
  }

  /** A call succeeded: what comes is a new trouble. */
  synchronized void worked() {
    pause = STEADY;
  }
}
