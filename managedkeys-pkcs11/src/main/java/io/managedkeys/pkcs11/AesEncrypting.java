package io.managedkeys.pkcs11;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.GcmMessage;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.SecretEncrypting;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** AES-GCM (NIST SP 800-38D) and, by name only, AES-CBC with padding. */
final class AesEncrypting implements SecretEncrypting {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BLOCK = 16;

  private final KeyRunner runner;
  private final boolean encrypts;

  AesEncrypting(KeyRunner runner, boolean encrypts) {
    this.runner = runner;
    this.encrypts = encrypts;
  }

  private static Mechanism mechanism(
      EncryptionAlgorithm algorithm, byte[] nonce, byte @Nullable [] aad) {
    if (algorithm.equals(EncryptionAlgorithm.AES_GCM)) {
      return new Mechanism(
          Ckm.AES_GCM,
          new Mechanism.Gcm(nonce, aad == null ? new byte[0] : aad, 8 * GcmMessage.TAG_LENGTH));
    }
    if (algorithm.equals(EncryptionAlgorithm.AES_CBC_PAD)) {
      return new Mechanism(Ckm.AES_CBC_PAD, new Mechanism.Iv(nonce));
    }
    throw new UnsupportedKeyOperationException(
        "an AES key in a token encrypts with AES_GCM or AES_CBC_PAD, not " + algorithm);
  }

  @Override
  public byte[] encrypt(
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte @Nullable [] aad,
      byte @Nullable [] nonce,
      CallContext context) {
    if (nonce == null || nonce.length != algorithm.nonceLength()) {
      throw new InvalidInputException(
          algorithm + " takes a nonce of " + algorithm.nonceLength() + " bytes");
    }
    Mechanism mechanism = mechanism(algorithm, nonce, aad);
    byte[] sealed =
        runner.run(
            context,
            (cryptoki, session, key) ->
                cryptoki.encrypt(
                    session.handle(),
                    mechanism,
                    key,
                    plaintext,
                    plaintext.length + BLOCK,
                    runner.between(session)),
            knownGood(),
            Meaning.OF_INPUT);
    return new GcmMessage(nonce, sealed).encode();
  }

  @Override
  public byte[] decrypt(
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      byte @Nullable [] aad,
      CallContext context) {
    GcmMessage parts = GcmMessage.decode(ciphertext, algorithm.nonceLength(), BLOCK);
    Mechanism mechanism = mechanism(algorithm, parts.nonce(), aad);
    return runner.run(
        context,
        (cryptoki, session, key) ->
            cryptoki.decrypt(
                session.handle(),
                mechanism,
                key,
                parts.sealed(),
                parts.sealed().length,
                runner.between(session)),
        knownGood(),
        Meaning.OF_CIPHERTEXT);
  }

  /** Encrypts random bytes under a random nonce and throws the result away. */
  private KeyRunner.Work<byte[]> knownGood() {
    if (!encrypts) {
      return Probe.ofToken();
    }
    return (cryptoki, session, key) -> {
      byte[] nonce = new byte[EncryptionAlgorithm.AES_GCM.nonceLength()];
      byte[] plaintext = new byte[BLOCK];
      RANDOM.nextBytes(nonce);
      RANDOM.nextBytes(plaintext);
      return cryptoki.encrypt(
          session.handle(),
          mechanism(EncryptionAlgorithm.AES_GCM, nonce, null),
          key,
          plaintext,
          2 * BLOCK,
          runner.between(session));
    };
  }
}
