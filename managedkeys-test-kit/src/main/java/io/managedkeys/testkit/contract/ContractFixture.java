package io.managedkeys.testkit.contract;

import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.Namespace;
import io.managedkeys.SecretBytes;
import io.managedkeys.Usage;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.ManagedKeysBuilder;
import io.managedkeys.spi.ConfigValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a backend gives to its contract: a registry with the backend in it, keys, and what its server
 * lacks. Made once per test class and closed after it.
 *
 * <p>The contract adds the entries it needs by itself. A backend whose keys the registry can generate
 * says in {@link #newKeyFields} only how an entry names a new key; one whose keys are made by other
 * means overrides {@link #provision}.
 */
public interface ContractFixture extends AutoCloseable {

  /** The name that the backend under test must have in the registry. */
  String BACKEND = "contract";

  /**
   * The backend's type for the support table.
   *
   * @return such as {@code pkcs11}
   */
  String backendType();

  /**
   * The server with its version for the support table.
   *
   * @return such as {@code SoftHSM 2.6.1}
   */
  String server();

  /**
   * A builder that declares the backend, named {@link #BACKEND}, and nothing else but what it needs
   * (libraries, vendor clients). Called again to close and reopen with the same configuration.
   *
   * @return the builder
   */
  ManagedKeysBuilder builder();

  /**
   * The types of key that the server can hold and this test can make.
   *
   * @return the types, in the order of the support table
   */
  List<KeyType> keyTypes();

  /**
   * What backend or server lacks.
   *
   * @return the limits, each with its evidence
   */
  Limits limits();

  /**
   * The backend's own fields of an entry whose key does not exist yet, but could be made by the
   * registry.
   *
   * @param name a name that was not used before: lower-case letters, digits and hyphens
   * @param type the type that the key is going to have
   * @return the fields
   */
  Map<String, String> newKeyFields(String name, KeyType type);

  /**
   * Makes a key in the server and says how an entry names it. By default the registry generates it.
   *
   * @param keys the open registry
   * @param name a name that was not used before
   * @param type the key's type
   * @param usages what the key must be able to do
   * @return the backend's own fields of an entry that names exactly this key
   * @throws io.managedkeys.UnsupportedKeyOperationException if such a key can't be had, which {@link
   *     #limits()} must declare
   */
  default Map<String, String> provision(
      ManagedKeys keys, String name, KeyType type, Set<Usage> usages) {
    Map<String, String> fields = newKeyFields(name, type);
    KeyRef ref = new KeyRef(BACKEND, "making-" + name);
    keys.registry().addKey(Namespace.ROOT, ref, entry(fields, usages));
    try {
      keys.registry().generate(Namespace.ROOT, ref, type);
    } finally {
      keys.registry().removeKey(Namespace.ROOT, ref);
    }
    return fields;
  }

  /**
   * Brings a key of the test's own into the server, so that results can be computed independently. By
   * default the registry imports it.
   *
   * @param keys the open registry
   * @param name a name that was not used before
   * @param type the key's type
   * @param usages what the key must be able to do
   * @param material raw for secret keys, PKCS #8 for private keys
   * @return the backend's own fields of an entry that names exactly this key
   * @throws io.managedkeys.UnsupportedKeyOperationException if the server takes no such key, which
   *     {@link #limits()} must declare
   */
  default Map<String, String> provisionImported(
      ManagedKeys keys, String name, KeyType type, Set<Usage> usages, byte[] material) {
    Map<String, String> fields = newKeyFields(name, type);
    KeyRef ref = new KeyRef(BACKEND, "bringing-" + name);
    keys.registry().addKey(Namespace.ROOT, ref, entry(fields, usages));
    try (SecretBytes secret = SecretBytes.copyOf(material)) {
      keys.registry().importKey(Namespace.ROOT, ref, type, secret);
    } finally {
      keys.registry().removeKey(Namespace.ROOT, ref);
    }
    return fields;
  }

  /**
   * The backend's own fields of an entry whose key does not exist.
   *
   * @return the fields
   */
  default Map<String, String> missingKeyFields() {
    return newKeyFields("missing-" + UUID.randomUUID(), KeyType.EC_P256);
  }

  /**
   * The sensitive values that the configuration holds. None of them may appear in what is read,
   * printed, thrown, logged or audited.
   *
   * @return the values
   */
  List<String> secrets();

  /**
   * Whether keys are still there after the registry was closed and opened again.
   *
   * @return true unless they are kept in memory
   */
  default boolean keysSurviveReopening() {
    return true;
  }

  /**
   * The number of threads and the number of operations of each in the concurrency tests.
   *
   * @return two numbers
   */
  default int[] concurrency() {
    return new int[] {8, 20};
  }

  /**
   * An entry's fields with everything allowed that the contract needs.
   *
   * @param fields the backend's own fields
   * @param usages what the entry allows
   * @return all the fields
   */
  static Map<String, ConfigValue> entry(Map<String, String> fields, Set<Usage> usages) {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    fields.forEach((field, value) -> values.put(field, ConfigValue.of(value)));
    values.put(
        "usages",
        ConfigValue.of(usages.stream().map(Usage::text).collect(Collectors.joining(","))));
    values.put("algorithms", ConfigValue.of(Algorithms.ALL));
    values.put("allow-generate-key", ConfigValue.of("true"));
    values.put("allow-replace-key", ConfigValue.of("true"));
    values.put("allow-store-key", ConfigValue.of("true"));
    return values;
  }

  /** Ends what the fixture started. */
  @Override
  void close();
}
