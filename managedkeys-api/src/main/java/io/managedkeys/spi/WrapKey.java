package io.managedkeys.spi;

import io.managedkeys.KeyType;
import io.managedkeys.WrapAlgorithm;

/** Wraps and unwraps keys of the same backend, handle to handle. */
public interface WrapKey {

  /**
   * Wraps a key.
   *
   * @param algorithm one of the key's algorithms
   * @param target a key of the same backend
   * @param context the call
   * @return the wrapped key
   * @throws io.managedkeys.UsageDeniedException if the backend does not let the target out
   */
  byte[] wrapKey(WrapAlgorithm algorithm, BackendKey target, CallContext context);

  /**
   * Unwraps a key into the backend, as the key that an entry describes. Never repeated.
   *
   * @param algorithm one of the key's algorithms
   * @param wrapped the wrapped key
   * @param target the entry that gets it; its usages decide what the new key may do
   * @param type the type of the wrapped key
   * @param context the call
   * @throws io.managedkeys.ConflictException if the entry's fields describe a key already
   * @throws io.managedkeys.InvalidCiphertextException if it is damaged or was wrapped otherwise
   */
  void unwrapKey(
      WrapAlgorithm algorithm, byte[] wrapped, KeyConfig target, KeyType type, CallContext context);
}
