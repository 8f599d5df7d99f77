package io.managedkeys.pkcs11.cryptoki;

/**
 * {@code CK_MECHANISM_INFO}: what the token claims, which is not always what it does.
 *
 * @param minKeySize smallest key, in bits or bytes as the mechanism has it
 * @param maxKeySize largest key
 * @param flags {@code CKF_} flags of a mechanism
 */
public record MechanismInfo(long minKeySize, long maxKeySize, long flags) {

  public static final long ENCRYPT = 0x100;
  public static final long DECRYPT = 0x200;
  public static final long SIGN = 0x800;
  public static final long VERIFY = 0x2000;
  public static final long GENERATE = 0x8000;
  public static final long GENERATE_KEY_PAIR = 0x10000;
  public static final long WRAP = 0x20000;
  public static final long UNWRAP = 0x40000;
  public static final long DERIVE = 0x80000;

  /** Whether all the given flags are set. */
  public boolean has(long flag) {
    return (flags & flag) == flag;
  }
}
