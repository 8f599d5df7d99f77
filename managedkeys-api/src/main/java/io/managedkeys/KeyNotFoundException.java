package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * No such key: the name is unknown in the namespace, or the backend holds no key that the entry
 * describes. Also thrown for what another namespace holds, which is invisible from here.
 */
public class KeyNotFoundException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public KeyNotFoundException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public KeyNotFoundException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
