package io.managedkeys.azurekv;

import io.managedkeys.IdentityChangedException;
import io.managedkeys.ManagedKeyException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Looks at an answer before anything of it is released. */
final class Answers {
  private Answers() {}

  /** The value, if it is there and this key's; a value of another key's is wiped. */
  static byte[] checked(AzureKey key, @Nullable String answeredBy, byte @Nullable [] value) {
    if (value == null) {
      throw new ManagedKeyException("the vault's answer lacks its value", null);
    }
    try {
      key.requireFrom(answeredBy);
    } catch (IdentityChangedException e) {
      Arrays.fill(value, (byte) 0);
      throw e;
    }
    return value;
  }
}
