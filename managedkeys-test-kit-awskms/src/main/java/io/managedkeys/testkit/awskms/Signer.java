package io.managedkeys.testkit.awskms;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519phSigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/**
 * Sign and Verify for each SigningAlgorithmSpec and MessageType.
 *
 * <ul>
 *   <li>RSA and ECDSA: RAW is hashed here, DIGEST is not hashed again and must be as long as the hash.
 *   <li>PSS: MGF1 with the same hash, salt as long as the hash.
 *   <li>ED25519_SHA_512: RAW only. ED25519_PH_SHA_512: DIGEST of 64 bytes only, and the service hashes
 *       what it is given once more (seen at the service; its documentation says "pre-hash").
 *   <li>ML_DSA_SHAKE_256: RAW, or EXTERNAL_MU of 64 bytes (FIPS 204 section 6.2); signing is hedged.
 * </ul>
 */
final class Signer {
  private Signer() {}

  static byte[] sign(KeySpec spec, PrivateKey key, String algorithm, String type, byte[] message) {
    try {
      if (algorithm.equals("ED25519_PH_SHA_512")) {
        requireType(algorithm, type, "DIGEST");
        requireLength(algorithm, message, 64);
        Ed25519phSigner signer = new Ed25519phSigner(new byte[0]);
        signer.init(
            true, (Ed25519PrivateKeyParameters) PrivateKeyFactory.createKey(key.getEncoded()));
        signer.update(message, 0, message.length);
        return signer.generateSignature();
      }
      Signature signature = signature(algorithm, type);
      signature.initSign(key, KeyMaterial.RANDOM);
      signature.update(input(spec, algorithm, type, message));
      return signature.sign();
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean verify(
      KeySpec spec, PublicKey key, String algorithm, String type, byte[] message, byte[] sig) {
    try {
      if (algorithm.equals("ED25519_PH_SHA_512")) {
        requireType(algorithm, type, "DIGEST");
        requireLength(algorithm, message, 64);
        Ed25519phSigner signer = new Ed25519phSigner(new byte[0]);
        signer.init(
            false, (Ed25519PublicKeyParameters) PublicKeyFactory.createKey(key.getEncoded()));
        signer.update(message, 0, message.length);
        return signer.verifySignature(sig);
      }
      Signature signature = signature(algorithm, type);
      signature.initVerify(key);
      signature.update(input(spec, algorithm, type, message));
      return signature.verify(sig);
    } catch (java.security.SignatureException | java.io.IOException | IllegalArgumentException e) {
      return false; // not even the form of a signature
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Signature signature(String algorithm, String type)
      throws GeneralSecurityException {
    String hash = hash(algorithm);
    if (algorithm.startsWith("RSASSA_PKCS1_V1_5_")) {
      requireNotMu(algorithm, type);
      return Signature.getInstance("NONEwithRSA", KeyMaterial.BC);
    }
    if (algorithm.startsWith("RSASSA_PSS_")) {
      requireNotMu(algorithm, type);
      Signature pss = Signature.getInstance("RAWRSASSA-PSS", KeyMaterial.BC);
      pss.setParameter(
          new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), hashBytes(hash), 1));
      return pss;
    }
    if (algorithm.startsWith("ECDSA_")) {
      requireNotMu(algorithm, type);
      return Signature.getInstance("NONEwithECDSA", KeyMaterial.BC);
    }
    if (algorithm.equals("ED25519_SHA_512")) {
      requireType(algorithm, type, "RAW");
      return Signature.getInstance("Ed25519", KeyMaterial.BC);
    }
    if (type.equals("DIGEST")) {
      throw badType(algorithm, type);
    }
    return Signature.getInstance(
        type.equals("EXTERNAL_MU") ? "ML-DSA-EXTERNAL-MU" : "ML-DSA", KeyMaterial.BC);
  }

  private static byte[] input(KeySpec spec, String algorithm, String type, byte[] message)
      throws GeneralSecurityException, java.io.IOException {
    if (type.equals("EXTERNAL_MU")) {
      requireLength(algorithm, message, 64);
    }
    if (spec.mlDsa() || spec == KeySpec.ECC_NIST_EDWARDS25519) {
      return message;
    }
    String hash = hash(algorithm);
    byte[] digest = message;
    if (type.equals("RAW")) {
      digest = MessageDigest.getInstance(hash).digest(message);
    } else {
      requireLength(algorithm, message, hashBytes(hash));
    }
    if (!algorithm.startsWith("RSASSA_PKCS1_V1_5_")) {
      return digest;
    }
    var oid =
        switch (hash) {
          case "SHA-256" -> NISTObjectIdentifiers.id_sha256;
          case "SHA-384" -> NISTObjectIdentifiers.id_sha384;
          default -> NISTObjectIdentifiers.id_sha512;
        };
    return new DigestInfo(new AlgorithmIdentifier(oid, DERNull.INSTANCE), digest).getEncoded("DER");
  }

  private static String hash(String algorithm) {
    return "SHA-" + algorithm.substring(algorithm.length() - 3);
  }

  private static int hashBytes(String hash) {
    return Integer.parseInt(hash.substring("SHA-".length())) / 8;
  }

  private static void requireLength(String algorithm, byte[] message, int length) {
    if (message.length != length) {
      throw ServiceError.validation("Digest is invalid length for algorithm " + algorithm + ".");
    }
  }

  private static void requireNotMu(String algorithm, String type) {
    if (type.equals("EXTERNAL_MU")) {
      throw badType(algorithm, type);
    }
  }

  private static void requireType(String algorithm, String type, String needed) {
    if (!type.equals(needed)) {
      throw badType(algorithm, type);
    }
  }

  private static ServiceError badType(String algorithm, String type) {
    return ServiceError.validation(
        "Message type " + type + " is incompatible with algorithm " + algorithm + ".");
  }
}
