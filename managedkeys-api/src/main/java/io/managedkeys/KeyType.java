package io.managedkeys;

import io.managedkeys.codec.Curve;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What kind of key it is and how large: an open value.
 *
 * <p>Names: {@code RSA-3072}; {@code EC-P256}, {@code EC-P384}, {@code EC-P521}, {@code
 * EC-SECP256K1}; {@code ED25519}, {@code ED448}, {@code X25519}; {@code ML-DSA-44}, {@code -65},
 * {@code -87}; {@code AES-128}, {@code AES-256}; {@code HMAC-SHA256} and so on (one hash per key).
 *
 * @param name the type's name
 * @param family {@code RSA}, {@code EC}, {@code AES}, {@code HMAC}; for types without a size the name
 *     itself
 * @param bits the size of modulus, curve or secret in bits, 0 where the name says everything
 */
public record KeyType(String name, String family, int bits) {

  /** RSA with a modulus of 2048 bits. */
  public static final KeyType RSA_2048 = rsa(2048);

  /** RSA with a modulus of 3072 bits. */
  public static final KeyType RSA_3072 = rsa(3072);

  /** RSA with a modulus of 4096 bits. */
  public static final KeyType RSA_4096 = rsa(4096);

  /** The NIST curve P-256. */
  public static final KeyType EC_P256 = new KeyType("EC-P256", "EC", 256);

  /** The NIST curve P-384. */
  public static final KeyType EC_P384 = new KeyType("EC-P384", "EC", 384);

  /** The NIST curve P-521. */
  public static final KeyType EC_P521 = new KeyType("EC-P521", "EC", 521);

  /** The SEC 2 curve secp256k1. */
  public static final KeyType EC_SECP256K1 = new KeyType("EC-SECP256K1", "EC", 256);

  /** Ed25519 (RFC 8032). */
  public static final KeyType ED25519 = new KeyType("ED25519", "ED25519", 0);

  /** Ed448 (RFC 8032). */
  public static final KeyType ED448 = new KeyType("ED448", "ED448", 0);

  /** X25519 (RFC 7748). */
  public static final KeyType X25519 = new KeyType("X25519", "X25519", 0);

  /** ML-DSA-44 (FIPS 204). */
  public static final KeyType ML_DSA_44 = new KeyType("ML-DSA-44", "ML-DSA-44", 0);

  /** ML-DSA-65 (FIPS 204). */
  public static final KeyType ML_DSA_65 = new KeyType("ML-DSA-65", "ML-DSA-65", 0);

  /** ML-DSA-87 (FIPS 204). */
  public static final KeyType ML_DSA_87 = new KeyType("ML-DSA-87", "ML-DSA-87", 0);

  /** AES with a key of 128 bits. */
  public static final KeyType AES_128 = aes(128);

  /** AES with a key of 256 bits. */
  public static final KeyType AES_256 = aes(256);

  /** ChaCha20 with Poly1305 (RFC 8439). */
  public static final KeyType CHACHA20 = new KeyType("CHACHA20", "CHACHA20", 256);

  /** XChaCha20 with Poly1305, whose nonce has 24 bytes. */
  public static final KeyType XCHACHA20 = new KeyType("XCHACHA20", "XCHACHA20", 256);

  private static final Set<String> SECRET =
      Set.of("AES", "HMAC", "CHACHA20", "XCHACHA20", "GENERIC");

  /**
   * An RSA type.
   *
   * @param bits the modulus' length in bits
   * @return the type
   */
  public static KeyType rsa(int bits) {
    return new KeyType("RSA-" + bits, "RSA", bits);
  }

  /**
   * An AES type.
   *
   * @param bits 128, 192 or 256
   * @return the type
   */
  public static KeyType aes(int bits) {
    return new KeyType("AES-" + bits, "AES", bits);
  }

  /**
   * An HMAC type; the key is as long as the digest unless the backend holds another length.
   *
   * @param hash the one hash the key is used with
   * @return the type
   */
  public static KeyType hmac(HashAlgorithm hash) {
    return new KeyType("HMAC-" + hash.shortName(), "HMAC", hash.length() * 8);
  }

  /**
   * Reads a type by its name.
   *
   * @param text the name, in any case
   * @return the type
   * @throws InvalidConfigurationException if there is no such type
   */
  public static KeyType parse(String text) {
    String wanted = text.trim().toUpperCase(Locale.ROOT);
    if (wanted.matches("RSA-[1-9][0-9]{3,4}")) {
      return rsa(Integer.parseInt(wanted.substring(4)));
    }
    if (wanted.matches("AES-(128|192|256)")) {
      return aes(Integer.parseInt(wanted.substring(4)));
    }
    if (wanted.startsWith("HMAC-")) {
      var hash = HashAlgorithm.named(wanted.substring(5));
      if (hash.isPresent()) {
        return hmac(hash.get());
      }
    }
    return switch (wanted) {
      case "EC-P256" -> EC_P256;
      case "EC-P384" -> EC_P384;
      case "EC-P521" -> EC_P521;
      case "EC-SECP256K1" -> EC_SECP256K1;
      case "CHACHA20" -> CHACHA20;
      case "XCHACHA20" -> XCHACHA20;
      case "ED25519" -> ED25519;
      case "ED448" -> ED448;
      case "X25519" -> X25519;
      case "ML-DSA-44" -> ML_DSA_44;
      case "ML-DSA-65" -> ML_DSA_65;
      case "ML-DSA-87" -> ML_DSA_87;
      default ->
          throw new InvalidConfigurationException(
              "unknown key type; known are RSA-2048, RSA-3072, RSA-4096, EC-P256, EC-P384, EC-P521,"
                  + " EC-SECP256K1, ED25519, ED448, X25519, ML-DSA-44, ML-DSA-65, ML-DSA-87,"
                  + " AES-128, AES-192, AES-256, CHACHA20, XCHACHA20, HMAC-SHA256, HMAC-SHA384, HMAC-SHA512");
    };
  }

  /**
   * Whether keys of this type are secret, that is, have no public half.
   *
   * @return true for AES, HMAC and other symmetric keys
   */
  public boolean isSecret() {
    return SECRET.contains(family);
  }

  /**
   * The curve of an EC key.
   *
   * @return the curve, or null for other families and curves unknown here
   */
  public @Nullable Curve curve() {
    return Curve.ofKeyType(name).orElse(null);
  }

  /**
   * The hash an HMAC key is bound to.
   *
   * @return the hash, or null for other families
   */
  public @Nullable HashAlgorithm hmacHash() {
    return family.equals("HMAC") ? HashAlgorithm.named(name.substring(5)).orElse(null) : null;
  }

  @Override
  public String toString() {
    return name;
  }
}
