package io.managedkeys.codec;

import io.managedkeys.InvalidInputException;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The two forms of an ECDSA signature: DER {@code SEQUENCE { r INTEGER, s INTEGER }} (X9.62, RFC
 * 3279) and plain {@code r ‖ s}, each as long as the curve's order (IEEE P1363, JOSE, PKCS#11).
 */
public final class EcdsaSignature {

  private EcdsaSignature() {}

  /**
   * Turns the plain form into DER.
   *
   * @param plain r and s, of equal length
   * @return the DER form
   * @throws InvalidInputException if the length is odd or zero, or r or s is zero
   */
  public static byte[] toDer(byte[] plain) {
    if (plain.length == 0 || plain.length % 2 != 0) {
      throw new InvalidInputException(
          "a plain ECDSA signature holds r and s of equal length, not " + plain.length + " bytes");
    }
    int half = plain.length / 2;
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(plain, 0, half));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(plain, half, plain.length));
    if (r.signum() == 0 || s.signum() == 0) {
      throw new InvalidInputException("r or s of an ECDSA signature is zero");
    }
    return Der.encode(Der.SEQUENCE, Der.integer(r), Der.integer(s));
  }

  /**
   * Turns DER into the plain form. Only the one DER form is accepted.
   *
   * @param der the DER form
   * @param coordinateLength the length of r and of s in bytes, see {@link Curve#coordinateLength()}
   * @return r and s, padded to that length
   * @throws InvalidInputException if it is not such DER, or r or s is longer
   */
  public static byte[] toPlain(byte[] der, int coordinateLength) {
    Der.Reader outer = new Der.Reader(der, "the ECDSA signature");
    Der.Reader inner = outer.sequence();
    outer.end();
    BigInteger r = inner.positive();
    BigInteger s = inner.positive();
    inner.end();
    byte[] plain = new byte[2 * coordinateLength];
    put(r, plain, 0, coordinateLength);
    put(s, plain, coordinateLength, coordinateLength);
    return plain;
  }

  private static void put(BigInteger value, byte[] out, int at, int length) {
    byte[] bytes = value.toByteArray();
    int skip = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
    int size = bytes.length - skip;
    if (size > length) {
      throw new InvalidInputException("r or s is longer than the curve's order");
    }
    System.arraycopy(bytes, skip, out, at + length - size, size);
  }
}
