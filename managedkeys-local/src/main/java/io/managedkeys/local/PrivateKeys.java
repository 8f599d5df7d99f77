package io.managedkeys.local;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Spki;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads private keys, finds their public halves and proves that the two belong together. */
final class PrivateKeys {

  private static final List<String> FAMILIES =
      List.of("RSA", "EC", "Ed25519", "Ed448", "X25519", "ML-DSA");

  private PrivateKeys() {}

  /** The name of a type's family in {@code KeyFactory} and {@code KeyPairGenerator}. */
  static String jcaFamily(KeyType type) {
    return switch (type.family()) {
      case "ED25519" -> "Ed25519";
      case "ED448" -> "Ed448";
      default -> type.family();
    };
  }

  /**
   * Reads a private key of a known type.
   *
   * @param type its type
   * @param pkcs8 the PrivateKeyInfo
   * @return the key
   * @throws InvalidInputException if it is not such a key
   */
  static PrivateKey parse(KeyType type, byte[] pkcs8) {
    try {
      return Jdk.keyFactory(jcaFamily(type)).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (NoSuchAlgorithmException e) {
      throw lacking(type, e);
    } catch (InvalidKeySpecException e) {
      throw new InvalidInputException("this is not the PKCS #8 form of a " + type + " key", e);
    } catch (GeneralSecurityException e) {
      throw new ManagedKeyException("this JDK could not read a " + type + " key", e);
    }
  }

  /**
   * Reads a private key of whatever family it is.
   *
   * @param pkcs8 the PrivateKeyInfo
   * @return the key
   * @throws InvalidInputException if no family of this JDK reads it
   */
  static PrivateKey parse(byte[] pkcs8) {
    InvalidInputException failure =
        new InvalidInputException(
            "this is not the PKCS #8 form of an RSA, EC, Ed25519, Ed448, X25519 or (with JDK 24)"
                + " ML-DSA private key");
    for (String family : FAMILIES) {
      try {
        return Jdk.keyFactory(family).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  /**
   * The public half of a private key, proven to belong to it.
   *
   * @param key the private key
   * @param known its public half where that is known, as from a certificate, or null
   * @return the DER SubjectPublicKeyInfo
   * @throws InvalidInputException if the two do not belong together
   * @throws UnsupportedKeyOperationException if the public half can't be found
   */
  static byte[] publicHalf(PrivateKey key, @Nullable PublicKey known) {
    try {
      byte[] spki = known == null ? derive(key).getEncoded() : known.getEncoded();
      requirePair(key, spki);
      return spki;
    } catch (NoSuchAlgorithmException e) {
      throw new UnsupportedKeyOperationException(
          "this JDK does not know " + key.getAlgorithm() + " keys", e);
    } catch (GeneralSecurityException e) {
      throw new InvalidInputException(
          "this is not a valid " + key.getAlgorithm() + " private key: " + e.getMessage(), e);
    }
  }

  private static PublicKey derive(PrivateKey key) throws GeneralSecurityException {
    if (key instanceof RSAPrivateCrtKey rsa) {
      return Jdk.keyFactory("RSA")
          .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
    }
    PublicKey derived = PublicHalf.of(key);
    if (derived == null) {
      throw new UnsupportedKeyOperationException(
          "the JDK can't find the public half of a bare "
              + key.getAlgorithm()
              + " private key; import it from a PKCS #12 file or a PEM file with its certificate");
    }
    return derived;
  }

  /** Proves that a public key belongs to a private one, by using both. */
  static void requirePair(PrivateKey key, byte[] spki) throws GeneralSecurityException {
    KeyType type = Spki.keyType(spki);
    boolean pair;
    try {
      pair =
          type.equals(KeyType.X25519)
              ? PublicHalf.agrees(key, Spki.publicKey(spki))
              : signs(type, key, Spki.publicKey(spki));
    } catch (InvalidKeyException | SignatureException e) {
      throw new InvalidInputException("the private and the public key do not belong together", e);
    }
    if (!pair) {
      throw new InvalidInputException("the private and the public key do not belong together");
    }
  }

  static boolean signs(KeyType type, PrivateKey key, PublicKey candidate)
      throws GeneralSecurityException {
    SignatureAlgorithm algorithm =
        SignatureAlgorithm.known().stream()
            .filter(known -> known.suits(type))
            .findFirst()
            .orElseThrow(() -> new UnsupportedKeyOperationException(type + " keys can't sign"));
    byte[] probe = "managedkeys pair check".getBytes(StandardCharsets.US_ASCII);
    Signature signer = Jdk.signature(algorithm.jcaName());
    signer.initSign(key);
    signer.update(probe);
    byte[] signature = signer.sign();
    Signature verifier = Jdk.signature(algorithm.jcaName());
    verifier.initVerify(candidate);
    verifier.update(probe);
    return verifier.verify(signature);
  }

  /** Makes a pair. */
  static KeyPair generate(KeyType type) {
    try {
      var generator = Jdk.generator(jcaFamily(type));
      if (type.family().equals("RSA")) {
        generator.initialize(type.bits());
      } else if (type.family().equals("EC")) {
        generator.initialize(new ECGenParameterSpec(curveName(type)));
      }
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
      throw lacking(type, e);
    } catch (GeneralSecurityException e) {
      throw new ManagedKeyException("this JDK could not make a " + type + " key", e);
    }
  }

  private static String curveName(KeyType type) {
    var curve = type.curve();
    if (curve == null) {
      throw new UnsupportedKeyOperationException("the curve of " + type + " is not known here");
    }
    return curve.jcaName();
  }

  private static UnsupportedKeyOperationException lacking(KeyType type, Exception cause) {
    String remedy =
        type.family().startsWith("ML-DSA") ? "; it needs JDK 24 or newer" : "; use another type";
    return new UnsupportedKeyOperationException(
        "this JDK (" + Runtime.version().feature() + ") has no " + type + " keys" + remedy, cause);
  }
}
