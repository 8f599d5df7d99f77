package io.managedkeys;

import java.util.regex.Pattern;

/** The one rule for the names of backends and keys and for the parts of a namespace. */
final class Names {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  private Names() {}

  static String require(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidConfigurationException(
          what
              + " \""
              + printable(name)
              + "\" is not a name: use 1 to 63 of a-z, 0-9, _ and -, starting with a letter or"
              + " digit");
    }
    return name;
  }

  private static String printable(String name) {
    String shown = name.length() > 80 ? name.substring(0, 80) + "..." : name;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}
