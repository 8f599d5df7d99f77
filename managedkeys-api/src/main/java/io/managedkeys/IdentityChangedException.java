package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * What the backend holds under the name of this entry is not the key that was pinned, or the answer
 * came from another key. Nothing was released. Re-pinning is an explicit act of the operator.
 */
public class IdentityChangedException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public IdentityChangedException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public IdentityChangedException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
