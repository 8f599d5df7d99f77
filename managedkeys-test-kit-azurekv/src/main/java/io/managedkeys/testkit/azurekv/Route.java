package io.managedkeys.testkit.azurekv;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, and how to do it. The action gives the answer's body, or null for an
 * answer without one.
 */
record Route(
    KeyVaultOperation operation, int status, Supplier<@Nullable Map<String, Object>> action) {

  static Route of(KeyVaultOperation operation, Supplier<@Nullable Map<String, Object>> action) {
    return new Route(operation, 200, action);
  }
}
