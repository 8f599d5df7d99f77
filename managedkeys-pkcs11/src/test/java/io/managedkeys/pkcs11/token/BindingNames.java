package io.managedkeys.pkcs11.token;

import io.managedkeys.InvalidConfigurationException;
import java.util.ArrayList;
import java.util.List;

/** The bindings that this JVM has, for tests that run on each. */
public final class BindingNames {

  private BindingNames() {}

  public static List<String> usable() {
    List<String> names = new ArrayList<>();
    for (String name : List.of("jni", "ffm")) {
      try {
        names.add(Bindings.choose(name).name());
      } catch (InvalidConfigurationException e) {
        // Not on this class path, or not for this JVM: the tests run on the others.
      }
    }
    return names;
  }
}
