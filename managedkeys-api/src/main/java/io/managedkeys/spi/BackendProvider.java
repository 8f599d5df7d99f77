package io.managedkeys.spi;

/**
 * A type of backend. Found by {@link java.util.ServiceLoader}, stateless and thread-safe.
 *
 * <p>The fields {@code type}, {@code verify}, {@code deadline}, {@code max-parallel}, {@code
 * verify-signatures} of a backend and {@code usages}, {@code algorithms}, {@code allow-generate-key},
 * {@code allow-replace-key}, {@code allow-store-key}, {@code certificate-chain}, {@code override} of a
 * key belong to the registry and must not stand in a provider's schemas.
 */
public interface BackendProvider {

  /**
   * The type's name in configurations.
   *
   * @return such as {@code pkcs11}
   */
  String type();

  /**
   * The fields of a backend.
   *
   * @return the schema
   */
  ConfigSchema backendSchema();

  /**
   * The fields of a key.
   *
   * @return the schema
   */
  ConfigSchema keySchema();

  /**
   * How a backend whose configuration changed is replaced.
   *
   * @return the way; by default open-then-swap
   */
  default Replacement replacement() {
    return Replacement.OPEN_THEN_SWAP;
  }

  /**
   * Opens a backend: connects and logs in as far as that is needed to say that the configuration is
   * right, and creates nothing.
   *
   * @param config the checked configuration; its secrets are wiped after this call unless copied
   * @param host what may be taken from the process
   * @return the backend
   * @throws io.managedkeys.ManagedKeyException of the fitting type if it cannot be opened
   */
  KeyBackend open(BackendConfig config, Host host);
}
