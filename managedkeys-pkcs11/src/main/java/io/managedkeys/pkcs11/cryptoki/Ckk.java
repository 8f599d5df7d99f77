package io.managedkeys.pkcs11.cryptoki;

/** Key types (PKCS#11 2.40 and 3.0). */
public final class Ckk {
  public static final long RSA = 0x0;
  public static final long EC = 0x3;
  public static final long GENERIC_SECRET = 0x10;
  public static final long AES = 0x1F;
  public static final long SHA_1_HMAC = 0x28;
  public static final long SHA256_HMAC = 0x2B;
  public static final long SHA384_HMAC = 0x2C;
  public static final long SHA512_HMAC = 0x2D;
  public static final long EC_EDWARDS = 0x40;

  private Ckk() {}
}
