package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * The backend cannot be reached, did not answer within the deadline, lost its sessions, or is known
 * to be down. The same call may succeed later; nothing needs a restart.
 */
public class BackendUnavailableException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public BackendUnavailableException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public BackendUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause, true);
  }
}
