package io.managedkeys.registry.publickey;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.codec.Spki;
import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;

/** Checks of a peer's public key before a key agreement (SP 800-56A, section 5.6.2.3). */
public final class PeerKey {

  private PeerKey() {}

  /**
   * Checks that the peer's key is a valid key of the same type: for EC that the point lies on the
   * curve and is not infinity (the cofactor of the known curves is 1).
   *
   * @param own the type of our key
   * @param spki the peer's SubjectPublicKeyInfo
   * @throws InvalidInputException if it is not
   */
  public static void check(KeyType own, byte[] spki) {
    KeyType theirs = Spki.keyType(spki);
    if (!theirs.equals(own)) {
      throw new InvalidInputException(
          "the peer's key is a " + theirs + " key; this agreement needs " + own);
    }
    if (Spki.publicKey(spki) instanceof ECPublicKey ec && !isOnCurve(ec)) {
      throw new InvalidInputException("the peer's point is not on the curve " + own);
    }
  }

  private static boolean isOnCurve(ECPublicKey key) {
    EllipticCurve curve = key.getParams().getCurve();
    ECPoint point = key.getW();
    if (point.equals(ECPoint.POINT_INFINITY) || !(curve.getField() instanceof ECFieldFp field)) {
      return false;
    }
    BigInteger p = field.getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (x.signum() < 0 || x.compareTo(p) >= 0 || y.signum() < 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(p);
    return y.multiply(y).mod(p).equals(right);
  }

  /**
   * Refuses an all-zero shared secret, the sign of a degenerate peer key (RFC 7748, section 6.1).
   *
   * @param secret the shared secret
   * @return the secret
   * @throws InvalidInputException if it is zero
   */
  public static byte[] requireNotZero(byte[] secret) {
    int or = 0;
    for (byte b : secret) {
      or |= b;
    }
    if (or == 0) {
      throw new InvalidInputException("the peer's key leads to an all-zero secret");
    }
    return secret;
  }
}
