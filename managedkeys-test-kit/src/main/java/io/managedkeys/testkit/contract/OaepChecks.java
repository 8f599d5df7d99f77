package io.managedkeys.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.UnsupportedKeyOperationException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** Encryption with a public key, by us and by BouncyCastle, and its decryption in the backend. */
final class OaepChecks {

  private OaepChecks() {}

  static void check(ContractRun run, KeyType type, ManagedKey key, EncryptionAlgorithm algorithm)
      throws Exception {
    HashAlgorithm hash = algorithm.hash();
    HashAlgorithm mgfHash = algorithm.mgfHash();
    boolean claimed = key.info().encryptionAlgorithms().contains(algorithm);
    if (!run.isToBeChecked(
            claimed,
            "encrypt",
            algorithm.name(),
            type,
            () -> key.decrypt(algorithm, new byte[type.bits() / 8]))
        || hash == null
        || mgfHash == null) {
      return;
    }
    byte[] spki = key.info().spki().orElseThrow();
    int most = type.bits() / 8 - 2 * hash.length() - 2;
    for (int length : new int[] {1, 32, most}) {
      byte[] plaintext = Bytes.pattern(length);
      assertArrayEquals(plaintext, key.decrypt(algorithm, key.encrypt(algorithm, plaintext)));
      assertArrayEquals(plaintext, key.decrypt(algorithm, encrypt(spki, hash, mgfHash, plaintext)));
    }
    run.refuses(
        "a plaintext that is too long",
        () -> key.encrypt(algorithm, new byte[most + 1]),
        InvalidInputException.class);
    run.refuses(
        "associated data",
        () -> key.encrypt(algorithm, new byte[1], new byte[1]),
        UnsupportedKeyOperationException.class);
    byte[] good = key.encrypt(algorithm, Bytes.pattern(20));
    for (byte[] bad : Bytes.flipped(good)) {
      run.refuses(
          "a changed ciphertext",
          () -> key.decrypt(algorithm, bad),
          InvalidCiphertextException.class);
    }
    for (byte[] bad : Bytes.misshapen(good)) {
      run.refuses(
          "a misshapen ciphertext of " + bad.length + " bytes",
          () -> key.decrypt(algorithm, bad),
          InvalidCiphertextException.class);
    }
    HashAlgorithm other =
        mgfHash.equals(HashAlgorithm.SHA256) ? HashAlgorithm.SHA1 : HashAlgorithm.SHA256;
    byte[] otherwise = encrypt(spki, hash, other, Bytes.pattern(20));
    run.refuses(
        "a ciphertext made with another MGF1",
        () -> key.decrypt(algorithm, otherwise),
        InvalidCiphertextException.class);
    run.works("encrypt", algorithm.name(), type, "encrypted by us and BouncyCastle");
  }

  static byte[] encrypt(byte[] spki, HashAlgorithm hash, HashAlgorithm mgfHash, byte[] plaintext)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", Second.BC);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        KeyFactory.getInstance("RSA", Second.BC).generatePublic(new X509EncodedKeySpec(spki)),
        new OAEPParameterSpec(
            hash.name(),
            "MGF1",
            new MGF1ParameterSpec(mgfHash.name()),
            PSource.PSpecified.DEFAULT));
    return cipher.doFinal(plaintext);
  }
}
