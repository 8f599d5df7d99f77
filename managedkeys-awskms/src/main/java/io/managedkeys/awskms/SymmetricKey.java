package io.managedkeys.awskms;

import io.managedkeys.DataKey;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.DataKeys;
import io.managedkeys.spi.ReEncrypting;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.WrapBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptRequest;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextResponse;
import software.amazon.awssdk.services.kms.model.KmsResponse;
import software.amazon.awssdk.services.kms.model.ReEncryptRequest;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;

/**
 * A SYMMETRIC_DEFAULT key. Its ciphertexts are the service's own, which it versions itself: an old one
 * opens after a rotation. The key's ARN is always sent when decrypting, so that a ciphertext of
 * another key, even of the same account, is refused.
 */
final class SymmetricKey extends KmsKey
    implements SecretEncrypting, WrapBytes, DataKeys, ReEncrypting {
  private static final int MOST_DATA_KEY = 1024;

  SymmetricKey(KmsCalls calls, KeyInfo info, List<String> grantTokens) {
    super(calls, info, grantTokens);
  }

  @Override
  public byte[] encrypt(
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte @Nullable [] aad,
      byte @Nullable [] nonce,
      CallContext context) {
    require(algorithm.equals(EncryptionAlgorithm.SERVICE), algorithm);
    if (nonce != null) {
      throw new InvalidInputException("AWS KMS makes the nonce itself; give none");
    }
    return encrypt(plaintext, aad, context);
  }

  @Override
  public byte[] decrypt(
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      byte @Nullable [] aad,
      CallContext context) {
    require(algorithm.equals(EncryptionAlgorithm.SERVICE), algorithm);
    return decrypt(ciphertext, aad, context);
  }

  @Override
  public byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, CallContext context) {
    require(algorithm.equals(WrapAlgorithm.SERVICE), algorithm);
    return encrypt(material, null, context);
  }

  @Override
  public byte[] unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped, CallContext context) {
    require(algorithm.equals(WrapAlgorithm.SERVICE), algorithm);
    return decrypt(wrapped, null, context);
  }

  private byte[] encrypt(byte[] plaintext, byte @Nullable [] aad, CallContext context) {
    SdkBytes bytes =
        SdkBytes.fromByteArrayUnsafe(bounded(plaintext, KeyFamily.MOST_BYTES, "a plaintext"));
    EncryptResponse answer =
        calls.send(
            "Encrypt",
            context,
            (kms, timeout) ->
                kms.encrypt(
                    EncryptRequest.builder()
                        .keyId(arn)
                        .plaintext(bytes)
                        .encryptionContext(EncryptionContext.of(aad))
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, answer.keyId(), "Encrypt", answer);
    requireSymmetric("Encrypt", answer.encryptionAlgorithm(), answer);
    return blob("Encrypt", answer.ciphertextBlob(), answer);
  }

  private byte[] decrypt(byte[] ciphertext, byte @Nullable [] aad, CallContext context) {
    SdkBytes bytes = SdkBytes.fromByteArray(possible(ciphertext));
    DecryptResponse answer =
        calls.send(
            "Decrypt",
            context,
            (kms, timeout) ->
                kms.decrypt(
                    DecryptRequest.builder()
                        .keyId(arn)
                        .ciphertextBlob(bytes)
                        .encryptionContext(EncryptionContext.of(aad))
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, answer.keyId(), "Decrypt", answer);
    requireSymmetric("Decrypt", answer.encryptionAlgorithm(), answer);
    return blob("Decrypt", answer.plaintext(), answer);
  }

  @Override
  public DataKey generateDataKey(int length, byte @Nullable [] aad, CallContext context) {
    requireDataKeyLength(length);
    GenerateDataKeyResponse answer =
        calls.send(
            "GenerateDataKey",
            context,
            (kms, timeout) ->
                kms.generateDataKey(
                    GenerateDataKeyRequest.builder()
                        .keyId(arn)
                        .numberOfBytes(length)
                        .encryptionContext(EncryptionContext.of(aad))
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, answer.keyId(), "GenerateDataKey", answer);
    byte[] plaintext = blob("GenerateDataKey", answer.plaintext(), answer);
    if (plaintext.length != length) {
      throw KmsCalls.malformed(
          "GenerateDataKey", "a data key of " + plaintext.length + " bytes", answer);
    }
    return new DataKey(
        SecretBytes.taking(plaintext), blob("GenerateDataKey", answer.ciphertextBlob(), answer));
  }

  @Override
  public byte[] generateDataKeyWithoutPlaintext(
      int length, byte @Nullable [] aad, CallContext context) {
    requireDataKeyLength(length);
    String action = "GenerateDataKeyWithoutPlaintext";
    GenerateDataKeyWithoutPlaintextResponse answer =
        calls.send(
            action,
            context,
            (kms, timeout) ->
                kms.generateDataKeyWithoutPlaintext(
                    GenerateDataKeyWithoutPlaintextRequest.builder()
                        .keyId(arn)
                        .numberOfBytes(length)
                        .encryptionContext(EncryptionContext.of(aad))
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, answer.keyId(), action, answer);
    return blob(action, answer.ciphertextBlob(), answer);
  }

  @Override
  public byte[] reEncrypt(
      byte[] ciphertext,
      byte @Nullable [] aad,
      BackendKey target,
      byte @Nullable [] targetAad,
      CallContext context) {
    if (!(target instanceof SymmetricKey other)) {
      throw new UnsupportedKeyOperationException(
          "a ciphertext is re-encrypted under a symmetric key of AWS KMS only");
    }
    SdkBytes bytes = SdkBytes.fromByteArray(possible(ciphertext));
    ReEncryptResponse answer =
        calls.send(
            "ReEncrypt",
            context,
            (kms, timeout) ->
                kms.reEncrypt(
                    ReEncryptRequest.builder()
                        .sourceKeyId(arn)
                        .ciphertextBlob(bytes)
                        .sourceEncryptionContext(EncryptionContext.of(aad))
                        .destinationKeyId(other.arn)
                        .destinationEncryptionContext(EncryptionContext.of(targetAad))
                        .grantTokens(
                            java.util.stream.Stream.concat(
                                    grantTokens.stream(), other.grantTokens.stream())
                                .distinct()
                                .toList())
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, answer.sourceKeyId(), "ReEncrypt", answer);
    KmsCalls.requireKey(other.arn, answer.keyId(), "ReEncrypt", answer);
    return blob("ReEncrypt", answer.ciphertextBlob(), answer);
  }

  private static byte[] possible(byte[] ciphertext) {
    if (ciphertext.length < 1 || ciphertext.length > KeyFamily.MOST_CIPHERTEXT) {
      throw new InvalidCiphertextException(
          "a ciphertext of AWS KMS has 1 to "
              + KeyFamily.MOST_CIPHERTEXT
              + " bytes, not "
              + ciphertext.length);
    }
    return ciphertext;
  }

  private static void requireDataKeyLength(int length) {
    if (length < 1 || length > MOST_DATA_KEY) {
      throw new InvalidInputException(
          "AWS KMS makes data keys of 1 to " + MOST_DATA_KEY + " bytes, not of " + length);
    }
  }

  private static void require(boolean supported, Object algorithm) {
    if (!supported) {
      throw new UnsupportedKeyOperationException(
          "a symmetric key of AWS KMS does SERVICE, its own format, not " + algorithm);
    }
  }

  private static void requireSymmetric(
      String action, @Nullable EncryptionAlgorithmSpec algorithm, KmsResponse answer) {
    if (algorithm != null && algorithm != EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT) {
      throw KmsCalls.malformed(action, "the algorithm " + algorithm, answer);
    }
  }

  private static byte[] blob(String action, @Nullable SdkBytes bytes, KmsResponse answer) {
    if (bytes == null || bytes.asByteArrayUnsafe().length == 0) {
      throw KmsCalls.malformed(action, "nothing", answer);
    }
    return bytes.asByteArray();
  }
}
