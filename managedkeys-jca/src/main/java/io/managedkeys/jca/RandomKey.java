package io.managedkeys.jca;

import io.managedkeys.KeyRef;
import java.security.SecureRandomParameters;

/**
 * Says by whose backend {@code SecureRandom.getInstance("ManagedKeys", parameters)} makes its bytes.
 *
 * @param ref a key whose entry allows the usage {@code random}: its backend is the source
 */
public record RandomKey(KeyRef ref) implements SecureRandomParameters {

  /**
   * By the reference's text.
   *
   * @param ref {@code backend:key}
   * @return the parameters
   * @throws io.managedkeys.InvalidConfigurationException if the text is no reference
   */
  public static RandomKey of(String ref) {
    return new RandomKey(KeyRef.parse(ref));
  }
}
