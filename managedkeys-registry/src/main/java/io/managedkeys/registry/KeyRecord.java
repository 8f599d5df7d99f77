package io.managedkeys.registry;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyRef;
import io.managedkeys.Namespace;
import io.managedkeys.Usage;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Pin;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An entry as it is written down: immutable, references unresolved. */
record KeyRecord(
    UUID id,
    Namespace namespace,
    KeyRef ref,
    long version,
    Map<String, ConfigValue> fields,
    Map<String, ConfigValue> ownFields,
    Policy policy,
    @Nullable Pin pin) {

  private static final Set<String> OVERRIDES =
      Set.of("wrap-with-decrypt", "unwrap-with-encrypt", "sign-with-decrypt", "sign-with-unwrap");

  /** What the registry itself holds an entry to. */
  record Policy(
      Set<Usage> usages,
      Set<String> algorithms,
      boolean allowGenerate,
      boolean allowReplace,
      boolean allowStore,
      @Nullable String chainFile,
      Set<String> overrides) {}

  static Policy policy(String owner, Map<String, ConfigValue> own) {
    ConfigValues values = RegistryFields.KEY.check(owner, own);
    EnumSet<Usage> usages = EnumSet.noneOf(Usage.class);
    try {
      values.list("usages").forEach(text -> usages.add(Usage.parse(text)));
    } catch (InvalidConfigurationException e) {
      throw new InvalidConfigurationException(owner + ": field \"usages\": " + e.getMessage(), e);
    }
    if (usages.isEmpty()) {
      throw new InvalidConfigurationException(owner + ": field \"usages\" names none");
    }
    Set<String> overrides = Set.copyOf(values.list("override"));
    if (!OVERRIDES.containsAll(overrides)) {
      throw new InvalidConfigurationException(
          owner + ": field \"override\" must name some of " + String.join(", ", OVERRIDES));
    }
    return new Policy(
        Collections.unmodifiableSet(usages),
        Permissions.check(owner, values.list("algorithms")),
        values.isTrue("allow-generate-key"),
        values.isTrue("allow-replace-key"),
        values.isTrue("allow-store-key"),
        values.find("certificate-chain").orElse(null),
        overrides);
  }

  String owner() {
    return "key \"" + ref + "\"" + (namespace.isRoot() ? "" : " in " + namespace);
  }

  KeyRecord withPin(@Nullable Pin next) {
    return new KeyRecord(id, namespace, ref, version + 1, fields, ownFields, policy, next);
  }

  KeyRecord renamed(KeyRef next) {
    return new KeyRecord(id, namespace, next, version + 1, fields, ownFields, policy, pin);
  }

  @Override
  public String toString() {
    return owner();
  }
}
