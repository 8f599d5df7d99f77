package io.managedkeys.vault.client;

/**
 * An answer that is not what the API promises: no JSON, a field missing, a value of another kind.
 * The message names the field and never holds the answer's content.
 */
public final class MalformedAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A malformed answer.
   *
   * @param message what is wrong, without the content
   */
  public MalformedAnswerException(String message) {
    super(message);
  }
}
