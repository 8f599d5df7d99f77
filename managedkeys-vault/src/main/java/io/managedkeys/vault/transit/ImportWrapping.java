package io.managedkeys.vault.transit;

import io.managedkeys.InvalidInputException;
import io.managedkeys.SecretBytes;
import io.managedkeys.codec.Spki;
import io.managedkeys.vault.client.MalformedAnswerException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps key material for the engine: a fresh AES-256 key under RSA-OAEP with SHA-256, and the
 * material under it by AES Key Wrap with Padding (RFC 5649), one after the other.
 */
final class ImportWrapping {

  private static final SecureRandom RANDOM = new SecureRandom();

  private ImportWrapping() {}

  static byte[] spki(String pem) throws MalformedAnswerException {
    String body = pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "");
    try {
      return Base64.getMimeDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new MalformedAnswerException("the wrapping key is not PEM");
    }
  }

  static byte[] wrap(byte[] wrappingKeySpki, SecretBytes material) {
    byte[] ephemeral = new byte[32];
    byte[] plain = material.copy();
    RANDOM.nextBytes(ephemeral);
    try {
      Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
      oaep.init(
          Cipher.ENCRYPT_MODE,
          Spki.publicKey(wrappingKeySpki),
          new OAEPParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
      byte[] first = oaep.doFinal(ephemeral);
      Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
      kwp.init(Cipher.WRAP_MODE, new SecretKeySpec(ephemeral, "AES"));
      byte[] second = kwp.wrap(new SecretKeySpec(plain, "RAW"));
      byte[] both = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, both, first.length, second.length);
      return both;
    } catch (GeneralSecurityException e) {
      throw new InvalidInputException("the key material cannot be wrapped for the import", e);
    } finally {
      Arrays.fill(ephemeral, (byte) 0);
      Arrays.fill(plain, (byte) 0);
    }
  }
}
