package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.DecryptRequest;
import com.google.cloud.kms.v1.DecryptResponse;
import com.google.cloud.kms.v1.EncryptRequest;
import com.google.cloud.kms.v1.EncryptResponse;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.KeyInfo;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.WrapBytes;
import org.jspecify.annotations.Nullable;

/**
 * A crypto key of purpose ENCRYPT_DECRYPT: the service encrypts with its primary version, and finds
 * the version that a ciphertext belongs to. The key's name is sent in both directions, so a
 * ciphertext of another key is refused by the service.
 */
final class SymmetricKey implements BackendKey, SecretEncrypting, WrapBytes {
  private final ServiceClient client;
  private final String name;
  private final boolean hsm;
  private final KeyInfo info;
  private final Failures encrypting;
  private final Failures decrypting;

  SymmetricKey(ServiceClient client, KeyDescription description) {
    this.client = client;
    this.name = description.name();
    this.hsm = description.hsm();
    this.info = description.info();
    this.encrypting =
        Failures.of("encrypting with " + name, "cloudkms.cryptoKeyVersions.useToEncrypt");
    this.decrypting =
        Failures.decrypting("decrypting with " + name, "cloudkms.cryptoKeyVersions.useToDecrypt");
  }

  @Override
  public KeyInfo info() {
    return info;
  }

  @Override
  public byte[] encrypt(
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte @Nullable [] aad,
      byte @Nullable [] nonce,
      CallContext context) {
    HsmLimit.check(hsm, plaintext, aad);
    ByteString bytes = UnsafeByteOperations.unsafeWrap(plaintext);
    EncryptRequest.Builder request =
        EncryptRequest.newBuilder()
            .setName(name)
            .setPlaintext(bytes)
            .setPlaintextCrc32C(Integrity.of(bytes));
    if (aad != null && aad.length > 0) {
      ByteString aadBytes = UnsafeByteOperations.unsafeWrap(aad);
      request
          .setAdditionalAuthenticatedData(aadBytes)
          .setAdditionalAuthenticatedDataCrc32C(Integrity.of(aadBytes));
    }
    EncryptResponse answer =
        client.call(
            KeyManagementServiceClient::encryptCallable, request.build(), encrypting, context);
    Integrity.versionOf(name, answer.getName());
    Integrity.verified("the plaintext", answer.getVerifiedPlaintextCrc32C());
    if (aad != null && aad.length > 0) {
      Integrity.verified(
          "the associated data", answer.getVerifiedAdditionalAuthenticatedDataCrc32C());
    }
    Integrity.checksum(
        "the ciphertext",
        answer.getCiphertext(),
        answer.hasCiphertextCrc32C(),
        answer.getCiphertextCrc32C());
    return answer.getCiphertext().toByteArray();
  }

  @Override
  public byte[] decrypt(
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      byte @Nullable [] aad,
      CallContext context) {
    if (ciphertext.length == 0) {
      throw new InvalidCiphertextException("the ciphertext is empty");
    }
    ByteString bytes = UnsafeByteOperations.unsafeWrap(ciphertext);
    DecryptRequest.Builder request =
        DecryptRequest.newBuilder()
            .setName(name)
            .setCiphertext(bytes)
            .setCiphertextCrc32C(Integrity.of(bytes));
    if (aad != null && aad.length > 0) {
      ByteString aadBytes = UnsafeByteOperations.unsafeWrap(aad);
      request
          .setAdditionalAuthenticatedData(aadBytes)
          .setAdditionalAuthenticatedDataCrc32C(Integrity.of(aadBytes));
    }
    DecryptResponse answer =
        client.call(
            KeyManagementServiceClient::decryptCallable, request.build(), decrypting, context);
    Integrity.checksum(
        "the plaintext",
        answer.getPlaintext(),
        answer.hasPlaintextCrc32C(),
        answer.getPlaintextCrc32C());
    return answer.getPlaintext().toByteArray();
  }

  @Override
  public byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, CallContext context) {
    return encrypt(EncryptionAlgorithm.SERVICE, material, null, null, context);
  }

  @Override
  public byte[] unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped, CallContext context) {
    return decrypt(EncryptionAlgorithm.SERVICE, wrapped, null, context);
  }
}
