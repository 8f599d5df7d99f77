package io.managedkeys.registry.publickey;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.UnsupportedKeyOperationException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encryption and wrapping with an RSA public key: OAEP (RFC 8017) and OAEP(AES key) ‖ KWP (RFC 5649).
 */
public final class PublicEncryption {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int AES_KEY = 32;

  private PublicEncryption() {}

  /**
   * Encrypts by OAEP.
   *
   * @param key the public key
   * @param algorithm an OAEP algorithm
   * @param plaintext the plaintext
   * @return the ciphertext, as long as the modulus
   * @throws InvalidInputException if the plaintext is too long
   */
  public static byte[] oaep(RSAPublicKey key, EncryptionAlgorithm algorithm, byte[] plaintext) {
    HashAlgorithm hash = algorithm.hash();
    HashAlgorithm mgf = algorithm.mgfHash();
    if (hash == null || mgf == null) {
      throw new UnsupportedKeyOperationException(algorithm + " is not an RSA encryption");
    }
    int modulus = (key.getModulus().bitLength() + 7) / 8;
    int most = modulus - 2 * hash.length() - 2;
    if (plaintext.length > most) {
      throw new InvalidInputException(
          algorithm
              + " with this key takes at most "
              + most
              + " bytes, not "
              + plaintext.length
              + "; encrypt a data key instead, or wrap by RSA_AES_KWP_SHA256");
    }
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          key,
          new OAEPParameterSpec(
              hash.name(), "MGF1", new MGF1ParameterSpec(mgf.name()), PSource.PSpecified.DEFAULT));
      return cipher.doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new UnsupportedKeyOperationException(
          "no installed JCA provider encrypts by " + algorithm, e);
    }
  }

  /**
   * Wraps material under a fresh AES-256 key by KWP, and that key by OAEP.
   *
   * @param key the public key
   * @param oaep the OAEP algorithm
   * @param material the material
   * @return OAEP(AES key) ‖ KWP(material)
   */
  public static byte[] rsaAesWrap(RSAPublicKey key, EncryptionAlgorithm oaep, byte[] material) {
    byte[] aes = new byte[AES_KEY];
    RANDOM.nextBytes(aes);
    try {
      byte[] head = oaep(key, oaep, aes);
      byte[] tail = kwp(Cipher.ENCRYPT_MODE, aes, material);
      byte[] both = Arrays.copyOf(head, head.length + tail.length);
      System.arraycopy(tail, 0, both, head.length, tail.length);
      return both;
    } catch (GeneralSecurityException e) {
      throw new UnsupportedKeyOperationException("no installed JCA provider wraps by AES-KWP", e);
    } finally {
      Arrays.fill(aes, (byte) 0);
    }
  }

  /**
   * Unwraps what {@link #rsaAesWrap} wrapped, once its AES key was decrypted.
   *
   * @param aes the decrypted AES key; wiped
   * @param wrapped the part made by KWP
   * @return the material
   * @throws InvalidCiphertextException if it is damaged
   */
  public static byte[] kwpUnwrap(byte[] aes, byte[] wrapped) {
    try {
      return kwp(Cipher.DECRYPT_MODE, aes, wrapped);
    } catch (GeneralSecurityException e) {
      throw damaged();
    } finally {
      Arrays.fill(aes, (byte) 0);
    }
  }

  private static InvalidCiphertextException damaged() {
    // The cause is left out on purpose: it would tell one kind of damage from another.
    return new InvalidCiphertextException(
        "the wrapped key is damaged or was wrapped under another key");
  }

  private static byte[] kwp(int mode, byte[] aes, byte[] data) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/KWP/NoPadding");
    cipher.init(mode, new SecretKeySpec(aes, "AES"));
    return cipher.doFinal(data);
  }
}
