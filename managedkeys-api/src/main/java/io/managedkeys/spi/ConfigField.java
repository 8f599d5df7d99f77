package io.managedkeys.spi;

import io.managedkeys.InvalidConfigurationException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One field of a configuration, for validation, masking and the configuration reference.
 *
 * @param name lower-case words joined by hyphens, such as {@code token-label}
 * @param kind the form of the value
 * @param required whether it must be given
 * @param defaultValue what holds when it is not given, or null
 * @param sensitive whether it is masked on every read
 * @param decidesCredentialTarget whether it decides where a credential is sent, so that changing it
 *     requires the sensitive fields again
 * @param allowed the allowed values; empty for any
 * @param meaning one or two sentences for the reference
 */
public record ConfigField(
    String name,
    Kind kind,
    boolean required,
    @Nullable String defaultValue,
    boolean sensitive,
    boolean decidesCredentialTarget,
    List<String> allowed,
    String meaning) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  /** The form of a value. */
  public enum Kind {
    /** Any text. */
    TEXT,
    /** A whole number in decimal. */
    INTEGER,
    /** {@code true} or {@code false}. */
    BOOLEAN,
    /** A number with {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}. */
    DURATION,
    /** Bytes in hexadecimal, with or without {@code 0x}. */
    HEX,
    /** Texts separated by commas. */
    LIST,
    /** A file's path. */
    FILE
  }

  /**
   * Checks and copies the parts.
   *
   * @param name lower-case words joined by hyphens, such as {@code token-label}
   * @param kind the form of the value
   * @param required whether it must be given
   * @param defaultValue what holds when it is not given, or null
   * @param sensitive whether it is masked on every read
   * @param decidesCredentialTarget whether it decides where a credential is sent, so that changing it requires the sensitive fields again
   * @param allowed the allowed values; empty for any
   * @param meaning one or two sentences for the reference
   * @throws InvalidConfigurationException if the name breaks the rules
   */
  public ConfigField {
    Objects.requireNonNull(kind);
    if (!NAME.matcher(name).matches()) {
      throw new InvalidConfigurationException("\"" + name + "\" is not a field name");
    }
    allowed = List.copyOf(allowed);
  }

  /**
   * An optional field.
   *
   * @param name its name
   * @param kind the form of its value
   * @param meaning one or two sentences for the reference
   * @return the field
   */
  public static ConfigField of(String name, Kind kind, String meaning) {
    return new ConfigField(name, kind, false, null, false, false, List.of(), meaning);
  }

  /**
   * An optional text field.
   *
   * @param name its name
   * @param meaning one or two sentences for the reference
   * @return the field
   */
  public static ConfigField text(String name, String meaning) {
    return of(name, Kind.TEXT, meaning);
  }

  /**
   * An optional sensitive text field.
   *
   * @param name its name
   * @param meaning one or two sentences for the reference
   * @return the field
   */
  public static ConfigField secret(String name, String meaning) {
    return new ConfigField(name, Kind.TEXT, false, null, true, false, List.of(), meaning);
  }

  /**
   * The same field, required.
   *
   * @return the field
   */
  public ConfigField mandatory() {
    return new ConfigField(
        name, kind, true, null, sensitive, decidesCredentialTarget, allowed, meaning);
  }

  /**
   * The same field with a default.
   *
   * @param value what holds when it is not given
   * @return the field
   */
  public ConfigField defaultsTo(String value) {
    return new ConfigField(
        name, kind, false, value, sensitive, decidesCredentialTarget, allowed, meaning);
  }

  /**
   * The same field with a closed set of values.
   *
   * @param values the allowed values
   * @return the field
   */
  public ConfigField oneOf(String... values) {
    return new ConfigField(
        name,
        kind,
        required,
        defaultValue,
        sensitive,
        decidesCredentialTarget,
        List.of(values),
        meaning);
  }

  /**
   * The same field, which decides where a credential is sent.
   *
   * @return the field
   */
  public ConfigField decidingCredentialTarget() {
    return new ConfigField(name, kind, required, defaultValue, sensitive, true, allowed, meaning);
  }
}
