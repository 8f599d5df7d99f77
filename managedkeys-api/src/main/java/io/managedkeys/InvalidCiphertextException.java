package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * The ciphertext or wrapped key is damaged, truncated, was made by another key, or its associated data
 * differs. Nothing of the plaintext was released, and no more is said about the reason.
 */
public class InvalidCiphertextException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public InvalidCiphertextException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public InvalidCiphertextException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
