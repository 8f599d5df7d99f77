package io.managedkeys.pkcs11;

import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.pkcs11.cryptoki.Ckk;
import io.managedkeys.pkcs11.cryptoki.Cko;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.token.PooledSession;
import java.util.List;

/** Short-lived secret objects through which material in our hands is wrapped and unwrapped. */
final class SessionObjects {

  private SessionObjects() {}

  /** What an object must be to be read. */
  static final List<Attribute> READABLE =
      List.of(
          Attribute.of(Cka.CLASS, Cko.SECRET_KEY),
          Attribute.of(Cka.KEY_TYPE, Ckk.GENERIC_SECRET),
          Attribute.of(Cka.TOKEN, false),
          Attribute.of(Cka.SENSITIVE, false),
          Attribute.of(Cka.EXTRACTABLE, true));

  /** Puts material into an object that can be wrapped. */
  static long create(Cryptoki cryptoki, PooledSession session, byte[] material)
      throws CkrException {
    return cryptoki.createObject(
        session.handle(), Attribute.join(READABLE, List.of(Attribute.of(Cka.VALUE, material))));
  }

  /** Reads an object's value and destroys the object, whatever happens. */
  static byte[] readAndDestroy(Cryptoki cryptoki, PooledSession session, long object)
      throws CkrException {
    byte[] value;
    try {
      value = cryptoki.bytesAttribute(session.handle(), object, Cka.VALUE);
    } finally {
      cryptoki.destroyObject(session.handle(), object);
    }
    if (value == null) {
      throw EcdhAgreeing.unreadable();
    }
    return value;
  }
}
