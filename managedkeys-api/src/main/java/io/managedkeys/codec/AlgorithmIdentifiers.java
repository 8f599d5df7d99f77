package io.managedkeys.codec;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.SignatureAlgorithm;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;

/**
 * X.509 AlgorithmIdentifiers of signature algorithms (RFC 3279, 4055, 5758, 8410, 9881). RSA-PSS has
 * all its parameters written out, since RFC 4055's defaults mean SHA-1.
 */
public final class AlgorithmIdentifiers {

  private static final String PKCS1 = "1.2.840.113549.1.1.";

  private static final Map<String, String> RSA =
      Map.of(
          "SHA-1", PKCS1 + "5",
          "SHA-224", PKCS1 + "14",
          "SHA-256", PKCS1 + "11",
          "SHA-384", PKCS1 + "12",
          "SHA-512", PKCS1 + "13");

  private static final Map<String, String> ECDSA =
      Map.of(
          "SHA-1", "1.2.840.10045.4.1",
          "SHA-224", "1.2.840.10045.4.3.1",
          "SHA-256", "1.2.840.10045.4.3.2",
          "SHA-384", "1.2.840.10045.4.3.3",
          "SHA-512", "1.2.840.10045.4.3.4");

  private static final Map<String, String> PURE =
      Map.of(
          "ED25519", "1.3.101.112",
          "ED448", "1.3.101.113",
          "ML_DSA_44", "2.16.840.1.101.3.4.3.17",
          "ML_DSA_65", "2.16.840.1.101.3.4.3.18",
          "ML_DSA_87", "2.16.840.1.101.3.4.3.19");

  private AlgorithmIdentifiers() {}

  /**
   * The DER AlgorithmIdentifier.
   *
   * @param algorithm the signature algorithm
   * @return its identifier, or empty where none is known
   */
  public static Optional<byte[]> of(SignatureAlgorithm algorithm) {
    HashAlgorithm hash = algorithm.hash();
    String pure = PURE.get(algorithm.scheme());
    if (pure != null) {
      return Optional.of(Der.encode(Der.SEQUENCE, Der.oid(pure)));
    }
    if (hash == null) {
      return Optional.empty();
    }
    return switch (algorithm.scheme()) {
      case SignatureAlgorithm.RSA_PKCS1 ->
          Optional.ofNullable(RSA.get(hash.name()))
              .map(oid -> Der.encode(Der.SEQUENCE, Der.oid(oid), Der.encode(Der.NULL)));
      case SignatureAlgorithm.ECDSA ->
          Optional.ofNullable(ECDSA.get(hash.name()))
              .map(oid -> Der.encode(Der.SEQUENCE, Der.oid(oid)));
      case SignatureAlgorithm.RSA_PSS -> Optional.of(pss(hash));
      default -> Optional.empty();
    };
  }

  private static byte[] pss(HashAlgorithm hash) {
    byte[] hashId = Der.encode(Der.SEQUENCE, Der.oid(hash.oid()), Der.encode(Der.NULL));
    byte[] mgf1 = Der.encode(Der.SEQUENCE, Der.oid(PKCS1 + "8"), hashId);
    byte[] parameters =
        Der.encode(
            Der.SEQUENCE,
            Der.encode(0xa0, hashId),
            Der.encode(0xa1, mgf1),
            Der.encode(0xa2, Der.integer(BigInteger.valueOf(hash.length()))));
    return Der.encode(Der.SEQUENCE, Der.oid(PKCS1 + "10"), parameters);
  }
}
