package io.managedkeys;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The service asks us to slow down, or a concurrency bound of our own was reached. */
public class ThrottledException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable Duration retryAfter;

  /**
   * A refusal for the time being.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   * @param retryAfter how long the service asks us to wait, or null when it does not say
   */
  public ThrottledException(
      String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
    super(message, cause, true);
    this.retryAfter = retryAfter;
  }

  /**
   * The service's own hint.
   *
   * @return how long to wait, or empty when the service does not say
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
