package io.managedkeys.pkcs11;

import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.MechanismInfo;
import java.util.HashMap;
import java.util.Map;

/** The mechanisms that a token lists, with what it says each is for. Read once for each backend. */
final class TokenMechanisms {

  private final Map<Long, MechanismInfo> listed;

  private TokenMechanisms(Map<Long, MechanismInfo> listed) {
    this.listed = listed;
  }

  static TokenMechanisms of(Cryptoki cryptoki, long slot) throws CkrException {
    Map<Long, MechanismInfo> listed = new HashMap<>();
    for (long mechanism : cryptoki.mechanisms(slot)) {
      listed.put(mechanism, cryptoki.mechanismInfo(slot, mechanism));
    }
    return new TokenMechanisms(listed);
  }

  /** Whether the token lists a mechanism for a purpose, a {@code CKF_} flag of mechanisms. */
  boolean has(long mechanism, long purpose) {
    MechanismInfo info = listed.get(mechanism);
    return info != null && info.has(purpose);
  }
}
