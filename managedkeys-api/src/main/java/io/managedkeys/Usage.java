package io.managedkeys;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What an entry lets a key be used for, and what a grant lets a subject use it for. Checked before
 * any remote call.
 */
public enum Usage {
  /** Make signatures with the private key. */
  SIGN("sign"),
  /** Check signatures with the public key. */
  VERIFY("verify"),
  /** Encrypt with the secret or public key. */
  ENCRYPT("encrypt"),
  /** Decrypt with the secret or private key. */
  DECRYPT("decrypt"),
  /** Wrap other keys. */
  WRAP("wrap"),
  /** Unwrap other keys. */
  UNWRAP("unwrap"),
  /** Compute message authentication codes. */
  MAC("mac"),
  /** Check message authentication codes. */
  VERIFY_MAC("verify-mac"),
  /** Agree on a shared secret with a peer's public key. */
  AGREE("agree"),
  /** Take random bytes from the key's backend. */
  RANDOM("random");

  private final String text;

  Usage(String text) {
    this.text = text;
  }

  /**
   * The usage's name in configurations and messages.
   *
   * @return the name, such as {@code verify-mac}
   */
  public String text() {
    return text;
  }

  /**
   * The usages of an entry that names none: sign and verify.
   *
   * @return the default usages
   */
  public static Set<Usage> defaults() {
    return Collections.unmodifiableSet(EnumSet.of(SIGN, VERIFY));
  }

  /**
   * Reads one usage.
   *
   * @param text its name in any case; {@code _} and {@code -} are the same, {@code generate-random}
   *     is Vault's word for {@code random}
   * @return the usage
   * @throws InvalidConfigurationException if there is no such usage
   */
  public static Usage parse(String text) {
    String wanted = text.trim().toLowerCase(Locale.ROOT).replace('_', '-');
    if (wanted.equals("generate-random")) {
      return RANDOM;
    }
    for (Usage usage : values()) {
      if (usage.text.equals(wanted)) {
        return usage;
      }
    }
    throw new InvalidConfigurationException(
        "\"" + text + "\" is not a usage; known are " + EnumSet.allOf(Usage.class));
  }

  @Override
  public String toString() {
    return text;
  }
}
