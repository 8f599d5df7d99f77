package io.managedkeys.pkcs11.cryptoki;

/**
 * {@code CK_SESSION_INFO}.
 *
 * @param slot the slot
 * @param state {@code CKS_} state: 0 and 2 public, 1 and 3 user, 4 security officer
 * @param flags 2 for read/write, 4 serial
 */
public record SessionInfo(long slot, long state, long flags) {

  /** Whether the normal user is logged in. */
  public boolean userLoggedIn() {
    return state == 1 || state == 3;
  }

  /** Whether anybody is logged in. */
  public boolean anyoneLoggedIn() {
    return userLoggedIn() || state == 4;
  }
}
