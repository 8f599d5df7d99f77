package io.managedkeys.local;

import io.managedkeys.DataKey;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.GcmMessage;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.DataKeys;
import io.managedkeys.spi.SecretEncrypting;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/** AES-GCM and, where an entry permits it by name, AES-CBC with PKCS #7 padding, with the JDK. */
final class SecretCipher implements SecretEncrypting, DataKeys {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final LocalKey key;

  SecretCipher(LocalKey key) {
    this.key = key;
  }

  @Override
  public byte[] encrypt(
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte @Nullable [] aad,
      byte @Nullable [] nonce,
      CallContext context) {
    requireKnown(algorithm, aad);
    if (nonce == null || nonce.length != algorithm.nonceLength()) {
      throw new InvalidInputException(
          algorithm + " takes a nonce of " + algorithm.nonceLength() + " bytes");
    }
    byte[] sealed = run(Cipher.ENCRYPT_MODE, algorithm, nonce, plaintext, aad, context);
    return new GcmMessage(nonce, sealed).encode();
  }

  @Override
  public byte[] decrypt(
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      byte @Nullable [] aad,
      CallContext context) {
    requireKnown(algorithm, aad);
    boolean gcm = algorithm.equals(EncryptionAlgorithm.AES_GCM);
    GcmMessage message =
        GcmMessage.decode(ciphertext, algorithm.nonceLength(), gcm ? GcmMessage.TAG_LENGTH : 16);
    return run(Cipher.DECRYPT_MODE, algorithm, message.nonce(), message.sealed(), aad, context);
  }

  @Override
  public DataKey generateDataKey(int length, byte @Nullable [] aad, CallContext context) {
    byte[] plaintext = random(length);
    try {
      byte[] wrapped = encrypt(EncryptionAlgorithm.AES_GCM, plaintext, aad, random(12), context);
      return new DataKey(SecretBytes.copyOf(plaintext), wrapped);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  @Override
  public byte[] generateDataKeyWithoutPlaintext(
      int length, byte @Nullable [] aad, CallContext context) {
    try (DataKey dataKey = generateDataKey(length, aad, context)) {
      return dataKey.wrapped();
    }
  }

  private byte[] run(
      int mode,
      EncryptionAlgorithm algorithm,
      byte[] nonce,
      byte[] input,
      byte @Nullable [] aad,
      CallContext context) {
    return key.withSecret(
        context,
        bytes -> {
          try {
            Cipher cipher = cipher(mode, algorithm, nonce, new LentKey("AES", bytes));
            if (aad != null) {
              cipher.updateAAD(aad);
            }
            return cipher.doFinal(input);
          } catch (BadPaddingException | IllegalBlockSizeException e) {
            throw InvalidCiphertexts.damaged(e);
          } catch (GeneralSecurityException e) {
            throw new ManagedKeyException(
                "the JDK could not compute " + algorithm + ": " + e.getMessage(), e);
          }
        });
  }

  private static Cipher cipher(int mode, EncryptionAlgorithm algorithm, byte[] nonce, LentKey lent)
      throws GeneralSecurityException {
    boolean cbc = algorithm.equals(EncryptionAlgorithm.AES_CBC_PAD);
    Cipher cipher = Jdk.cipher(cbc ? "AES/CBC/PKCS5Padding" : "AES/GCM/NoPadding");
    cipher.init(
        mode,
        lent,
        cbc
            ? new IvParameterSpec(nonce)
            : new GCMParameterSpec(GcmMessage.TAG_LENGTH * Byte.SIZE, nonce));
    return cipher;
  }

  private static void requireKnown(EncryptionAlgorithm algorithm, byte @Nullable [] aad) {
    if (!algorithm.equals(EncryptionAlgorithm.AES_GCM)
        && !algorithm.equals(EncryptionAlgorithm.AES_CBC_PAD)) {
      throw new UnsupportedKeyOperationException(
          "local AES keys encrypt with AES_GCM or AES_CBC_PAD, not " + algorithm);
    }
    if (aad != null && !algorithm.takesAad()) {
      throw new UnsupportedKeyOperationException(algorithm + " takes no associated data");
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
