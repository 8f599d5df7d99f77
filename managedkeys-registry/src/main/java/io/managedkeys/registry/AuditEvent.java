package io.managedkeys.registry;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What happened, without data and without secrets.
 *
 * @param time when the call began
 * @param phase whether the call is about to begin or has ended
 * @param call the call
 * @param keyVersion the version of the key used, or null when unknown
 * @param outcome {@code success}, or the simple name of the exception's type
 * @param detail the exception's message, or null
 * @param duration how long it took; zero for an intent
 */
public record AuditEvent(
    Instant time,
    Phase phase,
    Call call,
    @Nullable String keyVersion,
    String outcome,
    @Nullable String detail,
    Duration duration) {

  /** The outcome of a call that succeeded. */
  public static final String SUCCESS = "success";

  /** Whether a call is about to begin or has ended. */
  public enum Phase {
    /** About to begin; sent only when audit is fatal. */
    INTENT,
    /** Ended. */
    OUTCOME
  }
}
