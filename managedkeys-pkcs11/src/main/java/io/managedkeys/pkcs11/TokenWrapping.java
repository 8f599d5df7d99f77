package io.managedkeys.pkcs11;

import io.managedkeys.ConflictException;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.pkcs11.token.Deadline;
import io.managedkeys.pkcs11.token.PooledSession;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.WrapBytes;
import io.managedkeys.spi.WrapKey;
import java.util.List;

/**
 * Wraps and unwraps: {@code C_WrapKey} and {@code C_UnwrapKey}. Material in our hands goes through a
 * session object that lives for the length of the call.
 */
final class TokenWrapping implements WrapBytes, WrapKey {

  private static final int LONGEST = 16 * 1024;
  private static final byte[] KNOWN = new byte[32];

  private final KeyRunner runner;
  private final WrapMechanisms mechanisms;
  private final boolean wraps;
  private final KeyType own;

  TokenWrapping(KeyRunner runner, KeyType own, WrapMechanisms mechanisms, boolean wraps) {
    this.runner = runner;
    this.own = own;
    this.mechanisms = mechanisms;
    this.wraps = wraps;
  }

  private Mechanism mechanism(
      WrapAlgorithm algorithm, Cryptoki cryptoki, PooledSession session, long key)
      throws CkrException {
    HashAlgorithm hash = algorithm.hash();
    if (algorithm.isOaep() && hash != null) {
      return OaepDecrypting.mechanism(hash, hash);
    }
    return mechanisms.of(algorithm, cryptoki, session, key);
  }

  @Override
  public byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, CallContext context) {
    if (algorithm.equals(WrapAlgorithm.AES_KW)
        && (material.length < 16 || material.length % 8 != 0)) {
      throw new InvalidInputException(
          "AES_KW (RFC 3394) wraps 16 bytes or more, a multiple of 8, not "
              + material.length
              + "; use AES_KWP");
    }
    if (material.length == 0 || material.length > LONGEST) {
      throw new InvalidInputException(
          "wrapped are 1 to " + LONGEST + " bytes, not " + material.length);
    }
    return runner.run(context, wrapping(algorithm, material), probe(algorithm), Meaning.OF_INPUT);
  }

  private KeyRunner.Work<byte[]> wrapping(WrapAlgorithm algorithm, byte[] material) {
    return (cryptoki, session, key) -> {
      Mechanism mechanism = mechanism(algorithm, cryptoki, session, key);
      long object = SessionObjects.create(cryptoki, session, material);
      try {
        return cryptoki.wrapKey(session.handle(), mechanism, key, object, material.length + 1024);
      } finally {
        cryptoki.destroyObject(session.handle(), object);
      }
    };
  }

  private KeyRunner.Work<byte[]> probe(WrapAlgorithm algorithm) {
    return wraps ? wrapping(algorithm, KNOWN) : Probe.ofToken();
  }

  @Override
  public byte[] unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped, CallContext context) {
    requireShape(algorithm, wrapped);
    return runner.run(
        context,
        (cryptoki, session, key) -> {
          Mechanism mechanism = mechanism(algorithm, cryptoki, session, key);
          long object =
              cryptoki.unwrapKey(
                  session.handle(), mechanism, key, wrapped, SessionObjects.READABLE);
          return SessionObjects.readAndDestroy(cryptoki, session, object);
        },
        probe(algorithm),
        Meaning.OF_CIPHERTEXT);
  }

  /** What can't be a wrapped key is refused here; tokens answer as if the caller were at fault. */
  private void requireShape(WrapAlgorithm algorithm, byte[] wrapped) {
    boolean fits =
        algorithm.isOaep()
            ? wrapped.length == (own.bits() + 7) / 8
            : wrapped.length % 8 == 0
                && wrapped.length >= (algorithm.equals(WrapAlgorithm.AES_KW) ? 24 : 16);
    if (!fits) {
      throw new InvalidCiphertextException(
          wrapped.length + " bytes can't be what a " + own + " key wrapped by " + algorithm);
    }
  }

  @Override
  public byte[] wrapKey(WrapAlgorithm algorithm, BackendKey target, CallContext context) {
    if (!(target instanceof Pkcs11Key other)
        || !(runner instanceof KeyHandle handle)
        || other.handle().connection() != handle.connection()) {
      throw new UnsupportedKeyOperationException(
          "only a key of the same backend can be wrapped handle to handle");
    }
    KeyType type = other.info().type();
    if (algorithm.equals(WrapAlgorithm.AES_KW)
        && (!type.isSecret() || type.bits() < 128 || type.bits() % 64 != 0)) {
      // RFC 3394 has no padding; some tokens then add zeros that nobody takes away.
      throw new InvalidInputException(
          "AES_KW (RFC 3394) wraps keys of a multiple of 8 bytes, and a "
              + type
              + " key need not be; use AES_KWP");
    }
    return runner.run(
        context,
        (cryptoki, session, key) -> {
          Mechanism mechanism = mechanism(algorithm, cryptoki, session, key);
          long wrapped = other.handle().in(cryptoki, session);
          return cryptoki.wrapKey(session.handle(), mechanism, key, wrapped, LONGEST);
        },
        probe(algorithm),
        Meaning.OF_INPUT);
  }

  @Override
  public void unwrapKey(
      WrapAlgorithm algorithm,
      byte[] wrapped,
      KeyConfig target,
      KeyType type,
      CallContext context) {
    requireShape(algorithm, wrapped);
    if (!(runner instanceof KeyHandle handle)) {
      throw new UnsupportedKeyOperationException("a key can't be unwrapped here");
    }
    KeyTemplates templates = KeyTemplates.of(target, target.id());
    KeyObject object = KeyObject.of(target.values());
    if (!type.isSecret()
        && target.values().find(Pkcs11Fields.PUBLIC_KEY_FILE).isEmpty()
        && !type.family().equals("RSA")) {
      throw new InvalidConfigurationException(
          "public-key-file: an unwrapped "
              + type
              + " key has no public key in the token; give it in a file");
    }
    List<Attribute> template =
        type.isSecret() ? templates.secretKey(type) : templates.privateKey(type);
    handle
        .connection()
        .callOnce(
            new Deadline(context.deadlineNanos()),
            (cryptoki, session) -> {
              if (!object.all(cryptoki, session.handle()).isEmpty()) {
                throw new ConflictException(
                    "the token holds a key with " + object + " already; nothing was unwrapped");
              }
              long key = handle.in(cryptoki, session);
              Mechanism mechanism = mechanism(algorithm, cryptoki, session, key);
              return cryptoki.unwrapKey(session.handle(), mechanism, key, wrapped, template);
            },
            Meaning.OF_CIPHERTEXT::of);
  }
}
