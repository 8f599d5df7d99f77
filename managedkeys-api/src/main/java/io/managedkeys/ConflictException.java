package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * The registry's state forbids the change: the name is taken, the entry is in use or granted, or it was
 * changed by someone else since it was read. Nothing was changed.
 */
public class ConflictException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public ConflictException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public ConflictException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
