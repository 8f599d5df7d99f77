package io.managedkeys.pkcs11;

import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.Witness;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Opens backends and makes entries as the registry does, without the registry. */
final class TestBackend {

  static final Set<Usage> ALL = Set.of(Usage.values());

  private TestBackend() {}

  static CallContext soon() {
    return CallContext.within(Duration.ofSeconds(30));
  }

  static Map<String, String> fields(SoftHsmToken token) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("library", "softhsm");
    fields.put("token-label", token.label());
    fields.put("pin", SoftHsmToken.PIN);
    return fields;
  }

  static Pkcs11Backend open(SoftHsmToken token, String... more) {
    Map<String, String> fields = fields(token);
    for (int i = 0; i < more.length; i += 2) {
      fields.put(more[i], more[i + 1]);
    }
    return open(token.library(), fields, 1, Optional.empty());
  }

  static Pkcs11Backend open(
      Path library, Map<String, String> fields, long version, Optional<Path> state) {
    ConfigValues values = values(Pkcs11Fields.BACKEND, fields);
    UUID id = UUID.nameUUIDFromBytes("hsm".getBytes(StandardCharsets.UTF_8));
    return (Pkcs11Backend)
        new Pkcs11Provider()
            .open(
                new BackendConfig("hsm", id, version, values),
                new TestHost(Map.of("softhsm", library), state));
  }

  private static ConfigValues values(ConfigSchema schema, Map<String, String> fields) {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    fields.forEach((name, value) -> values.put(name, ConfigValue.of(value)));
    return schema.check("test", values);
  }

  static KeyConfig entry(String label, Set<Usage> usages, String... more) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (label != null) {
      fields.put("key-label", label);
    }
    for (int i = 0; i < more.length; i += 2) {
      fields.put(more[i], more[i + 1]);
    }
    return new KeyConfig(
        KeyRef.parse("hsm:key"), UUID.randomUUID(), usages, values(Pkcs11Fields.KEY, fields), null);
  }

  static KeyConfig entry(String label) {
    return entry(label, Usage.defaults());
  }

  static Pkcs11Key generate(
      Pkcs11Backend backend, String label, KeyType type, Set<Usage> usages, String... more) {
    KeyConfig entry = entry(label, usages, more);
    backend.capability(KeyLifecycle.class).orElseThrow().generate(entry, type, entry.id(), soon());
    return (Pkcs11Key) backend.key(entry, soon());
  }

  static KeyConfig pinned(KeyConfig entry, Pkcs11Key key) {
    return entry.withPin(
        Pin.of(key.info(), key.info().type().isSecret() ? Witness.of(key, soon()) : null));
  }
}
