package io.managedkeys.local;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;

/**
 * The backend type {@code local}: keys in this process's memory, or in one encrypted file.
 *
 * <p>The keys are in the process. Whoever can read its memory has those that were used, and whoever has
 * the file and its password has them all. Take it for development, for tests, and where a password in
 * the host's care is protection enough; else an HSM or a key management service.
 *
 * <p>Fields of a backend: {@code file}, {@code password} (sensitive), {@code iterations}; of a key:
 * {@code name}, {@code extractable}. The file's format, what is wiped and what the JDK does not let
 * anyone wipe stand in {@code docs/backends/local.md}.
 */
public final class LocalBackendProvider implements BackendProvider {

  static final int LEAST_ITERATIONS = 100_000;
  static final int DEFAULT_ITERATIONS = 600_000;
  private static final int MOST_ITERATIONS = 10_000_000;
  private static final int LONGEST_NAME = 200;

  /** For {@link java.util.ServiceLoader}. */
  public LocalBackendProvider() {}

  @Override
  public String type() {
    return "local";
  }

  @Override
  public ConfigSchema backendSchema() {
    return ConfigSchema.of(
        ConfigField.of(
            "file",
            ConfigField.Kind.FILE,
            "The encrypted file that keeps the keys; the first key makes it, owner-only. Without it"
                + " the keys are in this process's memory and gone with it. In both cases the keys"
                + " are used in this process."),
        ConfigField.secret(
            "password", "Opens the file. Needed with file, refused without; UTF-8 text."),
        ConfigField.of(
                "iterations",
                ConfigField.Kind.INTEGER,
                "Iterations of PBKDF2-HMAC-SHA256 for a new file, 100000 to 10000000; an existing"
                    + " file keeps its own.")
            .defaultsTo(Integer.toString(DEFAULT_ITERATIONS)));
  }

  @Override
  public ConfigSchema keySchema() {
    return ConfigSchema.of(
        ConfigField.text("name", "The key's name in the store; by default the entry's own name."),
        ConfigField.of(
                "extractable",
                ConfigField.Kind.BOOLEAN,
                "Whether the key, when it is generated or imported, is marked as one that other keys"
                    + " of the store may wrap.")
            .defaultsTo("false"));
  }

  @Override
  public KeyBackend open(BackendConfig config, Host host) {
    ConfigValues values = config.values();
    int iterations = values.find("iterations").map(Integer::parseInt).orElse(DEFAULT_ITERATIONS);
    if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
      throw new InvalidConfigurationException(
          "field \"iterations\" must be between "
              + LEAST_ITERATIONS
              + " and "
              + MOST_ITERATIONS
              + ", not "
              + iterations);
    }
    if (!values.has("file")) {
      if (values.has("password")) {
        throw new InvalidConfigurationException(
            "field \"password\" is given without \"file\": keys in memory have none; add the file or"
                + " leave the password out");
      }
      return new LocalBackend(new MemoryStore(host.clock()), host);
    }
    if (!values.has("password")) {
      throw new InvalidConfigurationException(
          "field \"password\" is missing: it encrypts the file that \"file\" names");
    }
    OwnerOnlyFile file = OwnerOnlyFile.at(host.file(values.text("file")));
    return new LocalBackend(
        new FileStore(file, values.secret("password"), iterations, host.clock()), host);
  }

  /** The key's name in the store. */
  static String keyName(KeyConfig config) {
    return requireName(config.values().find("name").orElse(config.ref().key()));
  }

  static String requireName(String name) {
    if (name.isBlank()
        || name.length() > LONGEST_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidConfigurationException(
          "field \"name\" of a local key has 1 to "
              + LONGEST_NAME
              + " characters and no control characters");
    }
    return name;
  }
}
