package io.managedkeys.spi;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.SecretBytes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Values that a {@link ConfigSchema} has checked: sensitive ones are secrets, the others text of the
 * declared form. {@link #toString()} masks.
 */
public final class ConfigValues {

  private final String owner;
  private final Map<String, ConfigValue> values;

  ConfigValues(String owner, Map<String, ConfigValue> values) {
    this.owner = owner;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * The fields that have a value.
   *
   * @return their names
   */
  public Set<String> names() {
    return values.keySet();
  }

  /**
   * Whether a field has a value.
   *
   * @param name the field
   * @return true if so
   */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * A text, when there is one.
   *
   * @param name the field
   * @return the text, or empty
   */
  public Optional<String> find(String name) {
    ConfigValue value = values.get(name);
    return value == null ? Optional.empty() : Optional.ofNullable(value.text());
  }

  /**
   * A text.
   *
   * @param name the field
   * @return the text
   * @throws InvalidConfigurationException if it has no value
   */
  public String text(String name) {
    return find(name)
        .orElseThrow(
            () -> new InvalidConfigurationException(owner + ": missing field \"" + name + "\""));
  }

  /**
   * A whole number.
   *
   * @param name the field
   * @return the number
   * @throws InvalidConfigurationException if it has no value
   */
  public int integer(String name) {
    return Integer.parseInt(text(name));
  }

  /**
   * A truth value.
   *
   * @param name the field
   * @return the value; false when it has none
   */
  public boolean isTrue(String name) {
    return find(name).map(Boolean::parseBoolean).orElse(false);
  }

  /**
   * A time.
   *
   * @param name the field
   * @return the time
   * @throws InvalidConfigurationException if it has no value
   */
  public Duration duration(String name) {
    return ConfigSchema.duration(text(name));
  }

  /**
   * Bytes given in hexadecimal.
   *
   * @param name the field
   * @return the bytes
   * @throws InvalidConfigurationException if it has no value
   */
  public byte[] hex(String name) {
    String text = text(name);
    return HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text);
  }

  /**
   * Texts separated by commas, without the blanks around them.
   *
   * @param name the field
   * @return the texts; empty when it has no value
   */
  public List<String> list(String name) {
    return find(name)
        .map(text -> Arrays.stream(text.split(",")).map(String::trim).toList())
        .orElse(List.of())
        .stream()
        .filter(text -> !text.isEmpty())
        .toList();
  }

  /**
   * A secret, when there is one.
   *
   * @param name a sensitive field
   * @return a copy that the caller closes, or empty
   */
  public Optional<SecretBytes> findSecret(String name) {
    ConfigValue value = values.get(name);
    SecretBytes secret = value == null ? null : value.secret();
    return secret == null ? Optional.empty() : Optional.of(SecretBytes.taking(secret.copy()));
  }

  /**
   * A secret.
   *
   * @param name a sensitive field
   * @return a copy that the caller closes
   * @throws InvalidConfigurationException if it has no value
   */
  public SecretBytes secret(String name) {
    return findSecret(name)
        .orElseThrow(
            () -> new InvalidConfigurationException(owner + ": missing field \"" + name + "\""));
  }

  /** Wipes the secrets. */
  public void wipe() {
    for (ConfigValue value : values.values()) {
      SecretBytes secret = value.secret();
      if (secret != null) {
        secret.close();
      }
    }
  }

  @Override
  public String toString() {
    return owner + " " + values;
  }
}
