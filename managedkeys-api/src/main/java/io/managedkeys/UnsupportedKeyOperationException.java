package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * The backend, the key or this library cannot do the operation at all, or not with this algorithm or
 * form of input. The message names what is possible instead.
 */
public class UnsupportedKeyOperationException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public UnsupportedKeyOperationException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public UnsupportedKeyOperationException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
