package io.managedkeys.registry;

import io.managedkeys.DataKey;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.NonceSource;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.GcmMessage;
import io.managedkeys.registry.publickey.PublicEncryption;
import io.managedkeys.spi.DataKeys;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.SecretEncrypting;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Encrypting, decrypting and data keys. */
final class Encryption {

  private static final SecureRandom RANDOM = new SecureRandom();

  private Encryption() {}

  static byte[] encrypt(
      BoundKey key,
      Pipeline.Run run,
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte @Nullable [] aad,
      byte @Nullable [] nonce) {
    check(key, algorithm, aad);
    KeyInfo info = key.info();
    if (!info.type().isSecret()) {
      refuseNonce(nonce);
      return PublicEncryption.oaep((RSAPublicKey) info.publicKey(), algorithm, plaintext);
    }
    Checks.requireAtMost(
        plaintext.length,
        info.limits().plaintext(),
        "a plaintext",
        "encrypt it under a data key (generateDataKey)");
    byte[] used = nonce(info, algorithm, nonce);
    SecretEncrypting encrypting = key.require(key.encrypting, "encrypt");
    return run.remote(context -> encrypting.encrypt(algorithm, plaintext, aad, used, context));
  }

  static byte[] decrypt(
      BoundKey key,
      Pipeline.Run run,
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      byte @Nullable [] aad) {
    check(key, algorithm, aad);
    KeyInfo info = key.info();
    if (!info.type().isSecret()) {
      if (ciphertext.length != (info.type().bits() + 7) / 8) {
        throw new InvalidCiphertextException(
            "the ciphertext of a "
                + info.type()
                + " key has "
                + (info.type().bits() + 7) / 8
                + " bytes, not "
                + ciphertext.length);
      }
      Decrypting decrypting = key.require(key.decrypting, "decrypt");
      return run.remote(context -> decrypting.decrypt(algorithm, ciphertext, context));
    }
    Checks.requireAtMost(
        ciphertext.length,
        info.limits().ciphertext(),
        "a ciphertext",
        "decrypt what was encrypted under a data key with that data key");
    if (algorithm.equals(EncryptionAlgorithm.AES_GCM)) {
      GcmMessage.decode(ciphertext, algorithm.nonceLength(), GcmMessage.TAG_LENGTH);
    }
    SecretEncrypting encrypting = key.require(key.encrypting, "decrypt");
    return run.remote(context -> encrypting.decrypt(algorithm, ciphertext, aad, context));
  }

  static DataKey dataKey(BoundKey key, Pipeline.Run run, int length, byte @Nullable [] aad) {
    if (length < 16 || length > 64) {
      throw new InvalidInputException("a data key has 16 to 64 bytes, not " + length);
    }
    DataKeys service = key.dataKeys;
    if (service != null) {
      return run.remote(context -> service.generateDataKey(length, aad, context));
    }
    EncryptionAlgorithm algorithm =
        key.info().encryptionAlgorithms().stream()
            .filter(candidate -> aad == null || candidate.takesAad())
            .findFirst()
            .orElseThrow(
                () ->
                    new UnsupportedKeyOperationException(
                        "the key has no permitted encryption"
                            + (aad == null ? "" : " that takes associated data")
                            + " to wrap a data key with"));
    byte[] plaintext = new byte[length];
    RANDOM.nextBytes(plaintext);
    try {
      byte[] wrapped = encrypt(key, run, algorithm, plaintext, aad, null);
      return new DataKey(SecretBytes.taking(plaintext), wrapped);
    } catch (RuntimeException e) {
      Arrays.fill(plaintext, (byte) 0);
      throw e;
    }
  }

  private static void check(BoundKey key, EncryptionAlgorithm algorithm, byte @Nullable [] aad) {
    Checks.requireAlgorithm(
        algorithm,
        key.info().encryptionAlgorithms(),
        key.backendInfo().encryptionAlgorithms(),
        key);
    if (aad != null) {
      if (!algorithm.takesAad()) {
        throw new UnsupportedKeyOperationException(
            algorithm + " authenticates no associated data; use one that does, such as AES_GCM");
      }
      Checks.requireAtMost(
          aad.length, key.info().limits().aad(), "associated data", "pass its SHA-256 instead");
    }
  }

  private static byte @Nullable [] nonce(
      KeyInfo info, EncryptionAlgorithm algorithm, byte @Nullable [] given) {
    if (info.nonceSource() != NonceSource.CALLER_OR_LIBRARY) {
      refuseNonce(given);
      return null;
    }
    if (given == null) {
      byte[] made = new byte[algorithm.nonceLength()];
      RANDOM.nextBytes(made);
      return made;
    }
    if (given.length != algorithm.nonceLength()) {
      throw new InvalidInputException(
          algorithm
              + " needs a nonce of "
              + algorithm.nonceLength()
              + " bytes, not "
              + given.length);
    }
    return given;
  }

  private static void refuseNonce(byte @Nullable [] nonce) {
    if (nonce != null) {
      throw new UnsupportedKeyOperationException(
          "this key takes no nonce of the caller's; leave it out");
    }
  }
}
