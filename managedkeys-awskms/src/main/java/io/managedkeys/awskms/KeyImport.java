package io.managedkeys.awskms;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.codec.Spki;
import io.managedkeys.spi.CallContext;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.AlgorithmSpec;
import software.amazon.awssdk.services.kms.model.ExpirationModelType;
import software.amazon.awssdk.services.kms.model.GetParametersForImportRequest;
import software.amazon.awssdk.services.kms.model.GetParametersForImportResponse;
import software.amazon.awssdk.services.kms.model.ImportKeyMaterialRequest;
import software.amazon.awssdk.services.kms.model.ImportKeyMaterialResponse;
import software.amazon.awssdk.services.kms.model.WrappingKeySpec;

/**
 * Sends material to a key that waits for it, wrapped for this one transport: secret keys under
 * RSAES-OAEP, private keys under an AES key and that under RSAES-OAEP (RSA_AES_KEY_WRAP, that is
 * OAEP(AES key) ‖ RFC 5649), always with SHA-256 and an RSA-4096 wrapping key. It does not expire.
 */
final class KeyImport {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  private final KmsCalls calls;

  KeyImport(KmsCalls calls) {
    this.calls = calls;
  }

  void send(String arn, KeyType type, SecretBytes material, CallContext context) {
    AlgorithmSpec algorithm =
        type.isSecret() ? AlgorithmSpec.RSAES_OAEP_SHA_256 : AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_256;
    GetParametersForImportResponse parameters =
        calls.send(
            "GetParametersForImport",
            context,
            (kms, timeout) ->
                kms.getParametersForImport(
                    GetParametersForImportRequest.builder()
                        .keyId(arn)
                        .wrappingAlgorithm(algorithm)
                        .wrappingKeySpec(WrappingKeySpec.RSA_4096)
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, parameters.keyId(), "GetParametersForImport", parameters);
    PublicKey wrapping = Spki.publicKey(parameters.publicKey().asByteArray());
    byte[] wrapped =
        material.use(bytes -> type.isSecret() ? oaep(wrapping, bytes) : rsaAes(wrapping, bytes));
    SdkBytes sent = SdkBytes.fromByteArrayUnsafe(wrapped);
    ImportKeyMaterialResponse answer =
        calls.send(
            "ImportKeyMaterial",
            context,
            (kms, timeout) ->
                kms.importKeyMaterial(
                    ImportKeyMaterialRequest.builder()
                        .keyId(arn)
                        .importToken(parameters.importToken())
                        .encryptedKeyMaterial(sent)
                        .expirationModel(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE)
                        .overrideConfiguration(timeout)
                        .build()));
    if (answer.keyId() != null) {
      KmsCalls.requireKey(arn, answer.keyId(), "ImportKeyMaterial", answer);
    }
  }

  private static byte[] oaep(PublicKey wrapping, byte[] bytes) {
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.ENCRYPT_MODE, wrapping, OAEP);
      return cipher.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new InvalidInputException("the key's material can't be wrapped for the import", e);
    }
  }

  private static byte[] rsaAes(PublicKey wrapping, byte[] pkcs8) {
    byte[] aes = new byte[32];
    RANDOM.nextBytes(aes);
    try {
      byte[] first = oaep(wrapping, aes);
      Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
      kwp.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(aes, "AES"));
      byte[] second = kwp.doFinal(pkcs8);
      byte[] both = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, both, first.length, second.length);
      return both;
    } catch (GeneralSecurityException e) {
      throw new InvalidInputException("the key's material can't be wrapped for the import", e);
    } finally {
      Arrays.fill(aes, (byte) 0);
    }
  }
}
