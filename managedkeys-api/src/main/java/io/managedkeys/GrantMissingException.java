package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * The subject has no grant for this use of the key, or a grant denies it.
 */
public class GrantMissingException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public GrantMissingException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public GrantMissingException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
