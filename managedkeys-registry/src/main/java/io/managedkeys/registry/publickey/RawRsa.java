package io.managedkeys.registry.publickey;

import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import org.jspecify.annotations.Nullable;

/** The RSA public operation on numbers (RFC 8017, section 5.2.2), which has no secrets to protect. */
final class RawRsa {

  private RawRsa() {}

  /**
   * Opens a signature.
   *
   * @return as many bytes as the modulus has, or null when the signature is not a number below it or
   *     not exactly as long
   */
  static byte @Nullable [] open(RSAPublicKey key, byte[] signature) {
    BigInteger modulus = key.getModulus();
    int length = (modulus.bitLength() + 7) / 8;
    if (signature.length != length) {
      return null;
    }
    BigInteger number = new BigInteger(1, signature);
    if (number.compareTo(modulus) >= 0) {
      return null;
    }
    byte[] opened = number.modPow(key.getPublicExponent(), modulus).toByteArray();
    byte[] fixed = new byte[length];
    int skip = Math.max(0, opened.length - length);
    int size = opened.length - skip;
    System.arraycopy(opened, skip, fixed, length - size, size);
    return fixed;
  }
}
