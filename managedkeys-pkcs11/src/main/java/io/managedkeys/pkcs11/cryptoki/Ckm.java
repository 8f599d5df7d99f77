package io.managedkeys.pkcs11.cryptoki;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Mechanism types (PKCS#11 2.40 and 3.0, header {@code pkcs11t.h}), those this module uses or names
 * in a diagnosis.
 */
public final class Ckm {
  public static final long RSA_PKCS_KEY_PAIR_GEN = 0x0;
  public static final long RSA_PKCS = 0x1;
  public static final long RSA_X_509 = 0x3;
  public static final long SHA1_RSA_PKCS = 0x6;
  public static final long RSA_PKCS_OAEP = 0x9;
  public static final long RSA_PKCS_PSS = 0xD;
  public static final long SHA1_RSA_PKCS_PSS = 0xE;
  public static final long SHA256_RSA_PKCS = 0x40;
  public static final long SHA384_RSA_PKCS = 0x41;
  public static final long SHA512_RSA_PKCS = 0x42;
  public static final long SHA256_RSA_PKCS_PSS = 0x43;
  public static final long SHA384_RSA_PKCS_PSS = 0x44;
  public static final long SHA512_RSA_PKCS_PSS = 0x45;
  public static final long SHA_1 = 0x220;
  public static final long SHA_1_HMAC = 0x221;
  public static final long SHA256 = 0x250;
  public static final long SHA256_HMAC = 0x251;
  public static final long SHA224 = 0x255;
  public static final long SHA224_HMAC = 0x256;
  public static final long SHA384 = 0x260;
  public static final long SHA384_HMAC = 0x261;
  public static final long SHA512 = 0x270;
  public static final long SHA512_HMAC = 0x271;
  public static final long GENERIC_SECRET_KEY_GEN = 0x350;
  public static final long EC_KEY_PAIR_GEN = 0x1040;
  public static final long ECDSA = 0x1041;
  public static final long ECDSA_SHA1 = 0x1042;
  public static final long ECDSA_SHA224 = 0x1043;
  public static final long ECDSA_SHA256 = 0x1044;
  public static final long ECDSA_SHA384 = 0x1045;
  public static final long ECDSA_SHA512 = 0x1046;
  public static final long ECDH1_DERIVE = 0x1050;
  public static final long ECDH1_COFACTOR_DERIVE = 0x1051;
  public static final long RSA_AES_KEY_WRAP = 0x1054;
  public static final long EC_EDWARDS_KEY_PAIR_GEN = 0x1055;
  public static final long EDDSA = 0x1057;
  public static final long AES_KEY_GEN = 0x1080;
  public static final long AES_ECB = 0x1081;
  public static final long AES_CBC = 0x1082;
  public static final long AES_CBC_PAD = 0x1085;
  public static final long AES_GCM = 0x1087;
  public static final long AES_KEY_WRAP = 0x2109;
  public static final long AES_KEY_WRAP_PAD = 0x210A;
  public static final long AES_KEY_WRAP_KWP = 0x210B;

  private static final Map<String, Long> BY_NAME = new TreeMap<>();
  private static final Map<Long, String> BY_CODE = new TreeMap<>();

  static {
    for (var field : Ckm.class.getDeclaredFields()) {
      if (field.getType() == long.class) {
        try {
          BY_NAME.put("CKM_" + field.getName(), field.getLong(null));
          BY_CODE.put(field.getLong(null), "CKM_" + field.getName());
        } catch (IllegalAccessException e) {
          throw new ExceptionInInitializerError(e);
        }
      }
    }
  }

  private Ckm() {}

  /**
   * The name of a mechanism.
   *
   * @param code the mechanism type
   * @return its name in the standard, or the number in hexadecimal
   */
  public static String name(long code) {
    String known = BY_CODE.get(code);
    return known != null ? known : "CKM_0x" + Long.toHexString(code).toUpperCase(Locale.ROOT);
  }

  /**
   * Reads a mechanism as an operator writes it: a name ({@code CKM_ECDSA}), a decimal number, or a
   * hexadecimal one with {@code 0x}. Vendors' numbers may need more than 32 bits.
   *
   * @param text the name or number
   * @return the mechanism type
   * @throws IllegalArgumentException if it is neither a known name nor a number
   */
  public static long parse(String text) {
    String trimmed = text.trim();
    Long named = BY_NAME.get(trimmed.toUpperCase(Locale.ROOT));
    if (named != null) {
      return named;
    }
    try {
      return trimmed.regionMatches(true, 0, "0x", 0, 2)
          ? Long.parseUnsignedLong(trimmed.substring(2), 16)
          : Long.parseUnsignedLong(trimmed);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "not a mechanism: write a CKM_ name of PKCS#11 or its number (0x1041 or 4161)", e);
    }
  }
}
