package io.managedkeys.vault.transit;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigField.Kind;
import io.managedkeys.spi.ConfigValues;
import java.util.List;
import java.util.regex.Pattern;

/** The fields of a key of the engine. */
public final class TransitKeyFields {

  private static final Pattern NAME = Pattern.compile("\\w(([\\w.-]+)?\\w)?");

  private TransitKeyFields() {}

  /**
   * The fields, beside {@code name}.
   *
   * @return the fields, in the order of the reference
   */
  public static List<ConfigField> fields() {
    return List.of(
        ConfigField.of(
            "version",
            Kind.INTEGER,
            "engine=transit: the key's version. By default the newest when the entry is first"
                + " bound, and that one from then on; symmetric keys without it follow the newest."),
        ConfigField.of(
            "context",
            Kind.HEX,
            "engine=transit: the derivation context of a key that was created with derived=true."),
        ConfigField.text(
                "hash", "engine=transit: the one hash that a key of type hmac is used with.")
            .oneOf("SHA-256", "SHA-384", "SHA-512")
            .defaultsTo("SHA-256"));
  }

  static String name(ConfigValues values) {
    String name = values.text("name");
    if (!NAME.matcher(name).matches() || name.contains("..")) {
      throw new InvalidConfigurationException(
          "the field 'name' is not a name of a transit key: letters, digits, '_', '-' and '.',"
              + " beginning and ending with a letter, digit or '_'");
    }
    return name;
  }

  static int version(ConfigValues values) {
    if (!values.has("version")) {
      return 0;
    }
    int version = values.integer("version");
    if (version < 1) {
      throw new InvalidConfigurationException("the field 'version' counts from 1");
    }
    return version;
  }

  static HashAlgorithm hash(ConfigValues values) {
    return HashAlgorithm.named(values.text("hash"))
        .orElseThrow(() -> new InvalidConfigurationException("the field 'hash' names no hash"));
  }
}
