package io.managedkeys.pkcs11.token;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.TokenInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which token is meant. All that is given must hold. A token's label or serial number is the better
 * choice: slot numbers change with the order in which tokens are found (SoftHSM's are random).
 *
 * @param label the token's label, or null
 * @param serial its serial number, compared without regard to case, or null
 * @param slot the slot's number, decimal or hexadecimal with {@code 0x}, or null
 */
public record TokenSelector(
    @Nullable String label, @Nullable String serial, @Nullable String slot) {

  /** A token found. */
  record Found(long slot, TokenInfo info) {}

  /**
   * Refuses a selector that says nothing or whose slot is no number.
   *
   * @throws InvalidConfigurationException if so
   */
  public TokenSelector {
    if (label == null && serial == null && slot == null) {
      throw new InvalidConfigurationException(
          "token-label: say which token is meant: token-label, token-serial or slot");
    }
    if (slot != null) {
      parse(slot);
    }
  }

  private static long parse(String slot) {
    String text = slot.trim().toLowerCase(Locale.ROOT);
    try {
      return text.startsWith("0x")
          ? Long.parseUnsignedLong(text.substring(2), 16)
          : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new InvalidConfigurationException(
          "slot: \"" + slot + "\" is not a number; write it decimal (5) or hexadecimal (0x5)", e);
    }
  }

  /**
   * Finds the token.
   *
   * @throws InvalidConfigurationException if more than one token fits
   * @throws BackendUnavailableException if none does: it may be inserted later
   */
  Found find(Cryptoki cryptoki) throws CkrException {
    List<Found> fitting = new ArrayList<>();
    List<String> others = new ArrayList<>();
    @Nullable CkrException unreadable = null;
    for (long candidate : cryptoki.slots(true)) {
      if (slot != null && parse(slot) != candidate) {
        continue;
      }
      TokenInfo info;
      try {
        info = cryptoki.tokenInfo(candidate);
      } catch (CkrException e) {
        unreadable = e;
        continue;
      }
      if (fits(info)) {
        fitting.add(new Found(candidate, info));
      } else if (info.has(TokenInfo.TOKEN_INITIALIZED)) {
        others.add("\"" + info.label() + "\"");
      }
    }
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    if (fitting.isEmpty()) {
      throw new BackendUnavailableException(
          "no token with "
              + this
              + " is present"
              + (unreadable != null
                  ? " (a token can't be read: " + unreadable.getMessage() + ")"
                  : "")
              + (others.isEmpty() ? "" : "; there are " + String.join(", ", others)),
          unreadable);
    }
    throw new InvalidConfigurationException(
        (label != null ? "token-label" : "token-serial")
            + ": "
            + fitting.size()
            + " tokens have "
            + this
            + "; add token-serial (one of "
            + String.join(", ", fitting.stream().map(found -> found.info().serial()).toList())
            + ")");
  }

  /** Whether a token is the one meant, its slot aside. */
  private boolean fits(TokenInfo info) {
    return (label == null || label.equals(info.label()))
        && (serial == null || serial.equalsIgnoreCase(info.serial()));
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (label != null) {
      parts.add("label \"" + label + "\"");
    }
    if (serial != null) {
      parts.add("serial number " + serial);
    }
    if (slot != null) {
      parts.add("slot " + slot);
    }
    return String.join(" and ", parts);
  }
}
