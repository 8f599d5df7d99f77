package io.managedkeys.local;

import io.managedkeys.InvalidCiphertextException;
import org.jspecify.annotations.Nullable;

/** One text for every ciphertext that does not open, so that it tells an attacker nothing. */
final class InvalidCiphertexts {

  private InvalidCiphertexts() {}

  static InvalidCiphertextException damaged(@Nullable Throwable cause) {
    return new InvalidCiphertextException(
        "the ciphertext is damaged, was made by another key, or its associated data differs",
        cause);
  }
}
