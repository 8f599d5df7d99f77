package io.managedkeys.pkcs11.token;

import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;

/** Finds slots for tests that go round the backend. */
public final class TokenSlots {

  private final Cryptoki cryptoki;

  public TokenSlots(Cryptoki cryptoki) {
    this.cryptoki = cryptoki;
  }

  public long withLabel(String label) throws CkrException {
    return new TokenSelector(label, null, null).find(cryptoki).slot();
  }
}
