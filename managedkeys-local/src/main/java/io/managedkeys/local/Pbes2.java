package io.managedkeys.local;

import io.managedkeys.InvalidInputException;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * EncryptedPrivateKeyInfo (RFC 5958) under a password by PBES2 (RFC 8018). Written with
 * PBKDF2-HMAC-SHA256 and AES-256-CBC; read with any HMAC and AES key length that the JDK knows.
 *
 * <p>The JDK reads the structure but cannot build it (its EncryptedPrivateKeyInfo knows no name for
 * PBES2), and its PBE ciphers take ASCII passwords only; so the structure is written here, and key
 * derivation and cipher are called one by one, with the password in UTF-8.
 */
final class Pbes2 {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MAX_ITERATIONS = 100_000_000;
  private static final Pattern NAME =
      Pattern.compile("PBEWith(Hmac[A-Z0-9/]+)AndAES_(128|192|256)");
  private static final byte[] PBES2 = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13);
  private static final byte[] PBKDF2 = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12);
  private static final byte[] HMAC_SHA256 = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9);
  private static final byte[] AES256_CBC = oid(0x60, 0x86, 0x48, 1, 101, 3, 4, 1, 42);

  private Pbes2() {}

  /**
   * Encrypts.
   *
   * @param pkcs8 a PrivateKeyInfo
   * @param password the password, not kept
   * @param iterations of PBKDF2
   * @return the DER EncryptedPrivateKeyInfo
   */
  static byte[] encrypt(byte[] pkcs8, char[] password, int iterations)
      throws GeneralSecurityException {
    byte[] salt = random(32);
    byte[] iv = random(16);
    byte[] key = derive("HmacSHA256", password, salt, iterations, 256);
    byte[] ciphertext;
    try {
      Cipher cipher = Jdk.cipher("AES/CBC/PKCS5Padding");
      cipher.init(Cipher.ENCRYPT_MODE, new LentKey("AES", key), new IvParameterSpec(iv));
      ciphertext = cipher.doFinal(pkcs8);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
    byte[] count = {
      (byte) (iterations >> 24),
      (byte) (iterations >> 16),
      (byte) (iterations >> 8),
      (byte) iterations
    };
    int skip = 0;
    while (skip < 3 && count[skip] == 0 && count[skip + 1] >= 0) {
      skip++;
    }
    byte[] prf = Tlv.of(0x30, HMAC_SHA256, Tlv.of(0x05));
    byte[] parameters =
        Tlv.of(
            0x30,
            Tlv.of(0x04, salt),
            Tlv.of(0x02, Arrays.copyOfRange(count, skip, 4)),
            Tlv.of(0x02, new byte[] {32}),
            prf);
    byte[] scheme =
        Tlv.of(0x30, Tlv.of(0x30, PBKDF2, parameters), Tlv.of(0x30, AES256_CBC, Tlv.of(0x04, iv)));
    return Tlv.of(0x30, Tlv.of(0x30, PBES2, scheme), Tlv.of(0x04, ciphertext));
  }

  /**
   * Decrypts.
   *
   * @param encrypted the DER EncryptedPrivateKeyInfo
   * @param password the password, not kept
   * @return the PrivateKeyInfo, which the caller wipes
   * @throws BadPaddingException if the password is wrong, as far as the padding tells
   * @throws InvalidInputException if it is not such a structure or encrypted otherwise
   */
  static byte[] decrypt(byte[] encrypted, char[] password) throws GeneralSecurityException {
    AlgorithmParameters parameters;
    byte[] ciphertext;
    try {
      EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encrypted);
      parameters = info.getAlgParameters();
      ciphertext = info.getEncryptedData();
    } catch (IOException e) {
      throw unreadable(e);
    }
    // The only place where the JDK tells hash and key length.
    Matcher name = NAME.matcher(String.valueOf(parameters));
    if (parameters == null || !name.matches()) {
      throw unreadable(null);
    }
    PBEParameterSpec spec = parameters.getParameterSpec(PBEParameterSpec.class);
    if (spec.getIterationCount() > MAX_ITERATIONS) {
      throw unreadable(null);
    }
    byte[] key =
        derive(
            name.group(1),
            password,
            spec.getSalt(),
            spec.getIterationCount(),
            Integer.parseInt(name.group(2)));
    try {
      Cipher cipher = Jdk.cipher("AES/CBC/PKCS5Padding");
      cipher.init(Cipher.DECRYPT_MODE, new LentKey("AES", key), spec.getParameterSpec());
      return cipher.doFinal(ciphertext);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** PBKDF2 (RFC 8018, section 5.2) with the password in UTF-8. */
  static byte[] derive(String hmac, char[] password, byte[] salt, int iterations, int bits)
      throws GeneralSecurityException {
    PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, bits);
    try {
      SecretKey key = SecretKeyFactory.getInstance("PBKDF2With" + hmac).generateSecret(spec);
      return key.getEncoded();
    } finally {
      spec.clearPassword();
    }
  }

  private static InvalidInputException unreadable(@Nullable IOException cause) {
    return new InvalidInputException(
        "the encrypted private key is damaged or not encrypted by PBES2 with PBKDF2 and AES;"
            + " convert it, for example by: openssl pkcs8 -topk8 -v2 aes-256-cbc",
        cause);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static byte[] oid(int... content) {
    byte[] bytes = new byte[content.length];
    for (int i = 0; i < content.length; i++) {
      bytes[i] = (byte) content[i];
    }
    return Tlv.of(0x06, bytes);
  }
}
