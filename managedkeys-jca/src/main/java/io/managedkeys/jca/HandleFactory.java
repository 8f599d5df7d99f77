package io.managedkeys.jca;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.UnsupportedKeyOperationException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import org.jspecify.annotations.Nullable;

/** Makes the handle that a key's type asks for. */
final class HandleFactory {

  private HandleFactory() {}

  /**
   * The handle of a key.
   *
   * @throws ManagedKeyException if the backend has to be asked for the type and cannot answer
   */
  static KeyHandle of(ManagedKey key) {
    KeyInfo info = key.info();
    KeyType type = info.type();
    if (type.isSecret()) {
      return new SecretHandle(key, type.family(), secretAlgorithm(type));
    }
    return switch (type.family()) {
      case "RSA" -> new RsaHandle(key, ((RSAPublicKey) info.publicKey()).getModulus());
      case "EC" -> ec(key, info);
      case "ED25519" -> new EdHandle(key, type.family(), NamedParameterSpec.ED25519);
      case "ED448" -> new EdHandle(key, type.family(), NamedParameterSpec.ED448);
      case "X25519" -> new XecHandle(key);
      case "ML-DSA-44", "ML-DSA-65", "ML-DSA-87" ->
          new NamedHandle(key, type.family(), "ML-DSA", type.name());
      default -> new NamedHandle(key, type.family(), type.family(), type.name());
    };
  }

  private static KeyHandle ec(ManagedKey key, KeyInfo info) {
    PublicKey publicKey = null;
    try {
      publicKey = info.publicKey();
    } catch (UnsupportedKeyOperationException e) {
      // A curve that no installed provider knows (secp256k1): the key still signs.
    }
    return publicKey instanceof ECPublicKey ec
        ? new EcHandle(key, ec.getParams())
        : new NamedHandle(key, "EC", "EC", null);
  }

  private static String secretAlgorithm(KeyType type) {
    @Nullable HashAlgorithm hash = type.hmacHash();
    if (hash != null) {
      return "Hmac" + hash.shortName();
    }
    return switch (type.family()) {
      case "CHACHA20" -> "ChaCha20";
      case "GENERIC" -> "Generic";
      default -> type.family();
    };
  }
}
