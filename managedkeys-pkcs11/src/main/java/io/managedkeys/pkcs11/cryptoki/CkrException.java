package io.managedkeys.pkcs11.cryptoki;

/**
 * A Cryptoki function returned something else than {@code CKR_OK}. Checked, so that no code can
 * reach a caller of the library without having been given a meaning first.
 */
public final class CkrException extends Exception {

  private static final long serialVersionUID = 1L;

  private final long code;
  private final String function;

  /**
   * @param function the function that failed, such as {@code C_Sign}
   * @param code its return value, unsigned
   */
  public CkrException(String function, long code) {
    super(function + " returned " + Ckr.name(code));
    this.function = function;
    this.code = code;
  }

  /**
   * The return value.
   *
   * @return the {@code CKR_} code
   */
  public long code() {
    return code;
  }

  /**
   * The return value's name.
   *
   * @return such as {@code CKR_PIN_INCORRECT}, or the number in hexadecimal
   */
  public String codeName() {
    return Ckr.name(code);
  }

  /**
   * The function that failed.
   *
   * @return such as {@code C_Sign}
   */
  public String function() {
    return function;
  }

  /**
   * Whether the code is one of those given.
   *
   * @param codes the codes
   * @return true if so
   */
  public boolean is(long... codes) {
    for (long candidate : codes) {
      if (candidate == code) {
        return true;
      }
    }
    return false;
  }
}
