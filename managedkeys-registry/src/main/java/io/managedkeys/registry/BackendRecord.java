package io.managedkeys.registry;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.Namespace;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.ConfigValues;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A backend as it is written down: immutable, references unresolved. */
record BackendRecord(
    UUID id,
    Namespace namespace,
    String name,
    String type,
    long version,
    Map<String, ConfigValue> fields,
    Map<String, ConfigValue> ownFields,
    Settings settings) {

  /** The registry's own settings of a backend. */
  record Settings(boolean verify, Duration deadline, int maxParallel, Verification signatures) {}

  /** Which new signatures are verified before they are released. */
  enum Verification {
    ALWAYS,
    EPOCH,
    OFF
  }

  static Settings settings(String owner, Map<String, ConfigValue> own) {
    ConfigValues values = RegistryFields.BACKEND.check(owner, own);
    Duration deadline = values.duration("deadline");
    if (deadline.isZero() || deadline.compareTo(Duration.ofHours(1)) > 0) {
      throw new InvalidConfigurationException(
          owner + ": field \"deadline\" must be between 1ms and 1h");
    }
    int parallel = values.integer("max-parallel");
    if (parallel < 0) {
      throw new InvalidConfigurationException(
          owner + ": field \"max-parallel\" must not be negative");
    }
    return new Settings(
        values.isTrue("verify"),
        deadline,
        parallel,
        switch (values.text("verify-signatures")) {
          case "always" -> Verification.ALWAYS;
          case "off" -> Verification.OFF;
          default -> Verification.EPOCH;
        });
  }

  /** Splits a backend's fields into the registry's own and the provider's. */
  static Map<String, ConfigValue> own(Map<String, ConfigValue> fields, ConfigSchema schema) {
    Map<String, ConfigValue> own = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (schema.field(name).isPresent()) {
            own.put(name, value);
          }
        });
    return own;
  }

  static Map<String, ConfigValue> others(Map<String, ConfigValue> fields, ConfigSchema schema) {
    Map<String, ConfigValue> others = new LinkedHashMap<>(fields);
    schema.fields().forEach(field -> others.remove(field.name()));
    return others;
  }

  String owner() {
    return "backend \"" + name + "\"" + (namespace.isRoot() ? "" : " in " + namespace);
  }

  @Override
  public String toString() {
    return owner();
  }
}
