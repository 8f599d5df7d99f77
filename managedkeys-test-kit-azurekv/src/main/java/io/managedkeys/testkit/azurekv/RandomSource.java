package io.managedkeys.testkit.azurekv;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The process's one source of randomness: keys, version ids, tokens. */
final class RandomSource {
  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomSource() {}

  static SecureRandom get() {
    return RANDOM;
  }

  static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** 32 hexadecimal digits, the form of Key Vault's version ids. */
  static String id() {
    return HexFormat.of().formatHex(bytes(16));
  }
}
