package io.managedkeys.local;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.ManagedKeyException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** RSA-OAEP (RFC 8017, section 7.1) with an empty label and both hashes said explicitly. */
final class Oaep {

  private final HashAlgorithm hash;
  private final HashAlgorithm mgfHash;

  Oaep(HashAlgorithm hash, HashAlgorithm mgfHash) {
    this.hash = hash;
    this.mgfHash = mgfHash;
  }

  /** Decrypts a ciphertext as long as the modulus; all failures look alike. */
  byte[] decrypt(PrivateKey key, int modulusBits, byte[] ciphertext) {
    if (ciphertext.length != (modulusBits + 7) / 8) {
      throw InvalidCiphertexts.damaged(null);
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, key).doFinal(ciphertext);
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      throw InvalidCiphertexts.damaged(e);
    } catch (GeneralSecurityException e) {
      throw failed(e);
    }
  }

  byte[] encrypt(PublicKey key, int modulusBits, byte[] plaintext) {
    int most = modulusBits / 8 - 2 * hash.length() - 2;
    if (plaintext.length > most) {
      throw new InvalidInputException(
          "RSA-OAEP with "
              + hash
              + " under this key takes at most "
              + most
              + " bytes, not "
              + plaintext.length
              + "; wrap longer material with RSA_AES_KWP_"
              + hash.shortName());
    }
    try {
      return cipher(Cipher.ENCRYPT_MODE, key).doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw failed(e);
    }
  }

  private Cipher cipher(int mode, Key key) throws GeneralSecurityException {
    Cipher cipher = Jdk.cipher("RSA/ECB/OAEPPadding");
    try {
      cipher.init(
          mode,
          key,
          new OAEPParameterSpec(
              hash.name(),
              "MGF1",
              new MGF1ParameterSpec(mgfHash.name()),
              PSource.PSpecified.DEFAULT));
    } catch (InvalidKeyException e) {
      throw new InvalidInputException("the RSA key is too short for OAEP with " + hash, e);
    }
    return cipher;
  }

  private static ManagedKeyException failed(GeneralSecurityException e) {
    return new ManagedKeyException("the JDK could not compute RSA-OAEP: " + e.getMessage(), e);
  }
}
