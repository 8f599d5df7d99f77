package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * A configuration is wrong: an unknown or missing field, a name that breaks the rules, a value of the
 * wrong form, an unknown backend type. The message names the field and the remedy; nothing was
 * changed.
 */
public class InvalidConfigurationException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   */
  public InvalidConfigurationException(String message) {
    this(message, null);
  }

  /**
   * A failure with the given text and cause.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public InvalidConfigurationException(String message, @Nullable Throwable cause) {
    super(message, cause, false);
  }
}
