package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * The caller's input cannot be used: a digest of the wrong length, a message or plaintext over the
 * limit, a nonce of the wrong size, a point that is not on the curve. Refused before any remote
 * call; the message names the limit and the way out.
 */
public class InvalidInputException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public InvalidInputException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public InvalidInputException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
