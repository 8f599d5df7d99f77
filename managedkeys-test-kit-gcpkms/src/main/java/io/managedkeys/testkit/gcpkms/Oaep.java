package io.managedkeys.testkit.gcpkms;

import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.DigestFactory;

/** RSAES-OAEP (RFC 8017) as the service has it: MGF1 with the same hash, an empty label. */
final class Oaep {
  private Oaep() {}

  static byte[] decrypt(String hash, AsymmetricKeyParameter privateKey, byte[] ciphertext) {
    OAEPEncoding encoding =
        new OAEPEncoding(new RSABlindedEngine(), digest(hash), digest(hash), new byte[0]);
    encoding.init(false, privateKey);
    if (ciphertext.length != encoding.getInputBlockSize()) {
      throw KmsFailure.invalidArgument(
          "ciphertext has "
              + ciphertext.length
              + " bytes; this key takes "
              + encoding.getInputBlockSize()
              + ".");
    }
    try {
      return encoding.processBlock(ciphertext, 0, ciphertext.length);
    } catch (InvalidCipherTextException | RuntimeException e) {
      throw KmsFailure.invalidArgument("Decryption failed: the ciphertext is invalid.");
    }
  }

  private static Digest digest(String hash) {
    return switch (hash) {
      case "SHA-1" -> DigestFactory.createSHA1();
      case "SHA-256" -> DigestFactory.createSHA256();
      default -> DigestFactory.createSHA512();
    };
  }
}
