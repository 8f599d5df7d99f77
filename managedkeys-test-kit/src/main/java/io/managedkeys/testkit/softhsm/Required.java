package io.managedkeys.testkit.softhsm;

import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine: missing, it skips the test, or fails it in strict mode. */
final class Required {

  private Required() {}

  static void that(boolean present, String what, String remedy) {
    if (present) {
      return;
    }
    String message = what + " is missing; install it: " + remedy;
    if (strict()) {
      throw new AssertionError(message);
    }
    Assumptions.abort(message);
  }

  private static boolean strict() {
    String property = System.getProperty("MANAGEDKEYS_STRICT");
    return Boolean.parseBoolean(property != null ? property : System.getenv("MANAGEDKEYS_STRICT"));
  }
}
