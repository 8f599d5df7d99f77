package io.managedkeys.vault.client;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.ThrottledException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.UsageDeniedException;

/**
 * What a failure means in the library's own words. The service has no error codes: beyond the status
 * there are only its sentences, and these are the ones that its transit engine is known to say.
 */
public final class Failures {

  /** One text for every cause, so that none can be told from the others. */
  private static final String BAD_CIPHERTEXT =
      "the ciphertext is damaged, was made by another key, or its associated data differs";

  private Failures() {}

  /**
   * The exception for a failure.
   *
   * @param failure the failure
   * @param doing what was tried, such as {@code signing}
   * @return the exception, with the service's words and request id
   */
  public static ManagedKeyException translate(VaultFailure failure, String doing) {
    ManagedKeyException exception = typed(failure, doing + " failed: " + failure.getMessage());
    String code = failure.status() == 0 ? null : "HTTP " + failure.status();
    return exception.service(code, failure.requestId());
  }

  /**
   * The exception for an answer that lacks what it should hold.
   *
   * @param doing what was tried, such as {@code signing}
   * @param cause what is wrong with it
   * @return the exception
   */
  public static ManagedKeyException malformed(String doing, MalformedAnswerException cause) {
    return new ManagedKeyException(
        doing + " failed: the answer is not what the API promises, " + cause.getMessage(), cause);
  }

  private static ManagedKeyException typed(VaultFailure failure, String message) {
    return switch (failure.kind()) {
      case THROTTLED -> new ThrottledException(message, failure, failure.retryAfter());
      case SEALED, STANDBY, STALE, UNREACHABLE, UNAVAILABLE, TIMEOUT, INTERRUPTED ->
          new BackendUnavailableException(message, failure);
      case DENIED -> new UsageDeniedException(message, failure);
      case MISSING ->
          failure.says("no handler for route")
              ? new InvalidConfigurationException(
                  message + "; check the fields 'mount' and 'namespace'", failure)
              : new KeyNotFoundException(message, failure);
      case MALFORMED -> new ManagedKeyException(message, failure);
      case REFUSED, FAULT -> bySentence(failure, message);
    };
  }

  private static ManagedKeyException bySentence(VaultFailure failure, String message) {
    if (says(
        failure,
        "message authentication failed",
        "invalid ciphertext",
        "ciphertext has no version",
        "failed to RSA decrypt",
        "decryption error",
        "version is too new")) {
      // The cause keeps the service's sentence for the operator; callers see one text.
      return new InvalidCiphertextException(BAD_CIPHERTEXT, failure);
    }
    if (says(
        failure,
        "key not found",
        "unknown key type " + MUST_EXIST,
        "higher than the latest",
        "version does not exist",
        "no existing key named")) {
      return new KeyNotFoundException(message, failure);
    }
    if (says(failure, "soft-deleted", "too old", "less than the minimum", "disallowed by policy")) {
      return new KeyStateException(message, failure);
    }
    if (says(failure, "not supported", "does not support", "unsupported", "unknown key type")) {
      return new UnsupportedKeyOperationException(message, failure);
    }
    if (failure.kind() == VaultFailure.Kind.FAULT) {
      return new BackendUnavailableException(message, failure);
    }
    return new ManagedKeyException(message, failure);
  }

  /**
   * What is sent as the type of a key with every encryption. The engine makes a missing key up when
   * asked to encrypt with it; this type it does not know, so it refuses instead. An existing key's
   * type is not compared with it.
   */
  public static final String MUST_EXIST = "managedkeys-must-exist";

  private static boolean says(VaultFailure failure, String... sentences) {
    for (String sentence : sentences) {
      if (failure.says(sentence)) {
        return true;
      }
    }
    return false;
  }
}
