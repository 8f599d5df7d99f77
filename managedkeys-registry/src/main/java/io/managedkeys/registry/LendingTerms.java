package io.managedkeys.registry;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.ConfigValue;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which keys of a lent backend a namespace may have entries for: those whose field has one of these
 * values (ids), or begins with one of these prefixes (labels). An entry must give at least one of the
 * fields named here, and every one that it gives must keep to them.
 *
 * @param values allowed values by field
 * @param prefixes allowed prefixes by field
 */
public record LendingTerms(Map<String, Set<String>> values, Map<String, Set<String>> prefixes) {

  /**
   * Copies the terms.
   *
   * @param values allowed values by field
   * @param prefixes allowed prefixes by field
   * @throws InvalidConfigurationException if there are none: a backend is not lent without terms
   */
  public LendingTerms {
    values = Map.copyOf(values);
    prefixes = Map.copyOf(prefixes);
    if (values.isEmpty() && prefixes.isEmpty()) {
      throw new InvalidConfigurationException(
          "lending needs terms: the ids, or the label prefixes, that may be used");
    }
    if (prefixes.values().stream().anyMatch(set -> set.contains(""))) {
      throw new InvalidConfigurationException("an empty prefix would lend every key");
    }
  }

  /**
   * Terms by label prefix.
   *
   * @param field the field that holds the label, such as {@code key-label}
   * @param prefixes the prefixes
   * @return the terms
   */
  public static LendingTerms prefix(String field, String... prefixes) {
    return new LendingTerms(Map.of(), Map.of(field, Set.of(prefixes)));
  }

  /**
   * Terms by value.
   *
   * @param field the field that holds the id, such as {@code key-id}
   * @param values the values
   * @return the terms
   */
  public static LendingTerms value(String field, String... values) {
    return new LendingTerms(Map.of(field, Set.of(values)), Map.of());
  }

  void check(String owner, Map<String, ConfigValue> fields) {
    TreeSet<String> named = new TreeSet<>(values.keySet());
    named.addAll(prefixes.keySet());
    boolean given = false;
    for (String field : named) {
      ConfigValue value = fields.get(field);
      if (value != null) {
        given = true;
        if (!allows(field, String.valueOf(value.text()))) {
          throw new InvalidConfigurationException(
              owner
                  + ": field \""
                  + field
                  + "\" is outside the terms that the backend was lent on: values "
                  + new TreeMap<>(values)
                  + ", prefixes "
                  + new TreeMap<>(prefixes));
        }
      }
    }
    if (!given) {
      throw new InvalidConfigurationException(
          owner + ": the backend was lent on terms for the fields " + named + "; give one of them");
    }
  }

  private boolean allows(String field, String text) {
    return values.getOrDefault(field, Set.of()).contains(text)
        || prefixes.getOrDefault(field, Set.of()).stream().anyMatch(text::startsWith);
  }
}
