package io.managedkeys.pkcs11.token;

import io.managedkeys.pkcs11.cryptoki.Ckr;
import io.managedkeys.pkcs11.cryptoki.CkrException;

/** What a return value says about the session, the handles and the device. */
enum Failure {

  /** The request was refused for what it was; device, login and handles are not in question. */
  REFUSED,

  /** The session, the login or the handle no longer exists, and nothing was done. */
  STALE,

  /** Anything: a damaged ciphertext and a dead device give the same answer on many tokens. */
  IN_DOUBT;

  static Failure of(CkrException e) {
    long code = e.code();
    if (code == Ckr.SESSION_HANDLE_INVALID
        || code == Ckr.SESSION_CLOSED
        || code == Ckr.USER_NOT_LOGGED_IN
        || code == Ckr.OBJECT_HANDLE_INVALID
        || code == Ckr.KEY_HANDLE_INVALID
        || code == Ckr.WRAPPING_KEY_HANDLE_INVALID
        || code == Ckr.UNWRAPPING_KEY_HANDLE_INVALID
        || code == Ckr.KEY_TYPE_INCONSISTENT
        || code == Ckr.KEY_CHANGED
        || code == Ckr.DEVICE_REMOVED
        || code == Ckr.TOKEN_NOT_PRESENT
        || code == Ckr.TOKEN_NOT_RECOGNIZED
        || code == Ckr.SLOT_ID_INVALID
        || code == Ckr.CRYPTOKI_NOT_INITIALIZED) {
      return STALE;
    }
    if (code == Ckr.GENERAL_ERROR
        || code == Ckr.FUNCTION_FAILED
        || code == Ckr.HOST_MEMORY
        || code == Ckr.DEVICE_ERROR
        || code == Ckr.DEVICE_MEMORY
        || code == Ckr.CANCEL
        || code == Ckr.FUNCTION_CANCELED
        || code == Ckr.OPERATION_ACTIVE
        || code == Ckr.OPERATION_NOT_INITIALIZED
        || code == Ckr.TOKEN_RESOURCE_EXCEEDED
        || code == Ckr.CANT_LOCK
        || code == Ckr.MUTEX_BAD
        || code == Ckr.MUTEX_NOT_LOCKED
        || code == Ckr.FUNCTION_REJECTED
        || (code & Ckr.VENDOR_DEFINED) != 0) {
      return IN_DOUBT;
    }
    return REFUSED;
  }
}
