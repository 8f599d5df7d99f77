package io.managedkeys.jca;

import io.managedkeys.ManagedKey;
import javax.crypto.SecretKey;

/** A secret key: AES, HMAC or another. */
final class SecretHandle extends KeyHandle implements SecretKey {

  private static final long serialVersionUID = 1L;

  SecretHandle(ManagedKey key, String family, String algorithm) {
    super(key, family, algorithm);
  }
}
