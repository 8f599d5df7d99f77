package io.managedkeys.azurekv;

import io.managedkeys.InvalidInputException;
import io.managedkeys.codec.Curve;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import javax.crypto.KeyAgreement;

/**
 * The public point of an EC private key, which the service wants on import and the JDK has no way to
 * compute. Agreeing with the base point gives its x; of the two points with that x, the one that
 * verifies what the private key signs is it. The private key stays inside the JDK's own arithmetic.
 */
final class PublicPoint {
  private PublicPoint() {}

  static boolean isOn(ECPrivateKey key, Curve curve) {
    try {
      ECParameterSpec named = parameters(curve);
      ECParameterSpec own = key.getParams();
      return own != null
          && own.getCurve().equals(named.getCurve())
          && own.getGenerator().equals(named.getGenerator())
          && own.getOrder().equals(named.getOrder());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  static ECPoint of(ECPrivateKey key, Curve curve) {
    try {
      ECParameterSpec parameters = parameters(curve);
      BigInteger x = agreedWithBasePoint(key, parameters);
      BigInteger y = squareRoot(parameters.getCurve(), x);
      ECPoint point = new ECPoint(x, y);
      if (belongs(key, parameters, point)) {
        return point;
      }
      BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
      ECPoint other = new ECPoint(x, p.subtract(y));
      if (belongs(key, parameters, other)) {
        return other;
      }
    } catch (GeneralSecurityException e) {
      throw new InvalidInputException("the EC private key can't be used", e);
    }
    throw new InvalidInputException("the EC private key has no public point on its curve");
  }

  private static BigInteger agreedWithBasePoint(ECPrivateKey key, ECParameterSpec parameters)
      throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(key);
    agreement.doPhase(publicKey(parameters, parameters.getGenerator()), true);
    return new BigInteger(1, agreement.generateSecret());
  }

  /** The curves' primes are 3 modulo 4, so that a root is a power. */
  private static BigInteger squareRoot(EllipticCurve curve, BigInteger x) {
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    BigInteger square = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
    return square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
  }

  private static boolean belongs(ECPrivateKey key, ECParameterSpec parameters, ECPoint point)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update((byte) 0);
    byte[] made = signature.sign();
    signature.initVerify(publicKey(parameters, point));
    signature.update((byte) 0);
    return signature.verify(made);
  }

  private static PublicKey publicKey(ECParameterSpec parameters, ECPoint point)
      throws GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters));
  }

  private static ECParameterSpec parameters(Curve curve) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve.jcaName()));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }
}
