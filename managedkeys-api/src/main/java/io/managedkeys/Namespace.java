package io.managedkeys;

import java.util.Optional;

/**
 * A place in the tree of namespaces: {@code a/b/c}, the root being {@code /}. What one namespace
 * holds is invisible from the others.
 *
 * @param path the names from the root, joined by {@code /}; empty for the root
 */
public record Namespace(String path) implements Comparable<Namespace> {

  /** The root. */
  public static final Namespace ROOT = new Namespace("");

  /**
   * Checks and copies the parts.
   *
   * @param path the names from the root, joined by {@code /}; empty for the root
   * @throws InvalidConfigurationException if a part is not a name
   */
  public Namespace {
    if (!path.isEmpty()) {
      for (String part : path.split("/", -1)) {
        Names.require("namespace part", part);
      }
    }
  }

  /**
   * Reads a namespace; slashes at both ends are ignored.
   *
   * @param text {@code /}, {@code a/b} or {@code /a/b/}
   * @return the namespace
   * @throws InvalidConfigurationException if a part is not a name
   */
  public static Namespace parse(String text) {
    int from = text.startsWith("/") ? 1 : 0;
    int to = text.length() > from && text.endsWith("/") ? text.length() - 1 : text.length();
    return from >= to ? ROOT : new Namespace(text.substring(from, to));
  }

  /**
   * The namespace above this one.
   *
   * @return the parent, or empty for the root
   */
  public Optional<Namespace> parent() {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    int slash = path.lastIndexOf('/');
    return Optional.of(slash < 0 ? ROOT : new Namespace(path.substring(0, slash)));
  }

  /**
   * A namespace directly below this one.
   *
   * @param name its name
   * @return the child
   * @throws InvalidConfigurationException if the name breaks the rules
   */
  public Namespace child(String name) {
    Names.require("namespace part", name);
    return new Namespace(path.isEmpty() ? name : path + "/" + name);
  }

  /**
   * Whether this is the root.
   *
   * @return true for the root
   */
  public boolean isRoot() {
    return path.isEmpty();
  }

  /**
   * Whether this namespace is the other one or lies below it.
   *
   * @param other the namespace that may contain this one
   * @return true if it does
   */
  public boolean isWithin(Namespace other) {
    return other.isRoot() || path.equals(other.path) || path.startsWith(other.path + "/");
  }

  @Override
  public int compareTo(Namespace other) {
    return path.compareTo(other.path);
  }

  @Override
  public String toString() {
    return path.isEmpty() ? "/" : path;
  }
}
