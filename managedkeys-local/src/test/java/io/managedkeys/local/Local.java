package io.managedkeys.local;

import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.RemoteKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** An open local backend, driven as the registry drives it. */
final class Local implements AutoCloseable {

  static final String PASSWORD = "correct hörse battery";
  private static final LocalBackendProvider PROVIDER = new LocalBackendProvider();

  final TestHost host;
  final LocalBackend backend;

  private Local(TestHost host, LocalBackend backend) {
    this.host = host;
    this.backend = backend;
  }

  static Local inMemory() {
    return open(Map.of());
  }

  static Local inFile(Path file) {
    return inFile(file, PASSWORD);
  }

  static Local inFile(Path file, String password) {
    return open(
        Map.of(
            "file", ConfigValue.of(file.toString()),
            "iterations", ConfigValue.of("100000"),
            "password",
                ConfigValue.of(SecretBytes.taking(password.getBytes(StandardCharsets.UTF_8)))));
  }

  static Local open(Map<String, ConfigValue> fields) {
    TestHost host = new TestHost();
    try {
      BackendConfig config =
          new BackendConfig(
              "keys",
              UUID.randomUUID(),
              1,
              PROVIDER.backendSchema().check("backend \"keys\"", fields));
      return new Local(host, (LocalBackend) PROVIDER.open(config, host));
    } catch (RuntimeException e) {
      host.close();
      throw e;
    }
  }

  static CallContext soon() {
    return CallContext.within(Duration.ofSeconds(20));
  }

  static KeyConfig entry(String key, Set<Usage> usages, Map<String, String> fields, Pin pin) {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    fields.forEach((name, value) -> values.put(name, ConfigValue.of(value)));
    return new KeyConfig(
        new KeyRef("keys", key),
        UUID.randomUUID(),
        usages,
        PROVIDER.keySchema().check("key \"" + key + "\"", values),
        pin);
  }

  static KeyConfig entry(String key) {
    return entry(key, EnumSet.allOf(Usage.class), Map.of(), null);
  }

  KeyLifecycle lifecycle() {
    return backend.capability(KeyLifecycle.class).orElseThrow();
  }

  RemoteKey generate(String name, KeyType type) {
    return lifecycle().generate(entry(name), type, UUID.randomUUID(), soon());
  }

  BackendKey make(String name, KeyType type) {
    generate(name, type);
    return key(name);
  }

  BackendKey importKey(String name, KeyType type, byte[] material) {
    try (SecretBytes secret = SecretBytes.copyOf(material)) {
      lifecycle().importKey(entry(name), type, secret, UUID.randomUUID(), soon());
    }
    return key(name);
  }

  BackendKey key(String name) {
    return backend.key(entry(name), soon());
  }

  static <C> C can(BackendKey key, Class<C> capability) {
    return key.capability(capability).orElseThrow();
  }

  @Override
  public void close() {
    backend.close();
    host.close();
  }
}
