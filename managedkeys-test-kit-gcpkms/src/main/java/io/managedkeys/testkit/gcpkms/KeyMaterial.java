package io.managedkeys.testkit.gcpkms;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.generators.MLDSAKeyPairGenerator;
import org.bouncycastle.crypto.generators.SLHDSAKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.params.SLHDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.SLHDSAParameters;
import org.bouncycastle.crypto.params.SLHDSAPublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** One version's key material, in this process's memory: this is a test server. */
sealed interface KeyMaterial {

  /** A symmetric or HMAC key. */
  record Secret(byte[] bytes) implements KeyMaterial {}

  /** A key pair. */
  record Pair(AsymmetricKeyParameter privateKey, AsymmetricKeyParameter publicKey)
      implements KeyMaterial {

    /** The public key as a DER SubjectPublicKeyInfo (RFC 5280). */
    byte[] spki() {
      try {
        return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicKey).getEncoded();
      } catch (IOException e) {
        throw new IllegalStateException("The public key has no DER form", e);
      }
    }

    /** The public key as FIPS 204 and FIPS 205 define it. */
    byte[] nistBytes() {
      if (publicKey instanceof MLDSAPublicKeyParameters mlDsa) {
        return mlDsa.getEncoded();
      }
      return ((SLHDSAPublicKeyParameters) publicKey).getEncoded();
    }
  }

  static KeyMaterial generate(KeyAlgorithm algorithm, SecureRandom random) {
    return switch (algorithm.scheme()) {
      case GOOGLE_SYMMETRIC, AES_GCM, AES_CBC, AES_CTR, HMAC -> {
        byte[] key = new byte[algorithm.bits() / 8];
        random.nextBytes(key);
        yield new Secret(key);
      }
      case RSA_PKCS1, RSA_RAW_PKCS1, RSA_PSS, RSA_OAEP -> rsa(algorithm.bits());
      case ECDSA_NIST, ECDSA_SECP256K1 -> {
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(domain(algorithm), random));
        yield pair(generator.generateKeyPair());
      }
      case ED25519 -> {
        Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(random));
        yield pair(generator.generateKeyPair());
      }
      case ML_DSA, ML_DSA_EXTERNAL_MU -> {
        MLDSAKeyPairGenerator generator = new MLDSAKeyPairGenerator();
        generator.init(new MLDSAKeyGenerationParameters(random, mlDsa(algorithm.bits())));
        yield pair(generator.generateKeyPair());
      }
      case SLH_DSA, SLH_DSA_SHA256 -> {
        SLHDSAKeyPairGenerator generator = new SLHDSAKeyPairGenerator();
        generator.init(
            new SLHDSAKeyGenerationParameters(
                random,
                algorithm.scheme() == KeyAlgorithm.Scheme.SLH_DSA
                    ? SLHDSAParameters.sha2_128s
                    : SLHDSAParameters.sha2_128s_with_sha256));
        yield pair(generator.generateKeyPair());
      }
    };
  }

  /**
   * Reads unwrapped import material: the raw bytes of a secret key, PKCS#8 DER of a private key.
   *
   * @throws KmsFailure INVALID_ARGUMENT if it is no key for the algorithm
   */
  static KeyMaterial imported(KeyAlgorithm algorithm, byte[] bytes) {
    if (!algorithm.asymmetric()) {
      boolean hmac = algorithm.scheme() == KeyAlgorithm.Scheme.HMAC;
      if (hmac ? bytes.length < 1 || bytes.length > 1024 : bytes.length * 8 != algorithm.bits()) {
        throw KmsFailure.invalidArgument(
            "The key material has "
                + bytes.length
                + " bytes, which "
                + algorithm.id()
                + " does not take.");
      }
      return new Secret(bytes);
    }
    try {
      return check(algorithm, PrivateKeyFactory.createKey(bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw KmsFailure.invalidArgument("The key material is not a PKCS#8 private key.");
    }
  }

  private static Pair check(KeyAlgorithm algorithm, AsymmetricKeyParameter key) {
    switch (algorithm.scheme()) {
      case RSA_PKCS1, RSA_RAW_PKCS1, RSA_PSS, RSA_OAEP -> {
        if (key instanceof RSAPrivateCrtKeyParameters rsa
            && rsa.getModulus().bitLength() == algorithm.bits()) {
          return rsaPair(rsa);
        }
      }
      case ECDSA_NIST, ECDSA_SECP256K1 -> {
        ECNamedDomainParameters domain = domain(algorithm);
        if (key instanceof ECPrivateKeyParameters ec
            && ec.getParameters().getCurve().equals(domain.getCurve())) {
          ECPrivateKeyParameters named = new ECPrivateKeyParameters(ec.getD(), domain);
          return new Pair(
              named,
              new ECPublicKeyParameters(domain.getG().multiply(ec.getD()).normalize(), domain));
        }
      }
      case ED25519 -> {
        if (key instanceof Ed25519PrivateKeyParameters ed) {
          return new Pair(ed, ed.generatePublicKey());
        }
      }
      default -> {}
    }
    throw KmsFailure.invalidArgument(
        "The key material does not match the algorithm " + algorithm.id() + ".");
  }

  private static Pair rsa(int bits) {
    try {
      // The JDK's generator is several times as fast as BouncyCastle's.
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return rsaPair(
          (RSAPrivateCrtKeyParameters)
              PrivateKeyFactory.createKey(generator.generateKeyPair().getPrivate().getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("This JDK cannot generate an RSA key", e);
    }
  }

  private static Pair rsaPair(RSAPrivateCrtKeyParameters rsa) {
    return new Pair(rsa, new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent()));
  }

  private static Pair pair(AsymmetricCipherKeyPair generated) {
    return new Pair(generated.getPrivate(), generated.getPublic());
  }

  private static ECNamedDomainParameters domain(KeyAlgorithm algorithm) {
    String curve =
        algorithm.scheme() == KeyAlgorithm.Scheme.ECDSA_SECP256K1
            ? "secp256k1"
            : algorithm.bits() == 256 ? "secp256r1" : "secp384r1";
    X9ECParameters parameters = ECNamedCurveTable.getByName(curve);
    return new ECNamedDomainParameters(ECNamedCurveTable.getOID(curve), parameters);
  }

  private static MLDSAParameters mlDsa(int set) {
    return switch (set) {
      case 44 -> MLDSAParameters.ml_dsa_44;
      case 65 -> MLDSAParameters.ml_dsa_65;
      default -> MLDSAParameters.ml_dsa_87;
    };
  }

  /** A digest that tells whether two imports brought the same key. */
  static String fingerprint(KeyMaterial material) {
    try {
      byte[] bytes = material instanceof Pair pair ? pair.spki() : ((Secret) material).bytes();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new BigInteger(1, hash).toString(16);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK has no SHA-256", e);
    }
  }
}
