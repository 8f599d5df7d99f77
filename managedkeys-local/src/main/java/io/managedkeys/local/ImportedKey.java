package io.managedkeys.local;

import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key that {@link KeyImport} read from a file, in the clear: close it to wipe it. Give {@code type}
 * and {@code material} to the registry's import, or the whole to {@link
 * LocalKeyFile#add(String, ImportedKey, java.util.Set)}.
 *
 * @param alias what the file calls it; empty in PEM files
 * @param type its type
 * @param material PKCS #8 for private keys, raw for secret keys
 * @param chain its certificates, leaf first; empty when the file has none
 */
public record ImportedKey(
    String alias, KeyType type, SecretBytes material, List<X509Certificate> chain)
    implements AutoCloseable {

  /**
   * Copies the chain.
   *
   * @param alias what the file calls it; empty in PEM files
   * @param type its type
   * @param material PKCS #8 for private keys, raw for secret keys
   * @param chain its certificates, leaf first; empty when the file has none
   */
  public ImportedKey {
    chain = List.copyOf(chain);
  }

  /** The leaf's public key, or null without a chain. */
  @Nullable PublicKey publicHalf() {
    return chain.isEmpty() ? null : chain.get(0).getPublicKey();
  }

  /** Wipes the material. */
  @Override
  public void close() {
    material.close();
  }

  @Override
  public String toString() {
    return type + " key \"" + alias + "\" (redacted)";
  }
}
