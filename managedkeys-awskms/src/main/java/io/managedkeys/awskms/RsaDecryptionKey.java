package io.managedkeys.awskms;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.KeyInfo;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;

/** An RSA key for ENCRYPT_DECRYPT: its private half. The public one is used above, without a request. */
final class RsaDecryptionKey extends KmsKey implements Decrypting {
  RsaDecryptionKey(KmsCalls calls, KeyInfo info, List<String> grantTokens) {
    super(calls, info, grantTokens);
  }

  @Override
  public byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext, CallContext context) {
    EncryptionAlgorithmSpec wire = KeyFamily.wire(algorithm);
    int modulus = info().type().bits() / 8;
    if (ciphertext.length != modulus) {
      throw new InvalidCiphertextException(
          "an RSA ciphertext of this key has "
              + modulus
              + " bytes, not "
              + ciphertext.length
              + "; it was made by another key or is not whole");
    }
    SdkBytes bytes = SdkBytes.fromByteArray(ciphertext);
    DecryptResponse answer =
        calls.send(
            "Decrypt",
            context,
            (kms, timeout) ->
                kms.decrypt(
                    DecryptRequest.builder()
                        .keyId(arn)
                        .encryptionAlgorithm(wire)
                        .ciphertextBlob(bytes)
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, answer.keyId(), "Decrypt", answer);
    if (answer.encryptionAlgorithm() != null && answer.encryptionAlgorithm() != wire) {
      throw KmsCalls.malformed(
          "Decrypt", "the algorithm " + answer.encryptionAlgorithmAsString(), answer);
    }
    if (answer.plaintext() == null) {
      throw KmsCalls.malformed("Decrypt", "nothing", answer);
    }
    return answer.plaintext().asByteArray();
  }

  /**
   * Asks the key to decrypt zeros, which are no OAEP ciphertext: that the service says so proves that
   * it used the key.
   */
  String answers(CallContext context) {
    byte[] zeros = new byte[info().type().bits() / 8];
    zeros[zeros.length - 1] = 2;
    try {
      decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, zeros, context);
    } catch (InvalidCiphertextException e) {
      // as it must be
    }
    return "Decrypt";
  }
}
