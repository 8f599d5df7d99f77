package io.managedkeys.spi;

import io.managedkeys.Algorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.KeyInfo;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.NonceSource;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * What proves that a secret key is still the same: a question that only the key can answer, and the
 * hash of the answer. The question is a ciphertext, or a wrapped key, of 32 random bytes, or a reserved
 * label to authenticate. (Never the encryption of a zero block, which would be the key of GHASH.)
 *
 * @param kind how to ask
 * @param algorithm the name of the algorithm
 * @param question what to decrypt, unwrap or authenticate
 * @param answerHash the SHA-256 of the answer
 */
@SuppressWarnings("ArrayRecordComponent") // compared only through answers
public record Witness(Kind kind, String algorithm, byte[] question, byte[] answerHash) {

  private static final byte[] LABEL = "managedkeys witness v1".getBytes(StandardCharsets.US_ASCII);
  private static final SecureRandom RANDOM = new SecureRandom();

  /** How a witness is asked. */
  public enum Kind {
    /** By decrypting. */
    DECRYPT,
    /** By unwrapping. */
    UNWRAP,
    /** By computing a message authentication code. */
    MAC
  }

  /**
   * Makes a witness of a secret key, by real operations of its own.
   *
   * @param key the key
   * @param context the call
   * @return the witness
   * @throws UnsupportedKeyOperationException if the key can neither encrypt and decrypt, nor wrap and
   *     unwrap, nor compute codes
   */
  public static Witness of(BackendKey key, CallContext context) {
    KeyInfo info = key.info();
    Optional<Macing> macing = key.capability(Macing.class);
    if (macing.isPresent() && !info.macAlgorithms().isEmpty()) {
      MacAlgorithm mac = info.macAlgorithms().iterator().next();
      byte[] question = concat(LABEL, random(16));
      return new Witness(
          Kind.MAC, mac.name(), question, hash(macing.get().mac(mac, question, context)));
    }
    Optional<SecretEncrypting> encrypting = key.capability(SecretEncrypting.class);
    if (encrypting.isPresent() && !info.encryptionAlgorithms().isEmpty()) {
      EncryptionAlgorithm algorithm = info.encryptionAlgorithms().iterator().next();
      byte[] answer = random(32);
      byte[] nonce =
          info.nonceSource() == NonceSource.CALLER_OR_LIBRARY
              ? random(algorithm.nonceLength())
              : null;
      byte[] question = encrypting.get().encrypt(algorithm, answer, null, nonce, context);
      return new Witness(Kind.DECRYPT, algorithm.name(), question, hash(answer));
    }
    Optional<WrapBytes> wrapping = key.capability(WrapBytes.class);
    if (wrapping.isPresent() && !info.wrapAlgorithms().isEmpty()) {
      WrapAlgorithm algorithm = info.wrapAlgorithms().iterator().next();
      byte[] answer = random(32);
      byte[] question = wrapping.get().wrapBytes(algorithm, answer, context);
      return new Witness(Kind.UNWRAP, algorithm.name(), question, hash(answer));
    }
    throw new UnsupportedKeyOperationException(
        "no witness can be made of a " + info.type() + " key that can't use what it makes");
  }

  /**
   * Asks a key.
   *
   * @param key the key that should be the same
   * @param context the call
   * @return whether it is
   */
  public boolean isKnownTo(BackendKey key, CallContext context) {
    try {
      byte[] answer = ask(key, context);
      boolean same = MessageDigest.isEqual(hash(answer), answerHash);
      Arrays.fill(answer, (byte) 0);
      return same;
    } catch (InvalidCiphertextException e) {
      return false;
    }
  }

  private byte[] ask(BackendKey key, CallContext context) {
    KeyInfo info = key.info();
    return switch (kind) {
      case MAC ->
          key.capability(Macing.class)
              .orElseThrow(this::cannotAsk)
              .mac(named(info.macAlgorithms()), question, context);
      case DECRYPT ->
          key.capability(SecretEncrypting.class)
              .orElseThrow(this::cannotAsk)
              .decrypt(named(info.encryptionAlgorithms()), question, null, context);
      case UNWRAP ->
          key.capability(WrapBytes.class)
              .orElseThrow(this::cannotAsk)
              .unwrapBytes(named(info.wrapAlgorithms()), question, context);
    };
  }

  private <A extends Algorithm> A named(Iterable<A> algorithms) {
    for (A candidate : algorithms) {
      if (candidate.name().equals(algorithm)) {
        return candidate;
      }
    }
    throw cannotAsk();
  }

  private UnsupportedKeyOperationException cannotAsk() {
    return new UnsupportedKeyOperationException(
        "the key can no longer do " + algorithm + ", which its pin is proven by");
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] hash(byte[] answer) {
    return HashAlgorithm.SHA256.digest(answer);
  }
}
