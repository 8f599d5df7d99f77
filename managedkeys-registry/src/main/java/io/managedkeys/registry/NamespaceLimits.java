package io.managedkeys.registry;

import io.managedkeys.InvalidConfigurationException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What backends a namespace, and those below it, may add.
 *
 * @param types the allowed types; null for any
 * @param libraries the allowed aliases of PKCS#11 modules; null for any
 */
public record NamespaceLimits(@Nullable Set<String> types, @Nullable Set<String> libraries) {

  /**
   * Copies the sets.
   *
   * @param types the allowed types; null for any
   * @param libraries the allowed aliases of PKCS#11 modules; null for any
   */
  public NamespaceLimits {
    types = types == null ? null : Set.copyOf(types);
    libraries = libraries == null ? null : Set.copyOf(libraries);
  }

  void check(String owner, String type, @Nullable String library) {
    if (types != null && !types.contains(type)) {
      throw new InvalidConfigurationException(
          owner
              + ": backends of type \""
              + type
              + "\" are not allowed here; allowed are "
              + new TreeSet<>(types));
    }
    if (libraries != null && library != null && !libraries.contains(library)) {
      throw new InvalidConfigurationException(
          owner
              + ": the library \""
              + library
              + "\" is not allowed here; allowed are "
              + new TreeSet<>(libraries));
    }
  }
}
