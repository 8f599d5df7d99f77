package io.managedkeys.pkcs11.cryptoki;

/**
 * {@code CK_TOKEN_INFO}; texts without their padding.
 *
 * @param label the token's label
 * @param manufacturer who made it
 * @param model its model
 * @param serial its serial number
 * @param flags {@code CKF_} flags of a token
 * @param maxSessions {@code ulMaxSessionCount} as reported: 0 means no limit, -1 unknown, and some
 *     tokens write other nonsense
 * @param sessions {@code ulSessionCount} as reported, -1 unknown
 * @param maxRwSessions {@code ulMaxRwSessionCount} as reported
 * @param firmware firmware version, {@code major.minor}
 */
public record TokenInfo(
    String label,
    String manufacturer,
    String model,
    String serial,
    long flags,
    long maxSessions,
    long sessions,
    long maxRwSessions,
    String firmware) {

  public static final long LOGIN_REQUIRED = 0x4;
  public static final long USER_PIN_INITIALIZED = 0x8;
  public static final long PROTECTED_AUTHENTICATION_PATH = 0x100;
  public static final long TOKEN_INITIALIZED = 0x400;
  public static final long USER_PIN_COUNT_LOW = 0x10000;
  public static final long USER_PIN_FINAL_TRY = 0x20000;
  public static final long USER_PIN_LOCKED = 0x40000;
  public static final long SO_PIN_COUNT_LOW = 0x100000;
  public static final long SO_PIN_FINAL_TRY = 0x200000;
  public static final long SO_PIN_LOCKED = 0x400000;

  /** Whether all the given flags are set. */
  public boolean has(long flag) {
    return (flags & flag) == flag;
  }
}
