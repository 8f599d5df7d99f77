package io.managedkeys.pkcs11;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyStateException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.ThrottledException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.pkcs11.cryptoki.Ckr;
import io.managedkeys.pkcs11.cryptoki.CkrException;

/**
 * What a return value of Cryptoki means to the caller of the library. Codes that leave open whether
 * the input or the device is at fault arrive here only after a known-good request succeeded.
 */
enum Meaning {

  /** Operations whose input this library made: a digest, a message to authenticate. */
  OF_INPUT,

  /** Operations on what somebody else made: a ciphertext, a wrapped key. */
  OF_CIPHERTEXT;

  ManagedKeyException of(CkrException e) {
    ManagedKeyException meaning = translate(e);
    return meaning.service(e.codeName(), null);
  }

  private ManagedKeyException translate(CkrException e) {
    if (e.is(Ckr.KEY_FUNCTION_NOT_PERMITTED, Ckr.KEY_UNEXTRACTABLE, Ckr.KEY_NOT_WRAPPABLE)
        || e.is(Ckr.ACTION_PROHIBITED, Ckr.ATTRIBUTE_SENSITIVE)) {
      return new UsageDeniedException(
          "the key's attributes in the token do not allow this use: " + e.getMessage(), e);
    }
    if (this == OF_CIPHERTEXT
        && e.is(
            Ckr.ENCRYPTED_DATA_INVALID,
            Ckr.ENCRYPTED_DATA_LEN_RANGE,
            Ckr.AEAD_DECRYPT_FAILED,
            Ckr.WRAPPED_KEY_INVALID,
            Ckr.WRAPPED_KEY_LEN_RANGE,
            Ckr.DATA_INVALID,
            Ckr.DATA_LEN_RANGE,
            Ckr.GENERAL_ERROR,
            Ckr.FUNCTION_FAILED,
            Ckr.DEVICE_ERROR)) {
      return new InvalidCiphertextException(
          "the ciphertext is damaged, was made by another key, or its associated data differs", e);
    }
    if (e.is(Ckr.DATA_INVALID, Ckr.DATA_LEN_RANGE)) {
      return new InvalidInputException("the token refuses this input: " + e.getMessage(), e);
    }
    if (e.is(
            Ckr.MECHANISM_INVALID,
            Ckr.MECHANISM_PARAM_INVALID,
            Ckr.FUNCTION_NOT_SUPPORTED,
            Ckr.ARGUMENTS_BAD,
            Ckr.KEY_TYPE_INCONSISTENT,
            Ckr.KEY_SIZE_RANGE,
            Ckr.CURVE_NOT_SUPPORTED,
            Ckr.DOMAIN_PARAMS_INVALID)
        || e.is(
            Ckr.TEMPLATE_INCONSISTENT,
            Ckr.TEMPLATE_INCOMPLETE,
            Ckr.ATTRIBUTE_TYPE_INVALID,
            Ckr.ATTRIBUTE_VALUE_INVALID,
            Ckr.ATTRIBUTE_READ_ONLY,
            Ckr.WRAPPING_KEY_TYPE_INCONSISTENT,
            Ckr.UNWRAPPING_KEY_TYPE_INCONSISTENT,
            Ckr.WRAPPING_KEY_SIZE_RANGE,
            Ckr.UNWRAPPING_KEY_SIZE_RANGE)) {
      return new UnsupportedKeyOperationException(
          "the token can't do this with this key: " + e.getMessage(), e);
    }
    if (e.is(
        Ckr.PIN_INCORRECT,
        Ckr.PIN_INVALID,
        Ckr.PIN_LEN_RANGE,
        Ckr.PIN_EXPIRED,
        Ckr.PIN_LOCKED,
        Ckr.USER_PIN_NOT_INITIALIZED,
        Ckr.USER_TYPE_INVALID)) {
      return new BackendAuthenticationException(
          "the token refuses the login: " + e.getMessage(), e);
    }
    if (e.is(Ckr.SESSION_COUNT)) {
      return new ThrottledException(
          "the token opens no more sessions: " + e.getMessage() + "; close some elsewhere",
          e,
          null);
    }
    if (e.is(Ckr.SESSION_READ_ONLY, Ckr.TOKEN_WRITE_PROTECTED)) {
      return new KeyStateException("the token can't be written to: " + e.getMessage(), e);
    }
    return new BackendUnavailableException("the token did not do it: " + e.getMessage(), e);
  }
}
