package io.managedkeys.jca;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import org.jspecify.annotations.Nullable;

/**
 * Finds what other providers have under a name, for keys that are not ours. Instances of this
 * provider are passed over, whatever their name and class loader, so that two never hand a key to
 * each other.
 */
final class NextProvider {

  /** Makes and starts an engine of one provider. */
  @FunctionalInterface
  interface Start<T> {
    /**
     * The started engine.
     *
     * @throws GeneralSecurityException if the provider lacks it or refuses the key
     */
    T with(Provider provider) throws GeneralSecurityException;
  }

  private NextProvider() {}

  /**
   * The first provider's engine that starts with the key.
   *
   * @param what the algorithm, for the refusal
   * @param key the key that is not ours, or null for an engine without one
   * @throws InvalidKeyException if no other provider takes the key
   */
  static <T> T start(String what, @Nullable Key key, Start<T> start) throws InvalidKeyException {
    GeneralSecurityException last = null;
    for (Provider provider : Security.getProviders()) {
      if (isOurs(provider)) {
        continue;
      }
      try {
        return start.with(provider);
      } catch (GeneralSecurityException e) {
        if (last == null || !(e instanceof NoSuchAlgorithmException)) {
          last = e;
        }
      } catch (RuntimeException e) {
        // A provider that chokes on a key is not the one that takes it.
        last = new InvalidKeyException(provider.getName() + " failed on the key", e);
      }
    }
    throw new InvalidKeyException(
        key == null
            ? "no other installed provider has " + what
            : "no other installed provider takes a "
                + key.getClass().getName()
                + ", which is not a managed key's handle, for "
                + what,
        last);
  }

  static boolean isOurs(Provider provider) {
    return provider.getClass().getName().equals(ManagedKeysProvider.class.getName());
  }
}
