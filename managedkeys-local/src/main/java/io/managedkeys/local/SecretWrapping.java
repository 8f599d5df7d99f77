package io.managedkeys.local;

import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.WrapBytes;

/** Wraps material under an AES key. */
final class SecretWrapping implements WrapBytes {

  private final LocalKey key;

  SecretWrapping(LocalKey key) {
    this.key = key;
  }

  @Override
  public byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, CallContext context) {
    return key.withSecret(context, bytes -> AesKeyWrap.wrap(algorithm, bytes, material));
  }

  @Override
  public byte[] unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped, CallContext context) {
    return key.withSecret(context, bytes -> AesKeyWrap.unwrap(algorithm, bytes, wrapped));
  }
}
