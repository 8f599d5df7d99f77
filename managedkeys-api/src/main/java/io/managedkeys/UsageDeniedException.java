package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * The entry, or the backend itself, does not allow this use of the key or this algorithm. Refused
 * before any remote call where the entry says so.
 */
public class UsageDeniedException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public UsageDeniedException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public UsageDeniedException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
