package io.managedkeys.local;

import io.managedkeys.KeyNotFoundException;
import io.managedkeys.SecretBytes;
import io.managedkeys.Usage;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.RemoteKey;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The file of a local backend, for its operator: what the registry's lifecycle does not do, that is, to
 * bring in keys with their certificates and to change those. Writers take turns, so a file may be
 * changed while backends have it open; they see it within a second.
 *
 * <p>Not thread-safe. Wipes its copy of the password when closed.
 */
public final class LocalKeyFile implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FileStore store;

  private LocalKeyFile(FileStore store) {
    this.store = store;
  }

  /**
   * Opens a file; the first key makes it, if there is none.
   *
   * @param file the file, in an existing folder
   * @param password its password; copied
   * @return the open file
   * @throws io.managedkeys.BackendAuthenticationException if the password is wrong
   * @throws DamagedKeyFileException if the file is damaged
   * @throws io.managedkeys.InvalidConfigurationException if others than its owner can read it
   */
  public static LocalKeyFile open(Path file, SecretBytes password) {
    return new LocalKeyFile(
        new FileStore(
            OwnerOnlyFile.at(file),
            SecretBytes.taking(password.copy()),
            LocalBackendProvider.DEFAULT_ITERATIONS,
            Clock.systemUTC()));
  }

  /**
   * Adds a key with its certificates.
   *
   * @param name its name in the file
   * @param key the key, which stays the caller's to close
   * @param usages what it may be used for
   * @throws io.managedkeys.ConflictException if there is a key of that name
   */
  public void add(String name, ImportedKey key, Set<Usage> usages) {
    LocalBackendProvider.requireName(name);
    try (NewKey checked = NewKey.of(key.type(), key.material(), key.publicHalf())) {
      store.change(
          CallContext.within(PATIENCE),
          (entries, sealing) ->
              entries.plus(
                  checked.seal(
                      name,
                      UUID.randomUUID(),
                      usages,
                      false,
                      Certificates.encode(key.chain()),
                      sealing)));
    }
  }

  /**
   * Replaces the certificates of a key.
   *
   * @param name the key's name in the file
   * @param chain its certificates, leaf first; empty for none
   * @throws KeyNotFoundException if there is no such key
   * @throws io.managedkeys.InvalidInputException if the first is not a certificate of the key
   */
  public void putCertificateChain(String name, List<X509Certificate> chain) {
    store.change(
        CallContext.within(PATIENCE),
        (entries, sealing) -> {
          KeyEntry entry =
              entries
                  .named(name)
                  .orElseThrow(
                      () ->
                          new KeyNotFoundException(
                              "no key named \"" + name + "\" in " + store.place()));
          Certificates.requireLeafOf(entry, chain);
          return entries.replacing(entry.withChain(Certificates.encode(chain)));
        });
  }

  /**
   * Lists the keys.
   *
   * @return the keys by name
   */
  public List<RemoteKey> list() {
    return store.entries().all().stream().map(LocalLifecycle::remote).toList();
  }

  @Override
  public void close() {
    store.close();
  }
}
