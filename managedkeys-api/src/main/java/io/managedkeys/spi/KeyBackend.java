package io.managedkeys.spi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One open backend. Thread-safe. Called by the registry alone, which has checked usage, grant,
 * algorithm and size before, adds name and operation to every exception, counts, bounds and repeats.
 *
 * <p>A backend throws the types of {@link io.managedkeys.ManagedKeyException} only, with the service's
 * code and request id, and never repeats a remote call by itself.
 */
public interface KeyBackend extends AutoCloseable {

  /**
   * Binds an entry to the key it describes.
   *
   * <p>With a pin, the binding must be to the pinned key: what the pin names (ARN, version) is used
   * instead of an alias, no remote call is made if the pin says enough, and where the key has to be
   * found (PKCS#11) it is compared with the pin. Without one, the key is found by the entry's fields.
   *
   * @param config the entry
   * @param context the call that needs the key
   * @return the key
   * @throws io.managedkeys.KeyNotFoundException if there is none
   * @throws io.managedkeys.AmbiguousKeyException if there are several
   * @throws io.managedkeys.KeyStateException if its state forbids every use
   * @throws io.managedkeys.IdentityChangedException if it is not the pinned one
   */
  BackendKey key(KeyConfig config, CallContext context);

  /**
   * Finds out by a real operation whether the backend works. Never creates anything.
   *
   * @param probe a key known to be good, or null when there is none yet
   * @param context the check's deadline
   * @return the outcome; a failure is an outcome and not an exception
   */
  Health check(@Nullable BackendKey probe, CallContext context);

  /**
   * An optional ability of the backend: {@link KeyLifecycle}, {@link RandomSource}.
   *
   * @param type the ability
   * @param <C> the ability
   * @return the ability, or empty
   */
  default <C> Optional<C> capability(Class<C> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
  }

  /** Ends sessions and connections that the backend itself opened. Idempotent. */
  @Override
  void close();
}
