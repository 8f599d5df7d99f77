package io.managedkeys.local;

import io.managedkeys.InvalidInputException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;

/**
 * AES key wrap: KW (RFC 3394), KWP (RFC 5649) and KW over PKCS #5 padding to eight bytes, as PKCS#11's
 * CKM_AES_KEY_WRAP_PAD of old has it. The padding of the last is done here, because JDK 17 pads to
 * sixteen bytes under the same name.
 */
final class AesKeyWrap {

  private static final int BLOCK = 8;

  private AesKeyWrap() {}

  static byte[] wrap(WrapAlgorithm algorithm, byte[] key, byte[] material) {
    boolean exact = algorithm.equals(WrapAlgorithm.AES_KW);
    if (material.length == 0 || (exact && (material.length % BLOCK != 0 || material.length < 16))) {
      throw new InvalidInputException(
          exact
              ? "AES_KW wraps multiples of 8 bytes, 16 at least, not "
                  + material.length
                  + "; use AES_KWP"
              : "there is nothing to wrap");
    }
    byte[] padded = algorithm.equals(WrapAlgorithm.AES_KW_PKCS5) ? pad(material) : material.clone();
    try {
      return run(Cipher.ENCRYPT_MODE, algorithm, key, padded);
    } catch (GeneralSecurityException e) {
      throw failed(algorithm, e);
    } finally {
      Arrays.fill(padded, (byte) 0);
    }
  }

  static byte[] unwrap(WrapAlgorithm algorithm, byte[] key, byte[] wrapped) {
    int least = algorithm.equals(WrapAlgorithm.AES_KW) ? 24 : 16;
    if (wrapped.length < least || wrapped.length % BLOCK != 0) {
      throw InvalidCiphertexts.damaged(null);
    }
    try {
      byte[] material = run(Cipher.DECRYPT_MODE, algorithm, key, wrapped);
      return algorithm.equals(WrapAlgorithm.AES_KW_PKCS5) ? unpad(material) : material;
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      throw InvalidCiphertexts.damaged(e);
    } catch (GeneralSecurityException e) {
      throw failed(algorithm, e);
    }
  }

  private static byte[] run(int mode, WrapAlgorithm algorithm, byte[] key, byte[] input)
      throws GeneralSecurityException {
    String transformation;
    if (algorithm.equals(WrapAlgorithm.AES_KWP)) {
      transformation = "AES/KWP/NoPadding";
    } else if (algorithm.equals(WrapAlgorithm.AES_KW)
        || algorithm.equals(WrapAlgorithm.AES_KW_PKCS5)) {
      transformation = "AES/KW/NoPadding";
    } else {
      throw new UnsupportedKeyOperationException(
          "local AES keys wrap with AES_KW, AES_KWP or AES_KW_PKCS5, not " + algorithm);
    }
    Cipher cipher = Jdk.cipher(transformation);
    cipher.init(mode, new LentKey("AES", key));
    return cipher.doFinal(input);
  }

  private static byte[] pad(byte[] material) {
    int count = BLOCK - material.length % BLOCK;
    byte[] padded = Arrays.copyOf(material, material.length + count);
    Arrays.fill(padded, material.length, padded.length, (byte) count);
    return padded;
  }

  /** The padding was authenticated by KW's integrity check, so telling its faults apart leaks nothing. */
  private static byte[] unpad(byte[] padded) {
    int count = padded[padded.length - 1];
    boolean right = count >= 1 && count <= BLOCK;
    for (int i = 1; right && i <= count; i++) {
      right = padded[padded.length - i] == count;
    }
    try {
      if (!right) {
        throw InvalidCiphertexts.damaged(null);
      }
      return Arrays.copyOf(padded, padded.length - count);
    } finally {
      Arrays.fill(padded, (byte) 0);
    }
  }

  private static ManagedKeyException failed(WrapAlgorithm algorithm, GeneralSecurityException e) {
    return new ManagedKeyException(
        "the JDK could not compute " + algorithm + ": " + e.getMessage(), e);
  }
}
