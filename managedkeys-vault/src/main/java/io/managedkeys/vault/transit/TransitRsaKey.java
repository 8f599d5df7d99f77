package io.managedkeys.vault.transit;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.vault.client.JsonBody;

/** An RSA key, which also decrypts. The engine's OAEP is SHA-256 for both hashes, no label. */
final class TransitRsaKey extends TransitSigningKey implements Decrypting {

  TransitRsaKey(TransitEngine engine, TransitEntry entry, KeyInfo info) {
    super(engine, entry, info);
  }

  @Override
  public byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext, CallContext context) {
    JsonBody body =
        new JsonBody().text("ciphertext", new Versioned(entry().version(), ciphertext).text());
    return engine()
        .session()
        .ask(
            engine().compute("decrypt", entry().name(), body),
            "decrypting",
            context,
            answer -> answer.data().base64("plaintext"));
  }
}
