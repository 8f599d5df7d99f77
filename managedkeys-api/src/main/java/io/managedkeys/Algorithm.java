package io.managedkeys;

/**
 * An algorithm, an open value: the constants of the subtypes name what the library knows, and a
 * backend can bring one of its own. Two algorithms of one kind are equal when their names are.
 */
public interface Algorithm {

  /**
   * The algorithm's name in configurations, messages and audit events.
   *
   * @return the name: upper-case letters, digits and {@code _}
   */
  String name();
}
