package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * The entry describes more than one key in the backend. Nothing was chosen; make the entry exact, for
 * example by adding the id to the label.
 */
public class AmbiguousKeyException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public AmbiguousKeyException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public AmbiguousKeyException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
