package io.managedkeys.pkcs11.token;

import io.managedkeys.KeyNotFoundException;

/**
 * A key that was found in an earlier login epoch is not there in this one: somebody destroyed it, or
 * the module no longer sees its token's objects.
 */
public final class KeyLostException extends KeyNotFoundException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what was looked for
   */
  public KeyLostException(String message) {
    super(message);
  }
}
