package io.managedkeys.pkcs11.cryptoki;

/**
 * What happens between {@code C_…Init} and the operation: nothing, or the context-specific login
 * that a key with CKA_ALWAYS_AUTHENTICATE demands (PKCS#11 2.40, section 5.6, C_Login).
 */
@FunctionalInterface
public interface BetweenCalls {

  /** Nothing. */
  BetweenCalls NOTHING = () -> {};

  /**
   * Called after {@code C_…Init} succeeded.
   *
   * @throws CkrException if a Cryptoki function failed; the session then has an operation under way
   *     and must be closed
   */
  void run() throws CkrException;
}
