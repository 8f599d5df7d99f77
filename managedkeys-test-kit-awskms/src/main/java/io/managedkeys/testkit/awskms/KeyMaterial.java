package io.managedkeys.testkit.awskms;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.jspecify.annotations.Nullable;

/**
 * One version of a key's material: a secret or a pair, with the id the service calls KeyMaterialId
 * (64 hexadecimal digits).
 */
final class KeyMaterial {
  static final BouncyCastleProvider BC = new BouncyCastleProvider();
  static final SecureRandom RANDOM = new SecureRandom();

  private final String id;
  private final byte @Nullable [] secret;
  private final @Nullable KeyPair pair;

  private KeyMaterial(String id, byte @Nullable [] secret, @Nullable KeyPair pair) {
    this.id = id;
    this.secret = secret;
    this.pair = pair;
  }

  static KeyMaterial generate(KeySpec spec) {
    if (spec.asymmetric()) {
      return new KeyMaterial(randomId(), null, generatePair(spec));
    }
    byte[] secret = new byte[spec.secretBytes()];
    RANDOM.nextBytes(secret);
    return new KeyMaterial(randomId(), secret, null);
  }

  static KeyPair generatePair(KeySpec spec) {
    try {
      if (spec.rsa()) {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(spec.rsaBits());
        return rsa.generateKeyPair();
      }
      String curve = spec.curve();
      if (curve != null) {
        KeyPairGenerator ec = KeyPairGenerator.getInstance("EC", BC);
        ec.initialize(new ECGenParameterSpec(curve));
        return ec.generateKeyPair();
      }
      String name = spec.mlDsa() ? spec.name().replace('_', '-') : "Ed25519";
      return KeyPairGenerator.getInstance(name, BC).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot generate " + spec, e);
    }
  }

  /**
   * Material that arrived by ImportKeyMaterial: raw bytes for secret keys, PKCS#8 DER for private
   * keys, from which the public key is derived.
   */
  static KeyMaterial imported(KeySpec spec, byte[] bytes) {
    String id = HexFormat.of().formatHex(sha256(bytes));
    if (!spec.asymmetric()) {
      boolean fits =
          spec.symmetric()
              ? bytes.length == 32
              : bytes.length >= spec.secretBytes() && bytes.length <= 128;
      if (!fits) {
        throw incompatible("a secret of " + bytes.length + " bytes", spec);
      }
      return new KeyMaterial(id, bytes.clone(), null);
    }
    try {
      return new KeyMaterial(id, null, parsePair(spec, bytes));
    } catch (GeneralSecurityException | java.io.IOException | IllegalArgumentException e) {
      throw incompatible("not a PKCS#8 key of this spec", spec);
    }
  }

  private static KeyPair parsePair(KeySpec spec, byte[] pkcs8)
      throws GeneralSecurityException, java.io.IOException {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(pkcs8);
    if (spec.rsa()) {
      KeyFactory rsa = KeyFactory.getInstance("RSA");
      PrivateKey key = rsa.generatePrivate(encoded);
      if (!(key instanceof RSAPrivateCrtKey crt)
          || ((RSAKey) key).getModulus().bitLength() != spec.rsaBits()) {
        throw new IllegalArgumentException("wrong RSA size");
      }
      return new KeyPair(
          rsa.generatePublic(new RSAPublicKeySpec(crt.getModulus(), crt.getPublicExponent())), key);
    }
    AsymmetricKeyParameter parsed = PrivateKeyFactory.createKey(pkcs8);
    AsymmetricKeyParameter publicPart;
    if (spec == KeySpec.ECC_NIST_EDWARDS25519 && parsed instanceof Ed25519PrivateKeyParameters ed) {
      publicPart = ed.generatePublicKey();
    } else if (spec.curve() != null
        && parsed instanceof ECPrivateKeyParameters ec
        && ec.getParameters()
            .getCurve()
            .equals(
                org.bouncycastle.asn1.x9.ECNamedCurveTable.getByName(spec.curve()).getCurve())) {
      publicPart =
          new ECPublicKeyParameters(
              new FixedPointCombMultiplier().multiply(ec.getParameters().getG(), ec.getD()),
              ec.getParameters());
    } else {
      throw new IllegalArgumentException("wrong type of key");
    }
    KeyFactory factory = KeyFactory.getInstance(spec.curve() != null ? "EC" : "Ed25519", BC);
    return new KeyPair(
        factory.generatePublic(
            new java.security.spec.X509EncodedKeySpec(
                SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicPart).getEncoded())),
        factory.generatePrivate(encoded));
  }

  String id() {
    return id;
  }

  byte[] secret() {
    if (secret == null) {
      throw new IllegalStateException("an asymmetric key has no secret");
    }
    return secret;
  }

  PublicKey publicKey() {
    return pair().getPublic();
  }

  PrivateKey privateKey() {
    return pair().getPrivate();
  }

  boolean sameAs(KeyMaterial other) {
    return secret != null
        ? MessageDigest.isEqual(secret, other.secret())
        : Arrays.equals(publicKey().getEncoded(), other.publicKey().getEncoded());
  }

  private KeyPair pair() {
    if (pair == null) {
      throw new IllegalStateException("a secret key has no pair");
    }
    return pair;
  }

  private static ServiceError incompatible(String why, KeySpec spec) {
    return ServiceError.client(
        "IncorrectKeyMaterialException",
        "The key material does not fit key spec " + spec.wire() + ": " + why + ".");
  }

  private static String randomId() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
