package io.managedkeys.pkcs11.token;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.SecretBytes;
import io.managedkeys.pkcs11.cryptoki.Ckr;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.TokenInfo;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The only place that calls {@code C_Login}. A PIN that the token refused is never tried again
 * ({@link PinLatch}); a token that is about to be locked is left alone.
 */
final class Login {

  private static final long[] PIN_REFUSED = {
    Ckr.PIN_INCORRECT, Ckr.PIN_INVALID, Ckr.PIN_LEN_RANGE, Ckr.PIN_EXPIRED, Ckr.PIN_LOCKED
  };

  private final Cryptoki cryptoki;
  private final LoginSettings settings;
  private final PinLatch latch;

  Login(Cryptoki cryptoki, LoginSettings settings, PinLatch latch) {
    this.cryptoki = cryptoki;
    this.settings = settings;
    this.latch = latch;
  }

  /**
   * Logs the normal user in.
   *
   * @return whether this call did it; false if the user was logged in already
   * @throws BackendAuthenticationException if the token refuses the PIN, or it must not be tried
   */
  boolean user(long session, TokenInfo info) throws CkrException {
    refuseIfRisky(info);
    try {
      attempt(session, Cryptoki.CKU_USER, info.serial());
      return true;
    } catch (CkrException e) {
      if (e.is(Ckr.USER_ALREADY_LOGGED_IN)) {
        return false;
      }
      throw e;
    }
  }

  /** Logs in for the operation under way in the session (PKCS#11 2.40, CKU_CONTEXT_SPECIFIC). */
  void contextSpecific(long session, String serial) throws CkrException {
    latch
        .refusal(serial)
        .ifPresent(
            reason -> {
              throw neverAgain(serial, reason, null);
            });
    attempt(session, Cryptoki.CKU_CONTEXT_SPECIFIC, serial);
  }

  private void refuseIfRisky(TokenInfo info) {
    String token = "the token \"" + info.label() + "\" (serial number " + info.serial() + ")";
    latch
        .refusal(info.serial())
        .ifPresent(
            reason -> {
              throw neverAgain(info.serial(), reason, null);
            });
    if (info.has(TokenInfo.USER_PIN_LOCKED)) {
      throw refused(
          token + " says that its user PIN is locked; its security officer can unlock it");
    }
    if (info.has(TokenInfo.USER_PIN_FINAL_TRY)) {
      throw refused(
          token
              + " says that one more wrong PIN locks it; log in with another tool once the PIN is"
              + " known to be right, which resets the counter");
    }
    if (info.has(TokenInfo.USER_PIN_COUNT_LOW) && !settings.allowCountLow()) {
      throw refused(
          token
              + " says that a wrong PIN was entered since the last login; check the PIN, then log in"
              + " with another tool, or set allow-login-when-count-low = true");
    }
  }

  private void attempt(long session, long userType, String serial) throws CkrException {
    SecretBytes secret = settings.pin();
    byte[] pin = secret == null ? null : secret.copy();
    // A PIN asked for one operation has just been accepted for the user: only its failure is
    // written.
    boolean first = userType == Cryptoki.CKU_USER;
    if (first) {
      latch.attempting(serial);
    }
    try {
      cryptoki.login(session, userType, pin);
      if (first) {
        latch.clear(serial);
      }
    } catch (CkrException e) {
      if (e.is(PIN_REFUSED)) {
        latch.failed(serial, e.codeName());
        throw neverAgain(serial, e.codeName(), e);
      }
      if (first) {
        latch.clear(serial);
      }
      throw e;
    } finally {
      if (pin != null) {
        Arrays.fill(pin, (byte) 0);
      }
    }
  }

  private static BackendAuthenticationException refused(String message) {
    return new BackendAuthenticationException("no login was tried: " + message);
  }

  private static BackendAuthenticationException neverAgain(
      String serial, String reason, @Nullable CkrException cause) {
    BackendAuthenticationException refusal =
        new BackendAuthenticationException(
            "the token with serial number "
                + serial
                + (cause == null
                    ? " is not asked again: its PIN failed before with "
                    : " refused the PIN: ")
                + reason
                + "; the PIN of this configuration is not tried again: correct it and change"
                + " pin-generation",
            cause);
    if (cause != null) {
      refusal.service(cause.codeName(), null);
    }
    return refusal;
  }

  /** For a login that failed for another reason than the PIN. */
  static BackendUnavailableException impossible(CkrException e) {
    BackendUnavailableException failure =
        new BackendUnavailableException("the login could not be made: " + e.getMessage(), e);
    failure.service(e.codeName(), null);
    return failure;
  }
}
