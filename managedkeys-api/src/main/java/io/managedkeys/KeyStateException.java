package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * The key exists but its state forbids the use: disabled, pending destruction, not yet valid, expired,
 * not yet generated or waiting for imported material.
 */
public class KeyStateException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public KeyStateException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public KeyStateException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
