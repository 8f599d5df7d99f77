package io.managedkeys.local;

import io.managedkeys.SecretBytes;
import java.security.PrivateKey;
import javax.security.auth.DestroyFailedException;
import org.jspecify.annotations.Nullable;

/**
 * A key's material, opened for use: a JCA private key or the bytes of a secret key. Only the bytes can
 * be wiped for sure; the JDK's private keys keep their numbers until they are collected.
 */
final class LoadedKey implements AutoCloseable {

  private final @Nullable PrivateKey privateKey;
  private final @Nullable SecretBytes secret;

  private LoadedKey(@Nullable PrivateKey privateKey, @Nullable SecretBytes secret) {
    this.privateKey = privateKey;
    this.secret = secret;
  }

  static LoadedKey of(PrivateKey key) {
    return new LoadedKey(key, null);
  }

  /** Takes the secret over. */
  static LoadedKey of(SecretBytes secret) {
    return new LoadedKey(null, secret);
  }

  PrivateKey privateKey() {
    if (privateKey == null) {
      throw new IllegalStateException("a secret key was asked for its private half");
    }
    return privateKey;
  }

  SecretBytes secret() {
    if (secret == null) {
      throw new IllegalStateException("a private key was asked for secret bytes");
    }
    return secret;
  }

  @Override
  public void close() {
    if (secret != null) {
      secret.close();
    }
    if (privateKey != null) {
      try {
        privateKey.destroy();
      } catch (DestroyFailedException e) {
        // The JDK's own keys can't be wiped; docs/backends/local.md says so.
        return;
      }
    }
  }

  @Override
  public String toString() {
    return "(redacted)";
  }
}
