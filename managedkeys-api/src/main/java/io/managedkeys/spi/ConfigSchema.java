package io.managedkeys.spi;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a configuration. Drives validation (unknown fields refused, missing ones named),
 * masking and the configuration reference.
 *
 * @param fields the fields, in the order of the reference
 */
public record ConfigSchema(List<ConfigField> fields) {

  /** What a sensitive value reads as; writing it is refused. */
  public static final String REDACTED = "(redacted)";

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  /**
   * Checks and copies the parts.
   *
   * @param fields the fields, in the order of the reference
   * @throws InvalidConfigurationException if two fields have one name
   */
  public ConfigSchema {
    fields = List.copyOf(fields);
    if (fields.stream().map(ConfigField::name).distinct().count() != fields.size()) {
      throw new InvalidConfigurationException("a schema names a field twice");
    }
  }

  /**
   * A schema of these fields.
   *
   * @param fields the fields
   * @return the schema
   */
  public static ConfigSchema of(ConfigField... fields) {
    return new ConfigSchema(List.of(fields));
  }

  /**
   * Finds a field.
   *
   * @param name its name
   * @return the field, or empty
   */
  public Optional<ConfigField> field(String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /**
   * Checks values against the fields. References must have been resolved before.
   *
   * @param owner what the values belong to, for messages: {@code backend "hsm"}
   * @param values the values by field name
   * @return the checked values, with defaults
   * @throws InvalidConfigurationException naming every fault
   */
  public ConfigValues check(String owner, Map<String, ConfigValue> values) {
    List<String> faults = new ArrayList<>();
    for (String name : new TreeSet<>(values.keySet())) {
      if (field(name).isEmpty()) {
        faults.add("unknown field \"" + printable(name) + "\" (known: " + names() + ")");
      }
    }
    Map<String, ConfigValue> checked = new LinkedHashMap<>();
    for (ConfigField field : fields) {
      ConfigValue value = values.get(field.name());
      if (value == null && field.defaultValue() != null) {
        value = ConfigValue.of(field.defaultValue());
      }
      if (value == null) {
        if (field.required()) {
          faults.add("missing field \"" + field.name() + "\": " + field.meaning());
        }
        continue;
      }
      String fault = fault(field, value);
      if (fault == null) {
        checked.put(field.name(), asDeclared(field, value));
      } else {
        faults.add("field \"" + field.name() + "\" " + fault);
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidConfigurationException(owner + ": " + String.join("; ", faults));
    }
    return new ConfigValues(owner, checked);
  }

  private String names() {
    return String.join(", ", fields.stream().map(ConfigField::name).toList());
  }

  private static ConfigValue asDeclared(ConfigField field, ConfigValue value) {
    String text = value.text();
    if (field.sensitive() && text != null) {
      return ConfigValue.of(SecretBytes.taking(text.getBytes(StandardCharsets.UTF_8)));
    }
    return value;
  }

  private static @Nullable String fault(ConfigField field, ConfigValue value) {
    String text = value.text();
    if (text == null) {
      return field.sensitive() ? null : "is not sensitive and must be given as text";
    }
    if (text.equals(REDACTED)) {
      return "holds the mask that reads show; give the value itself";
    }
    if (text.isEmpty()) {
      return "is empty; leave it out or give a value";
    }
    if (!field.allowed().isEmpty() && !field.allowed().contains(text)) {
      return "must be one of " + String.join(", ", field.allowed());
    }
    return switch (field.kind()) {
      case TEXT, LIST, FILE ->
          text.chars().anyMatch(c -> c == 0) ? "must not hold a NUL character" : null;
      case INTEGER -> text.matches("-?[0-9]{1,9}") ? null : "must be a whole number";
      case BOOLEAN -> text.equals("true") || text.equals("false") ? null : "must be true or false";
      case DURATION ->
          DURATION.matcher(text).matches() ? null : "must be a time such as 500ms, 10s, 5m or 1h";
      case HEX -> text.matches("(0x)?([0-9a-fA-F]{2})+") ? null : "must be bytes in hexadecimal";
    };
  }

  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidConfigurationException("not a time such as 500ms, 10s, 5m or 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  private static String printable(String name) {
    String shown = name.length() > 80 ? name.substring(0, 80) + "..." : name;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}
