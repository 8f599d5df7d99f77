package io.managedkeys.spi;

import io.managedkeys.SecretBytes;
import org.jspecify.annotations.Nullable;

/** One value of a configuration: text, or a secret that is never text. */
public final class ConfigValue {

  private final @Nullable String text;
  private final @Nullable SecretBytes secret;

  private ConfigValue(@Nullable String text, @Nullable SecretBytes secret) {
    this.text = text;
    this.secret = secret;
  }

  /**
   * A text, which may be a reference such as {@code ${env:NAME}}.
   *
   * @param text the text
   * @return the value
   */
  public static ConfigValue of(String text) {
    return new ConfigValue(text, null);
  }

  /**
   * A secret.
   *
   * @param secret the secret, which the configuration owns from now on
   * @return the value
   */
  public static ConfigValue of(SecretBytes secret) {
    return new ConfigValue(null, secret);
  }

  /**
   * The text.
   *
   * @return the text, or null when the value is a secret
   */
  public @Nullable String text() {
    return text;
  }

  /**
   * The secret.
   *
   * @return the secret, or null when the value is text
   */
  public @Nullable SecretBytes secret() {
    return secret;
  }

  @Override
  public String toString() {
    return text == null ? "(redacted)" : text;
  }
}
