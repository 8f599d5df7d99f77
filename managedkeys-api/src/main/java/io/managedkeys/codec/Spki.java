package io.managedkeys.codec;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.UnsupportedKeyOperationException;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Map;

/** SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7): the one form of a public key in this library. */
public final class Spki {

  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String EC = "1.2.840.10045.2.1";

  private static final Map<String, KeyType> PLAIN =
      Map.of(
          "1.3.101.110", KeyType.X25519,
          "1.3.101.112", KeyType.ED25519,
          "1.3.101.113", KeyType.ED448,
          "2.16.840.1.101.3.4.3.17", KeyType.ML_DSA_44,
          "2.16.840.1.101.3.4.3.18", KeyType.ML_DSA_65,
          "2.16.840.1.101.3.4.3.19", KeyType.ML_DSA_87);

  private Spki() {}

  /**
   * The type of a public key.
   *
   * @param spki the DER SubjectPublicKeyInfo
   * @return its type
   * @throws InvalidInputException if it is not one
   * @throws UnsupportedKeyOperationException if its algorithm or curve is unknown here
   */
  public static KeyType keyType(byte[] spki) {
    Der.Reader outer = new Der.Reader(spki, "the public key");
    Der.Reader info = outer.sequence();
    outer.end();
    Der.Reader algorithm = info.sequence();
    String oid = algorithm.oid();
    if (oid.equals(RSA)) {
      byte[] bits = info.content(Der.BIT_STRING);
      if (bits.length < 2 || bits[0] != 0) {
        throw info.fault();
      }
      Der.Reader key =
          new Der.Reader(Arrays.copyOfRange(bits, 1, bits.length), "the RSA public key").sequence();
      return KeyType.rsa(key.positive().bitLength());
    }
    if (oid.equals(EC)) {
      if (algorithm.peekTag() != Der.OID) {
        throw new UnsupportedKeyOperationException("EC keys must name their curve");
      }
      String curve = algorithm.oid();
      return KeyType.parse(
          Curve.ofOid(curve)
              .orElseThrow(
                  () -> new UnsupportedKeyOperationException("unknown elliptic curve " + curve))
              .keyType());
    }
    KeyType plain = PLAIN.get(oid);
    if (plain == null) {
      throw new UnsupportedKeyOperationException("unknown public key algorithm " + oid);
    }
    return plain;
  }

  /**
   * Builds the form from an RSA key's numbers.
   *
   * @param modulus the modulus
   * @param publicExponent the public exponent
   * @return the DER SubjectPublicKeyInfo
   */
  public static byte[] ofRsa(BigInteger modulus, BigInteger publicExponent) {
    byte[] key = Der.encode(Der.SEQUENCE, Der.integer(modulus), Der.integer(publicExponent));
    return of(Der.encode(Der.SEQUENCE, Der.oid(RSA), Der.encode(Der.NULL)), key);
  }

  /**
   * Builds the form from an EC point.
   *
   * @param curve the curve
   * @param point the point as in SEC 1, section 2.3.3, uncompressed: 04 ‖ x ‖ y
   * @return the DER SubjectPublicKeyInfo
   * @throws InvalidInputException if the point does not have that form and length
   */
  public static byte[] ofEc(Curve curve, byte[] point) {
    if (point.length != 1 + 2 * curve.coordinateLength() || point[0] != 4) {
      throw new InvalidInputException(
          "an uncompressed point of "
              + curve.jcaName()
              + " has "
              + (1 + 2 * curve.coordinateLength())
              + " bytes and begins with 04");
    }
    return of(Der.encode(Der.SEQUENCE, Der.oid(EC), curve.parameters()), point);
  }

  /**
   * Builds the form of a key without parameters: Ed25519, Ed448, X25519, ML-DSA.
   *
   * @param type the key's type
   * @param key the raw public key
   * @return the DER SubjectPublicKeyInfo
   * @throws UnsupportedKeyOperationException if the type is not such
   */
  public static byte[] ofRaw(KeyType type, byte[] key) {
    for (Map.Entry<String, KeyType> entry : PLAIN.entrySet()) {
      if (entry.getValue().equals(type)) {
        return of(Der.encode(Der.SEQUENCE, Der.oid(entry.getKey())), key);
      }
    }
    throw new UnsupportedKeyOperationException(type + " has no raw public key form");
  }

  /**
   * The content of the bit string: the raw key of Ed25519 or ML-DSA, the point of an EC key, the
   * RSAPublicKey of an RSA key.
   *
   * @param spki the DER SubjectPublicKeyInfo
   * @return the content
   * @throws InvalidInputException if it is not well-formed
   */
  public static byte[] rawKey(byte[] spki) {
    Der.Reader info = new Der.Reader(spki, "the public key").sequence();
    info.sequence();
    byte[] bits = info.content(Der.BIT_STRING);
    if (bits.length < 2 || bits[0] != 0) {
      throw info.fault();
    }
    return Arrays.copyOfRange(bits, 1, bits.length);
  }

  /**
   * The SHA-256 of the form, which is what pins and identities compare.
   *
   * @param spki the DER SubjectPublicKeyInfo
   * @return 32 bytes
   */
  public static byte[] sha256(byte[] spki) {
    return HashAlgorithm.SHA256.digest(spki);
  }

  /**
   * The public key as a JCA object.
   *
   * @param spki the DER SubjectPublicKeyInfo
   * @return the key
   * @throws InvalidInputException if it is not a valid key
   * @throws UnsupportedKeyOperationException if no installed JCA provider knows the algorithm
   */
  public static PublicKey publicKey(byte[] spki) {
    KeyType type = keyType(spki);
    String algorithm =
        switch (type.family()) {
          case "ED25519" -> "Ed25519";
          case "ED448" -> "Ed448";
          default -> type.family();
        };
    try {
      return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki));
    } catch (NoSuchAlgorithmException e) {
      throw new UnsupportedKeyOperationException(
          "no installed JCA provider knows "
              + type
              + " keys; install one that does, for example BouncyCastle, or a newer JDK",
          e);
    } catch (InvalidKeySpecException e) {
      if (type.equals(KeyType.EC_SECP256K1)) {
        throw new UnsupportedKeyOperationException(
            "no installed JCA provider knows the curve secp256k1; install BouncyCastle", e);
      }
      throw new InvalidInputException("the public key is not a valid " + type + " key", e);
    }
  }

  private static byte[] of(byte[] algorithm, byte[] key) {
    byte[] bits = new byte[key.length + 1];
    System.arraycopy(key, 0, bits, 1, key.length);
    return Der.encode(Der.SEQUENCE, algorithm, Der.encode(Der.BIT_STRING, bits));
  }
}
