package io.managedkeys;

import java.util.regex.Pattern;

/**
 * Which keys of a namespace a grant is about: one key ({@code hsm:root-ca}), the keys of a backend
 * ({@code hsm:*}), those whose name begins so ({@code hsm:web-*}), or all ({@code *}). Nothing else is
 * accepted, so that a pattern never means less than it seems to.
 *
 * @param text the pattern
 */
public record KeyPattern(String text) {

  private static final Pattern FORM =
      Pattern.compile("\\*|[a-z0-9][a-z0-9_-]{0,62}:([a-z0-9][a-z0-9_-]{0,62}\\*?|\\*)");

  /**
   * Checks and copies the parts.
   *
   * @param text the pattern
   * @throws InvalidConfigurationException if it is none of the four forms
   */
  public KeyPattern {
    if (!FORM.matcher(text).matches()) {
      throw new InvalidConfigurationException(
          "a grant's key is \"backend:key\", \"backend:prefix*\", \"backend:*\" or \"*\"; other"
              + " patterns can't be honoured and are refused");
    }
  }

  /**
   * Whether the pattern names one key.
   *
   * @return true if it has no wildcard
   */
  public boolean isExact() {
    return !text.endsWith("*");
  }

  /**
   * Whether the pattern covers a key.
   *
   * @param ref the key
   * @return true if so
   */
  public boolean matches(KeyRef ref) {
    if (text.equals("*")) {
      return true;
    }
    int colon = text.indexOf(':');
    if (!ref.backend().equals(text.substring(0, colon))) {
      return false;
    }
    String rest = text.substring(colon + 1);
    return rest.endsWith("*")
        ? ref.key().startsWith(rest.substring(0, rest.length() - 1))
        : ref.key().equals(rest);
  }

  @Override
  public String toString() {
    return text;
  }
}
