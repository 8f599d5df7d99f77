package io.managedkeys.registry;

import io.managedkeys.KeyAccess;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * A registry ready for use, and the host's own access to its root namespace, which needs no grants.
 * What is meant for one feature or caller only is handed out by {@link #access(Namespace, Subject)}.
 *
 * <pre>{@code
 * try (ManagedKeys keys = ManagedKeys.open(Path.of("managedkeys.properties"))) {
 *   byte[] signature = keys.key("hsm:root").sign(SignatureAlgorithm.ECDSA_SHA256, document);
 * }
 * }</pre>
 *
 * <p>Thread-safe; {@link #close()} ends every backend's sessions and connections.
 */
public final class ManagedKeys implements KeyAccess, AutoCloseable {

  private final Registry registry;
  private final KeyAccess root;

  ManagedKeys(Registry registry) {
    this.registry = registry;
    this.root = registry.hostAccess(Namespace.ROOT);
  }

  /**
   * Opens what a properties file declares. The file is only read; first pins go to a file of the same
   * name with {@code .pins} appended, and small state to a folder with {@code .state} appended.
   *
   * @param file strict UTF-8 properties, see the configuration reference
   * @return the registry; close it
   * @throws io.managedkeys.InvalidConfigurationException naming the line or field at fault
   * @throws io.managedkeys.ManagedKeyException of the fitting type if a backend can't be opened
   */
  public static ManagedKeys open(Path file) {
    return builder().file(file).open();
  }

  /**
   * Starts a configuration in code.
   *
   * @return the builder
   */
  public static ManagedKeysBuilder builder() {
    return new ManagedKeysBuilder();
  }

  /**
   * The registry, for administration.
   *
   * @return the registry
   */
  public Registry registry() {
    return registry;
  }

  /**
   * What the host hands to one subject.
   *
   * @param namespace where the keys are
   * @param subject who uses them
   * @return the access, checked at every call
   */
  public KeyAccess access(Namespace namespace, Subject subject) {
    return registry.access(namespace, subject);
  }

  @Override
  public Namespace namespace() {
    return root.namespace();
  }

  @Override
  public Subject subject() {
    return root.subject();
  }

  @Override
  public ManagedKey key(String ref) {
    return root.key(ref);
  }

  @Override
  public ManagedKey key(UUID id) {
    return root.key(id);
  }

  @Override
  public List<ManagedKey> keys() {
    return root.keys();
  }

  /** Closes all backends. */
  @Override
  public void close() {
    registry.close();
  }
}
