package io.managedkeys.testkit.awskms;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** RSAES-OAEP (RFC 8017) as the service does it: MGF1 with the same hash, empty label. */
final class RsaOaep {
  private RsaOaep() {}

  static byte[] encrypt(Key key, String algorithm, byte[] plaintext) {
    String hash = hash(algorithm);
    int most = mostBytes(key, algorithm);
    if (plaintext.length > most) {
      throw ServiceError.validation(
          "Algorithm "
              + algorithm
              + " and key spec RSA_"
              + ((RSAKey) key).getModulus().bitLength()
              + " cannot encrypt data larger than "
              + most
              + " bytes.");
    }
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, hash).doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] decrypt(Key key, String algorithm, byte[] ciphertext) {
    try {
      return cipher(Cipher.DECRYPT_MODE, key, hash(algorithm)).doFinal(ciphertext);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw SymmetricCiphertext.invalid();
    }
  }

  private static int mostBytes(Key key, String algorithm) {
    int hashBytes = hash(algorithm).equals("SHA-1") ? 20 : 32;
    return ((RSAKey) key).getModulus().bitLength() / 8 - 2 * hashBytes - 2;
  }

  private static String hash(String algorithm) {
    return algorithm.endsWith("SHA_1") ? "SHA-1" : "SHA-256";
  }

  private static Cipher cipher(int mode, Key key, String hash) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        mode,
        key,
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    return cipher;
  }
}
