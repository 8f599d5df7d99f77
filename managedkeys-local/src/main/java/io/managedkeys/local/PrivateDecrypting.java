package io.managedkeys.local;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;

/** Decrypts RSA-OAEP with the JDK. */
final class PrivateDecrypting implements Decrypting {

  private final LocalKey key;

  PrivateDecrypting(LocalKey key) {
    this.key = key;
  }

  @Override
  public byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext, CallContext context) {
    var hash = algorithm.hash();
    var mgfHash = algorithm.mgfHash();
    if (hash == null || mgfHash == null) {
      throw new UnsupportedKeyOperationException("local RSA keys decrypt OAEP, not " + algorithm);
    }
    return new Oaep(hash, mgfHash)
        .decrypt(key.material(context).privateKey(), key.info().type().bits(), ciphertext);
  }
}
