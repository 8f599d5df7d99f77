package io.managedkeys.azurekv;

import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyType;
import io.managedkeys.InvalidInputException;
import io.managedkeys.SecretBytes;
import io.managedkeys.codec.Curve;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPoint;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Objects;

/**
 * Key material as the JSON Web Key that "Import Key" takes (RFC 7518, section 6). The SDK keeps
 * copies of its own in the key and in the request's body, and the JDK in its key objects: those can't
 * be wiped. A transfer blob leaves nothing in clear.
 */
final class ImportedKey {
  private ImportedKey() {}

  static JsonWebKey jwk(io.managedkeys.KeyType type, boolean hsm, SecretBytes material) {
    return switch (type.family()) {
      case "RSA" -> rsa(type, hsm, material);
      case "EC" -> ec(type, hsm, material);
      default -> aes(type, material);
    };
  }

  private static JsonWebKey rsa(io.managedkeys.KeyType type, boolean hsm, SecretBytes material) {
    if (!(privateKey("RSA", material) instanceof RSAPrivateCrtKey key)
        || key.getModulus().bitLength() != type.bits()) {
      throw new InvalidInputException(
          "the material is not the PKCS #8 form of a " + type + " key with its primes");
    }
    byte[] d = unsigned(key.getPrivateExponent());
    byte[] p = unsigned(key.getPrimeP());
    byte[] q = unsigned(key.getPrimeQ());
    byte[] dp = unsigned(key.getPrimeExponentP());
    byte[] dq = unsigned(key.getPrimeExponentQ());
    byte[] qi = unsigned(key.getCrtCoefficient());
    JsonWebKey jwk =
        new JsonWebKey()
            .setKeyType(hsm ? KeyType.RSA_HSM : KeyType.RSA)
            .setN(unsigned(key.getModulus()))
            .setE(unsigned(key.getPublicExponent()))
            .setD(d)
            .setP(p)
            .setQ(q)
            .setDp(dp)
            .setDq(dq)
            .setQi(qi);
    wipe(d, p, q, dp, dq, qi);
    return jwk;
  }

  private static JsonWebKey ec(io.managedkeys.KeyType type, boolean hsm, SecretBytes material) {
    Curve curve = Objects.requireNonNull(type.curve());
    if (!(privateKey("EC", material) instanceof ECPrivateKey key)
        || !PublicPoint.isOn(key, curve)) {
      throw new InvalidInputException("the material is not the PKCS #8 form of a " + type + " key");
    }
    ECPoint point = PublicPoint.of(key, curve);
    int width = curve.coordinateLength();
    byte[] d = fixed(key.getS(), width);
    JsonWebKey jwk =
        new JsonWebKey()
            .setKeyType(hsm ? KeyType.EC_HSM : KeyType.EC)
            .setCurveName(KeyTypes.curve(type))
            .setX(fixed(point.getAffineX(), width))
            .setY(fixed(point.getAffineY(), width))
            .setD(d);
    wipe(d);
    return jwk;
  }

  private static JsonWebKey aes(io.managedkeys.KeyType type, SecretBytes material) {
    if (material.length() * 8 != type.bits()) {
      throw new InvalidInputException(
          "a " + type + " key has " + type.bits() / 8 + " bytes, not " + material.length());
    }
    return material.use(raw -> new JsonWebKey().setKeyType(KeyType.OCT_HSM).setK(raw));
  }

  /** The SDK has copied the parts; these were ours. */
  private static void wipe(byte[]... parts) {
    for (byte[] part : parts) {
      Arrays.fill(part, (byte) 0);
    }
  }

  private static java.security.PrivateKey privateKey(String algorithm, SecretBytes material) {
    return material.use(
        pkcs8 -> {
          try {
            return KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
          } catch (GeneralSecurityException e) {
            // The cause is left out: a parser's message may quote what it parsed.
            throw new InvalidInputException(
                "the material is not PKCS #8 of an "
                    + algorithm
                    + " key that this JDK knows; for secp256k1 use \"exchange-key\"");
          }
        });
  }

  private static byte[] unsigned(BigInteger number) {
    return fixed(number, (number.bitLength() + 7) / 8);
  }

  static byte[] fixed(BigInteger number, int width) {
    byte[] signed = number.toByteArray();
    byte[] bytes = new byte[width];
    int skip = Math.max(0, signed.length - width);
    System.arraycopy(signed, skip, bytes, width - (signed.length - skip), signed.length - skip);
    Arrays.fill(signed, (byte) 0);
    return bytes;
  }
}
