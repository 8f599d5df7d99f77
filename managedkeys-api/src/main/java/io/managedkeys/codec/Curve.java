package io.managedkeys.codec;

import java.util.List;
import java.util.Optional;

/**
 * A named elliptic curve with what it is called elsewhere.
 *
 * @param keyType the name of the {@link io.managedkeys.KeyType}
 * @param jcaName the name that {@code ECGenParameterSpec} takes
 * @param joseName the {@code crv} value of JWK
 * @param oid its object identifier in dotted form
 * @param coordinateLength the length of a coordinate, and of r and s, in bytes
 */
public record Curve(
    String keyType, String jcaName, String joseName, String oid, int coordinateLength) {

  /** NIST P-256. */
  public static final Curve P256 =
      new Curve("EC-P256", "secp256r1", "P-256", "1.2.840.10045.3.1.7", 32);

  /** NIST P-384. */
  public static final Curve P384 = new Curve("EC-P384", "secp384r1", "P-384", "1.3.132.0.34", 48);

  /** NIST P-521. */
  public static final Curve P521 = new Curve("EC-P521", "secp521r1", "P-521", "1.3.132.0.35", 66);

  /** SEC 2 secp256k1, which the JDK itself does not have. */
  public static final Curve SECP256K1 =
      new Curve("EC-SECP256K1", "secp256k1", "secp256k1", "1.3.132.0.10", 32);

  private static final List<Curve> KNOWN = List.of(P256, P384, P521, SECP256K1);

  /**
   * Finds a curve by the name of its key type.
   *
   * @param name such as {@code EC-P256}
   * @return the curve, or empty
   */
  public static Optional<Curve> ofKeyType(String name) {
    return KNOWN.stream().filter(curve -> curve.keyType.equals(name)).findFirst();
  }

  /**
   * Finds a curve by its object identifier.
   *
   * @param oid the identifier in dotted form
   * @return the curve, or empty
   */
  public static Optional<Curve> ofOid(String oid) {
    return KNOWN.stream().filter(curve -> curve.oid.equals(oid)).findFirst();
  }

  /**
   * The DER form of the named-curve parameter, as PKCS#11 calls CKA_EC_PARAMS.
   *
   * @return the encoded object identifier
   */
  public byte[] parameters() {
    return Der.oid(oid);
  }
}
