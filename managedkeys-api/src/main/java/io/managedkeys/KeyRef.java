package io.managedkeys;

/**
 * The name of a key inside a namespace: {@code backend:key}.
 *
 * @param backend the backend's name
 * @param key the key's name in that backend's entries
 */
public record KeyRef(String backend, String key) implements Comparable<KeyRef> {

  /**
   * Checks and copies the parts.
   *
   * @param backend the backend's name
   * @param key the key's name in that backend's entries
   * @throws InvalidConfigurationException if a name is not {@code [a-z0-9][a-z0-9_-]{0,62}}
   */
  public KeyRef {
    Names.require("backend", backend);
    Names.require("key", key);
  }

  /**
   * Reads a reference.
   *
   * @param text {@code backend:key}
   * @return the reference
   * @throws InvalidConfigurationException if the text is not one
   */
  public static KeyRef parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || colon != text.lastIndexOf(':') || colon == text.length() - 1) {
      throw new InvalidConfigurationException(
          "invalid key reference: must be \"<backend name>:<key name>\"");
    }
    return new KeyRef(text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public int compareTo(KeyRef other) {
    int order = backend.compareTo(other.backend);
    return order != 0 ? order : key.compareTo(other.key);
  }

  @Override
  public String toString() {
    return backend + ":" + key;
  }
}
