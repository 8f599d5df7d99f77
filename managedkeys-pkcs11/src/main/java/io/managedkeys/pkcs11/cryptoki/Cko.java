package io.managedkeys.pkcs11.cryptoki;

/** Object classes (PKCS#11 2.40). */
public final class Cko {
  public static final long CERTIFICATE = 1;
  public static final long PUBLIC_KEY = 2;
  public static final long PRIVATE_KEY = 3;
  public static final long SECRET_KEY = 4;

  private Cko() {}
}
