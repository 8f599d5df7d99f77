package io.managedkeys.testkit.azurekv;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/** EC and EC-HSM over P-256, P-384, P-521 and P-256K (secp256k1); signatures are r ‖ s. */
record EcMaterial(boolean hsm, Curve curve, BigInteger d) implements KeyMaterial {

  enum Curve {
    P256("P-256", "secp256r1", "ES256", 32),
    P384("P-384", "secp384r1", "ES384", 48),
    P521("P-521", "secp521r1", "ES512", 64),
    P256K("P-256K", "secp256k1", "ES256K", 32);

    final String jwkName;
    final String algorithm;
    final int digestLength;
    final ECDomainParameters domain;
    final int width;

    Curve(String jwkName, String secgName, String algorithm, int digestLength) {
      X9ECParameters parameters = CustomNamedCurves.getByName(secgName);
      this.jwkName = jwkName;
      this.algorithm = algorithm;
      this.digestLength = digestLength;
      this.domain = new ECDomainParameters(parameters);
      this.width = (domain.getCurve().getFieldSize() + 7) / 8;
    }

    static Curve named(String name) {
      for (Curve curve : values()) {
        if (curve.jwkName.equals(name)) {
          return curve;
        }
      }
      throw ServiceError.badParameter("crv '" + name + "' is not supported.");
    }

    ECPoint publicPoint(BigInteger d) {
      return new FixedPointCombMultiplier().multiply(domain.getG(), d).normalize();
    }
  }

  static EcMaterial generate(boolean hsm, Curve curve) {
    BigInteger n = curve.domain.getN();
    BigInteger d =
        BigIntegers.createRandomInRange(
            BigInteger.ONE, n.subtract(BigInteger.ONE), RandomSource.get());
    return new EcMaterial(hsm, curve, d);
  }

  static EcMaterial ofJwk(boolean hsm, Json jwk) {
    Curve curve = Curve.named(jwk.requiredString("crv"));
    BigInteger d = new BigInteger(1, jwk.requiredBytes("d"));
    if (d.signum() == 0 || d.compareTo(curve.domain.getN()) >= 0) {
      throw ServiceError.badParameter("The EC key is not valid.");
    }
    ECPoint q = curve.publicPoint(d);
    if (!q.getAffineXCoord().toBigInteger().equals(new BigInteger(1, jwk.requiredBytes("x")))
        || !q.getAffineYCoord().toBigInteger().equals(new BigInteger(1, jwk.requiredBytes("y")))) {
      throw ServiceError.badParameter("The EC key's public point does not match its private key.");
    }
    return new EcMaterial(hsm, curve, d);
  }

  @Override
  public String kty() {
    return hsm ? "EC-HSM" : "EC";
  }

  @Override
  public Map<String, Object> publicMembers() {
    ECPoint q = curve.publicPoint(d);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("crv", curve.jwkName);
    members.put("x", Json.base64Url(q.getAffineXCoord().getEncoded()));
    members.put("y", Json.base64Url(q.getAffineYCoord().getEncoded()));
    return members;
  }

  @Override
  public List<String> defaultOperations() {
    return List.of("sign", "verify");
  }

  @Override
  public KeyMaterial another() {
    return generate(hsm, curve);
  }

  @Override
  public byte[] sign(String algorithm, byte[] digest) {
    check(algorithm, digest);
    ECDSASigner signer = new ECDSASigner();
    signer.init(
        true,
        new ParametersWithRandom(new ECPrivateKeyParameters(d, curve.domain), RandomSource.get()));
    BigInteger[] rs = signer.generateSignature(digest);
    byte[] signature = new byte[2 * curve.width];
    BigIntegers.asUnsignedByteArray(rs[0], signature, 0, curve.width);
    BigIntegers.asUnsignedByteArray(rs[1], signature, curve.width, curve.width);
    return signature;
  }

  @Override
  public boolean verify(String algorithm, byte[] digest, byte[] signature) {
    check(algorithm, digest);
    if (signature.length != 2 * curve.width) {
      return false;
    }
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, new ECPublicKeyParameters(curve.publicPoint(d), curve.domain));
    return verifier.verifySignature(
        digest,
        BigIntegers.fromUnsignedByteArray(signature, 0, curve.width),
        BigIntegers.fromUnsignedByteArray(signature, curve.width, curve.width));
  }

  private void check(String algorithm, byte[] digest) {
    if (!curve.algorithm.equals(algorithm)) {
      throw ServiceError.badParameter(
          "Key and signing algorithm are incompatible. Key uses curve '"
              + curve.jwkName
              + "', and algorithm is '"
              + algorithm
              + "'.");
    }
    if (digest.length != curve.digestLength) {
      throw ServiceError.badParameter(
          "The length of the digest is invalid for the algorithm '" + algorithm + "'.");
    }
  }

  /** Names the kind only, so that no log shows the key. */
  @Override
  public String toString() {
    return kty();
  }
}
