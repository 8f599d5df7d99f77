package io.managedkeys.pkcs11;

import java.nio.charset.StandardCharsets;

/**
 * The two forms in which tokens take and give CKA_EC_PARAMS of Edwards curves (PKCS#11 3.0, section
 * 2.3.5): an object identifier of RFC 8410, or the curve's name as PrintableString.
 */
final class EdwardsCurve {

  static final byte[] ED25519_OID = {0x06, 0x03, 0x2B, 0x65, 0x70};
  static final byte[] ED448_OID = {0x06, 0x03, 0x2B, 0x65, 0x71};
  static final byte[] ED25519_NAME = printable("edwards25519");
  static final byte[] ED448_NAME = printable("edwards448");

  private EdwardsCurve() {}

  private static byte[] printable(String name) {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    byte[] der = new byte[text.length + 2];
    der[0] = 0x13;
    der[1] = (byte) text.length;
    System.arraycopy(text, 0, der, 2, text.length);
    return der;
  }
}
