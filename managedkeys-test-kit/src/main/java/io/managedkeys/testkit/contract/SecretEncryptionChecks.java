package io.managedkeys.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.NonceSource;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.GcmMessage;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Encryption with a secret key. */
final class SecretEncryptionChecks {

  private static final byte[] AAD = {7, 7, 7};
  private static final int LARGEST_TRIED = 1 << 20;

  private SecretEncryptionChecks() {}

  static void check(ContractRun run, KeyType type, ManagedKey key, EncryptionAlgorithm algorithm)
      throws Exception {
    if (!run.isToBeChecked(
        key.info().encryptionAlgorithms().contains(algorithm),
        "encrypt",
        algorithm.name(),
        type,
        () -> key.encrypt(algorithm, new byte[16]))) {
      return;
    }
    for (int length : new int[] {1, 15, 16, 17, 1000}) {
      byte[] plaintext = Bytes.pattern(length);
      assertArrayEquals(plaintext, key.decrypt(algorithm, key.encrypt(algorithm, plaintext)));
    }
    byte[] twice = Bytes.pattern(32);
    assertFalse(
        Arrays.equals(key.encrypt(algorithm, twice), key.encrypt(algorithm, twice)),
        "two encryptions of one plaintext are alike");
    boolean authenticated = !algorithm.equals(EncryptionAlgorithm.AES_CBC_PAD);
    damage(run, key, algorithm, authenticated);
    associatedData(run, key, algorithm);
    nonces(run, key, algorithm);
    limits(run, key, algorithm);
    String detail = authenticated ? "changes and wrong associated data refused" : "unauthenticated";
    if (!algorithm.equals(EncryptionAlgorithm.SERVICE)) {
      detail += independent(run, type, algorithm);
    }
    run.works("encrypt", algorithm.name(), type, detail);
  }

  private static void damage(
      ContractRun run, ManagedKey key, EncryptionAlgorithm algorithm, boolean authenticated) {
    byte[] good = key.encrypt(algorithm, Bytes.pattern(40));
    if (authenticated) {
      for (byte[] bad : Bytes.flipped(good)) {
        run.refuses(
            "a changed ciphertext",
            () -> key.decrypt(algorithm, bad),
            InvalidCiphertextException.class);
      }
    }
    for (byte[] bad : Bytes.misshapen(good)) {
      run.refuses(
          "a misshapen ciphertext of " + bad.length + " bytes",
          () -> key.decrypt(algorithm, bad),
          InvalidCiphertextException.class);
    }
  }

  private static void associatedData(
      ContractRun run, ManagedKey key, EncryptionAlgorithm algorithm) {
    byte[] plaintext = Bytes.pattern(50);
    if (!algorithm.takesAad()) {
      run.refuses(
          "associated data",
          () -> key.encrypt(algorithm, plaintext, AAD),
          UnsupportedKeyOperationException.class);
      return;
    }
    byte[] ciphertext = key.encrypt(algorithm, plaintext, AAD);
    assertArrayEquals(plaintext, key.decrypt(algorithm, ciphertext, AAD));
    run.refuses(
        "other associated data",
        () -> key.decrypt(algorithm, ciphertext, new byte[] {7, 7}),
        InvalidCiphertextException.class);
    run.refuses(
        "missing associated data",
        () -> key.decrypt(algorithm, ciphertext),
        InvalidCiphertextException.class);
    byte[] without = key.encrypt(algorithm, plaintext);
    run.refuses(
        "associated data that was not there",
        () -> key.decrypt(algorithm, without, AAD),
        InvalidCiphertextException.class);
  }

  private static void nonces(ContractRun run, ManagedKey key, EncryptionAlgorithm algorithm) {
    int length = algorithm.nonceLength();
    if (key.info().nonceSource() != NonceSource.CALLER_OR_LIBRARY) {
      run.refuses(
          "a caller's nonce",
          () -> key.encrypt(algorithm, new byte[1], null, new byte[Math.max(length, 1)]),
          UnsupportedKeyOperationException.class);
      return;
    }
    byte[] nonce = Bytes.pattern(length);
    byte[] ciphertext = key.encrypt(algorithm, Bytes.pattern(5), null, nonce);
    assertEquals(length, ciphertext[0], "the length of the nonce comes first");
    assertArrayEquals(nonce, Arrays.copyOfRange(ciphertext, 1, 1 + length));
    assertArrayEquals(Bytes.pattern(5), key.decrypt(algorithm, ciphertext));
    run.refuses(
        "a nonce of another length",
        () -> key.encrypt(algorithm, new byte[1], null, new byte[length + 1]),
        InvalidInputException.class);
  }

  private static void limits(ContractRun run, ManagedKey key, EncryptionAlgorithm algorithm) {
    int most = key.info().limits().plaintext();
    if (most <= LARGEST_TRIED) {
      byte[] plaintext = Bytes.pattern(most);
      assertArrayEquals(plaintext, key.decrypt(algorithm, key.encrypt(algorithm, plaintext)));
      run.refuses(
          "a plaintext over the limit",
          () -> key.encrypt(algorithm, new byte[most + 1]),
          InvalidInputException.class);
    }
  }

  /** With a key of the test's own, BouncyCastle reads what the backend wrote and the reverse. */
  private static String independent(ContractRun run, KeyType type, EncryptionAlgorithm algorithm)
      throws Exception {
    byte[] material = Bytes.pattern(type.bits() / 8);
    Optional<ManagedKey> imported = run.imported(type, UsageGroup.ENCRYPTION.usages, material);
    if (imported.isEmpty() || !imported.get().info().encryptionAlgorithms().contains(algorithm)) {
      return "";
    }
    ManagedKey key = imported.get();
    byte[] plaintext = Bytes.pattern(77);
    byte[] aad = algorithm.takesAad() ? AAD : null;
    int least = algorithm.takesAad() ? GcmMessage.TAG_LENGTH : 16;
    GcmMessage made =
        GcmMessage.decode(key.encrypt(algorithm, plaintext, aad), algorithm.nonceLength(), least);
    assertArrayEquals(
        plaintext,
        second(Cipher.DECRYPT_MODE, algorithm, material, made.nonce(), aad, made.sealed()));
    byte[] nonce = Bytes.pattern(algorithm.nonceLength());
    byte[] sealed = second(Cipher.ENCRYPT_MODE, algorithm, material, nonce, aad, plaintext);
    assertArrayEquals(
        plaintext, key.decrypt(algorithm, new GcmMessage(nonce, sealed).encode(), aad));
    return "; read and written by BouncyCastle";
  }

  private static byte[] second(
      int mode,
      EncryptionAlgorithm algorithm,
      byte[] material,
      byte[] nonce,
      byte @Nullable [] aad,
      byte[] input)
      throws GeneralSecurityException {
    boolean gcm = algorithm.equals(EncryptionAlgorithm.AES_GCM);
    Cipher cipher =
        Cipher.getInstance(gcm ? "AES/GCM/NoPadding" : "AES/CBC/PKCS7Padding", Second.BC);
    AlgorithmParameterSpec parameters =
        gcm ? new GCMParameterSpec(128, nonce) : new IvParameterSpec(nonce);
    cipher.init(mode, new SecretKeySpec(material, "AES"), parameters);
    if (aad != null) {
      cipher.updateAAD(aad);
    }
    return cipher.doFinal(input);
  }
}
