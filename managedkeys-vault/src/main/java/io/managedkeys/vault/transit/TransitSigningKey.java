package io.managedkeys.vault.transit;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyInfo;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.Signing;
import io.managedkeys.vault.client.JsonBody;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A private key that signs: RSA, ECDSA or Ed25519. */
class TransitSigningKey extends TransitKey implements Signing {

  TransitSigningKey(TransitEngine engine, TransitEntry entry, KeyInfo info) {
    super(engine, entry, info);
  }

  @Override
  public Set<MessageForm> accepts(SignatureAlgorithm algorithm) {
    // For Ed25519 the engine hashes nothing and ignores "prehashed": the message goes as it is.
    return algorithm.hash() == null ? Set.of(MessageForm.RAW) : Set.of(MessageForm.DIGEST);
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, Message message, CallContext context) {
    JsonBody body =
        new JsonBody().base64("input", message.bytes()).number("key_version", entry().version());
    String scheme = algorithm.scheme();
    if (scheme.equals(SignatureAlgorithm.ECDSA)) {
      body.flag("prehashed", true)
          .text("hash_algorithm", hashName(algorithm.hash(), "sha2-256"))
          .text("marshaling_algorithm", "asn1");
    } else if (scheme.equals(SignatureAlgorithm.RSA_PSS)) {
      // The engine's default salt is the longest that fits.
      body.flag("prehashed", true)
          .text("hash_algorithm", hashName(algorithm.hash(), "none"))
          .text("signature_algorithm", "pss")
          .text("salt_length", "hash");
    } else if (scheme.equals(SignatureAlgorithm.RSA_PKCS1)) {
      body.flag("prehashed", true)
          .text("hash_algorithm", hashName(algorithm.hash(), "none"))
          .text("signature_algorithm", "pkcs1v15");
    }
    Versioned signature =
        engine()
            .session()
            .ask(
                engine().compute("sign", entry().name(), body),
                "signing",
                context,
                answer -> Versioned.ofAnswer(answer.data().text("signature")));
    if (signature.version() != entry().version()) {
      throw new IdentityChangedException(
          "the service signed with version "
              + signature.version()
              + " of the key "
              + entry().name()
              + " in place of version "
              + entry().version()
              + "; the signature was not released");
    }
    return signature.bytes();
  }

  private static String hashName(@Nullable HashAlgorithm hash, String none) {
    if (hash == null) {
      return none;
    }
    return hash.equals(HashAlgorithm.SHA1) ? "sha1" : "sha2-" + hash.length() * 8;
  }

  @Override
  void probe(CallContext context) {
    SignatureAlgorithm algorithm = info().signatureAlgorithms().iterator().next();
    HashAlgorithm hash = algorithm.hash();
    byte[] text = {'h', 'e', 'a', 'l', 't', 'h'};
    sign(
        algorithm,
        hash == null ? Message.of(text) : Message.digest(hash, hash.digest(text)),
        context);
  }
}
