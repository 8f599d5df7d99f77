package io.managedkeys.pkcs11;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.codec.Curve;
import io.managedkeys.codec.Spki;
import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.pkcs11.cryptoki.Ckk;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.Cko;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.pkcs11.token.PooledSession;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.CallContext;
import java.util.List;

/**
 * ECDH (CKM_ECDH1_DERIVE with CKD_NULL): the secret is derived into a session object, read and
 * destroyed. The result is the raw Z, as wide as the curve's field.
 */
final class EcdhAgreeing implements Agreeing {

  private final KeyRunner runner;
  private final KeyType type;
  private final byte[] ownSpki;

  EcdhAgreeing(KeyRunner runner, KeyType type, byte[] ownSpki) {
    this.runner = runner;
    this.type = type;
    this.ownSpki = ownSpki;
  }

  @Override
  public byte[] agree(AgreementAlgorithm algorithm, byte[] peerSpki, CallContext context) {
    Curve curve = type.curve();
    if (curve == null || !Spki.keyType(peerSpki).equals(type)) {
      throw new UnsupportedKeyOperationException(
          "a " + type + " key agrees with a key of the same curve only");
    }
    int width = curve.coordinateLength();
    byte[] point = Spki.rawKey(peerSpki);
    byte[] own = Spki.rawKey(ownSpki);
    byte[] secret =
        runner.run(
            context,
            (cryptoki, session, key) -> derive(cryptoki, session, key, point, width),
            (cryptoki, session, key) -> derive(cryptoki, session, key, own, width),
            Meaning.OF_INPUT);
    if (secret.length == width) {
      return secret;
    }
    if (secret.length > width || secret.length == 0) {
      throw new ManagedKeyException(
          "the token answered with a shared secret of "
              + secret.length
              + " bytes where the curve's field has "
              + width
              + "; it was not released",
          null);
    }
    // Leading zero bytes lost, as of a number: the value is the same, the width is not.
    byte[] padded = new byte[width];
    System.arraycopy(secret, 0, padded, width - secret.length, secret.length);
    java.util.Arrays.fill(secret, (byte) 0);
    return padded;
  }

  private static byte[] derive(
      Cryptoki cryptoki, PooledSession session, long key, byte[] point, int width)
      throws CkrException {
    long derived =
        cryptoki.deriveKey(
            session.handle(),
            new Mechanism(Ckm.ECDH1_DERIVE, new Mechanism.Ecdh1(point)),
            key,
            List.of(
                Attribute.of(Cka.CLASS, Cko.SECRET_KEY),
                Attribute.of(Cka.KEY_TYPE, Ckk.GENERIC_SECRET),
                Attribute.of(Cka.TOKEN, false),
                Attribute.of(Cka.SENSITIVE, false),
                Attribute.of(Cka.EXTRACTABLE, true),
                Attribute.of(Cka.VALUE_LEN, (long) width)));
    return SessionObjects.readAndDestroy(cryptoki, session, derived);
  }

  static UsageDeniedException unreadable() {
    return new UsageDeniedException(
        "the token does not reveal the value of a session object that was made readable; its policy"
            + " forbids this operation");
  }
}
