package io.managedkeys.vault.login;

import io.managedkeys.SecretBytes;
import io.managedkeys.vault.client.VaultRequest;
import org.jspecify.annotations.Nullable;

/** One way to come by a token. Thread-safe. */
public interface LoginMethod extends AutoCloseable {

  /**
   * The method's name in configurations and messages.
   *
   * @return such as {@code approle}
   */
  String name();

  /**
   * The request that logs in, with the credential as it is now: files are read again each time.
   *
   * @return the request without a token; or null when the method holds a token already
   */
  @Nullable VaultRequest request();

  /**
   * The token that the method holds.
   *
   * @return a copy that the caller closes, or null when the method has to log in
   */
  default @Nullable SecretBytes token() {
    return null;
  }

  /**
   * Whether another login can give another outcome than the one before, apart from the passing of
   * time: a token that was given as such is what it is.
   *
   * @return true if so
   */
  boolean repeatable();

  /** Wipes the credential. */
  @Override
  void close();
}
