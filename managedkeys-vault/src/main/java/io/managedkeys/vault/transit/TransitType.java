package io.managedkeys.vault.transit;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.WrapAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The engine's key types and what each can do, in the engine's names and ours.
 *
 * <p>RSA keys encrypt with OAEP over SHA-256 alone, and every symmetric key has a second key for
 * HMAC, which is not offered: who needs a MAC makes an {@code hmac} key.
 */
enum TransitType {
  AES128_GCM96("aes128-gcm96", KeyType.AES_128),
  AES256_GCM96("aes256-gcm96", KeyType.AES_256),
  CHACHA20_POLY1305("chacha20-poly1305", KeyType.CHACHA20),
  XCHACHA20_POLY1305("xchacha20-poly1305", KeyType.XCHACHA20),
  ECDSA_P256("ecdsa-p256", KeyType.EC_P256),
  ECDSA_P384("ecdsa-p384", KeyType.EC_P384),
  ECDSA_P521("ecdsa-p521", KeyType.EC_P521),
  ED25519("ed25519", KeyType.ED25519),
  RSA_2048("rsa-2048", KeyType.RSA_2048),
  RSA_3072("rsa-3072", KeyType.RSA_3072),
  RSA_4096("rsa-4096", KeyType.RSA_4096),
  HMAC_SHA256("hmac", KeyType.hmac(HashAlgorithm.SHA256)),
  HMAC_SHA384("hmac", KeyType.hmac(HashAlgorithm.SHA384)),
  HMAC_SHA512("hmac", KeyType.hmac(HashAlgorithm.SHA512));

  private static final List<SignatureAlgorithm> RSA_SIGNATURES =
      List.of(
          SignatureAlgorithm.RSA_PSS_SHA256,
          SignatureAlgorithm.RSA_PSS_SHA384,
          SignatureAlgorithm.RSA_PSS_SHA512,
          SignatureAlgorithm.RSA_PKCS1_SHA256,
          SignatureAlgorithm.RSA_PKCS1_SHA384,
          SignatureAlgorithm.RSA_PKCS1_SHA512,
          SignatureAlgorithm.RSA_PKCS1_SHA1,
          SignatureAlgorithm.RSA_PKCS1_NONE);

  private final String engineName;
  private final KeyType keyType;

  TransitType(String engineName, KeyType keyType) {
    this.engineName = engineName;
    this.keyType = keyType;
  }

  /** The engine's name of the type. */
  String engineName() {
    return engineName;
  }

  /** Our name of the type. */
  KeyType keyType() {
    return keyType;
  }

  /**
   * Finds a type by the engine's name.
   *
   * @param hash which of the {@code hmac} types is meant
   */
  static Optional<TransitType> ofEngine(String name, HashAlgorithm hash) {
    for (TransitType type : values()) {
      if (type.engineName.equals(name)
          && (!type.isHmac() || hash.equals(type.keyType.hmacHash()))) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static Optional<TransitType> of(KeyType keyType) {
    for (TransitType type : values()) {
      if (type.keyType.equals(keyType)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  boolean isHmac() {
    return keyType.family().equals("HMAC");
  }

  boolean isRsa() {
    return keyType.family().equals("RSA");
  }

  /** Whether the key encrypts and decrypts with associated data in the engine's own format. */
  boolean isAead() {
    return keyType.isSecret() && !isHmac();
  }

  /** The preferred algorithms come first: for curves the hash of the curve's own size. */
  List<SignatureAlgorithm> signatures() {
    return switch (this) {
      case ECDSA_P256 -> ecdsa(SignatureAlgorithm.ECDSA_SHA256);
      case ECDSA_P384 -> ecdsa(SignatureAlgorithm.ECDSA_SHA384);
      case ECDSA_P521 -> ecdsa(SignatureAlgorithm.ECDSA_SHA512);
      case ED25519 -> List.of(SignatureAlgorithm.ED25519);
      case RSA_2048, RSA_3072, RSA_4096 -> RSA_SIGNATURES;
      default -> List.of();
    };
  }

  private static List<SignatureAlgorithm> ecdsa(SignatureAlgorithm first) {
    List<SignatureAlgorithm> all =
        new ArrayList<>(
            List.of(
                SignatureAlgorithm.ECDSA_SHA256,
                SignatureAlgorithm.ECDSA_SHA384,
                SignatureAlgorithm.ECDSA_SHA512,
                SignatureAlgorithm.ECDSA_SHA1,
                SignatureAlgorithm.ECDSA_NONE));
    all.remove(first);
    all.add(0, first);
    return all;
  }

  List<EncryptionAlgorithm> encryptions() {
    return isAead()
        ? List.of(EncryptionAlgorithm.SERVICE)
        : isRsa() ? List.of(EncryptionAlgorithm.RSA_OAEP_SHA256) : List.of();
  }

  List<WrapAlgorithm> wraps() {
    return isAead()
        ? List.of(WrapAlgorithm.SERVICE)
        : isRsa()
            ? List.of(WrapAlgorithm.RSA_OAEP_SHA256, WrapAlgorithm.RSA_AES_KWP_SHA256)
            : List.of();
  }

  List<MacAlgorithm> macs() {
    return switch (this) {
      case HMAC_SHA256 -> List.of(MacAlgorithm.HMAC_SHA256);
      case HMAC_SHA384 -> List.of(MacAlgorithm.HMAC_SHA384);
      case HMAC_SHA512 -> List.of(MacAlgorithm.HMAC_SHA512);
      default -> List.of();
    };
  }
}
