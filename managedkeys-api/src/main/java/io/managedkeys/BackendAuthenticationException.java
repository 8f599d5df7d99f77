package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * The backend refused our credentials, or they must not be tried again (a PIN that failed once, a
 * token close to being locked).
 */
public class BackendAuthenticationException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public BackendAuthenticationException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public BackendAuthenticationException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
