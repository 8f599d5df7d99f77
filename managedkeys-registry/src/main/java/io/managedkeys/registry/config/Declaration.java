package io.managedkeys.registry.config;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyRef;
import io.managedkeys.Namespace;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a properties file declares, sorted by what it is about but not yet checked.
 *
 * @param libraries paths of PKCS#11 modules by alias
 * @param namespaces what each namespace declares
 */
public record Declaration(Map<String, String> libraries, Map<Namespace, Declared> namespaces) {

  /**
   * What one namespace declares.
   *
   * @param backends fields by backend name
   * @param keys fields by key
   * @param grants fields by the grant's label
   */
  public record Declared(
      Map<String, Map<String, String>> backends,
      Map<KeyRef, Map<String, String>> keys,
      Map<String, Map<String, String>> grants) {

    Declared() {
      this(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }
  }

  private static final String FORMS =
      "known are library.ALIAS, backend.NAME.FIELD, key.BACKEND.NAME.FIELD and grant.LABEL.FIELD,"
          + " each optionally after a namespace and a slash";

  /**
   * Sorts the properties.
   *
   * @param source what to call their file in messages
   * @param properties the properties
   * @return what they declare
   * @throws InvalidConfigurationException naming the first that declares nothing known
   */
  public static Declaration of(String source, Map<String, String> properties) {
    Declaration declaration = new Declaration(new LinkedHashMap<>(), new LinkedHashMap<>());
    properties.forEach((name, value) -> declaration.add(source, name, value));
    return declaration;
  }

  private void add(String source, String name, String value) {
    int dot = name.indexOf('.');
    int slash = dot < 0 ? name.lastIndexOf('/') : name.lastIndexOf('/', dot);
    Namespace namespace = slash < 0 ? Namespace.ROOT : Namespace.parse(name.substring(0, slash));
    String[] parts = name.substring(slash + 1).split("\\.", -1);
    String kind = parts[0];
    if (kind.equals("library") && parts.length == 2 && namespace.isRoot()) {
      libraries.put(parts[1], value);
      return;
    }
    Declared declared = namespaces.computeIfAbsent(namespace, at -> new Declared());
    if (kind.equals("backend") && parts.length == 3) {
      put(declared.backends, parts[1], parts[2], value);
    } else if (kind.equals("key") && parts.length == 4) {
      put(declared.keys, new KeyRef(parts[1], parts[2]), parts[3], value);
    } else if (kind.equals("grant") && parts.length == 3) {
      put(declared.grants, parts[1], parts[2], value);
    } else {
      throw new InvalidConfigurationException(
          source + ": unknown property \"" + name + "\"; " + FORMS);
    }
  }

  private static <K> void put(Map<K, Map<String, String>> into, K key, String field, String value) {
    into.computeIfAbsent(key, at -> new LinkedHashMap<>()).put(field, value);
  }
}
