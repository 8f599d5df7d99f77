package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.RawDecryptRequest;
import com.google.cloud.kms.v1.RawDecryptResponse;
import com.google.cloud.kms.v1.RawEncryptRequest;
import com.google.cloud.kms.v1.RawEncryptResponse;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.codec.GcmMessage;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.SecretEncrypting;
import org.jspecify.annotations.Nullable;

/** A version of purpose RAW_ENCRYPT_DECRYPT with AES-GCM. The service makes the nonce. */
final class RawGcmKey implements BackendKey, SecretEncrypting {
  private static final int NONCE_LENGTH = EncryptionAlgorithm.AES_GCM.nonceLength();

  private final ServiceClient client;
  private final String name;
  private final boolean hsm;
  private final KeyInfo info;
  private final Failures encrypting;
  private final Failures decrypting;

  RawGcmKey(ServiceClient client, KeyDescription description) {
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
    RawEncryptRequest.Builder request =
        RawEncryptRequest.newBuilder()
            .setName(name)
            .setPlaintext(bytes)
            .setPlaintextCrc32C(Integrity.of(bytes));
    if (aad != null && aad.length > 0) {
      ByteString aadBytes = UnsafeByteOperations.unsafeWrap(aad);
      request
          .setAdditionalAuthenticatedData(aadBytes)
          .setAdditionalAuthenticatedDataCrc32C(Integrity.of(aadBytes));
    }
    RawEncryptResponse answer =
        client.call(
            KeyManagementServiceClient::rawEncryptCallable, request.build(), encrypting, context);
    Integrity.name(name, answer.getName());
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
    Integrity.checksum(
        "the nonce",
        answer.getInitializationVector(),
        answer.hasInitializationVectorCrc32C(),
        answer.getInitializationVectorCrc32C());
    if (answer.getInitializationVector().size() != NONCE_LENGTH
        || answer.getTagLength() != GcmMessage.TAG_LENGTH) {
      throw new BackendUnavailableException(
          "the service answered with a nonce of "
              + answer.getInitializationVector().size()
              + " bytes and a tag of "
              + answer.getTagLength()
              + "; 12 and 16 are expected");
    }
    return new GcmMessage(
            answer.getInitializationVector().toByteArray(), answer.getCiphertext().toByteArray())
        .encode();
  }

  @Override
  public byte[] decrypt(
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      byte @Nullable [] aad,
      CallContext context) {
    GcmMessage message = GcmMessage.decode(ciphertext, NONCE_LENGTH, GcmMessage.TAG_LENGTH);
    ByteString sealed = UnsafeByteOperations.unsafeWrap(message.sealed());
    ByteString nonce = UnsafeByteOperations.unsafeWrap(message.nonce());
    RawDecryptRequest.Builder request =
        RawDecryptRequest.newBuilder()
            .setName(name)
            .setCiphertext(sealed)
            .setCiphertextCrc32C(Integrity.of(sealed))
            .setInitializationVector(nonce)
            .setInitializationVectorCrc32C(Integrity.of(nonce))
            .setTagLength(GcmMessage.TAG_LENGTH);
    if (aad != null && aad.length > 0) {
      ByteString aadBytes = UnsafeByteOperations.unsafeWrap(aad);
      request
          .setAdditionalAuthenticatedData(aadBytes)
          .setAdditionalAuthenticatedDataCrc32C(Integrity.of(aadBytes));
    }
    RawDecryptResponse answer =
        client.call(
            KeyManagementServiceClient::rawDecryptCallable, request.build(), decrypting, context);
    Integrity.verified("the ciphertext", answer.getVerifiedCiphertextCrc32C());
    Integrity.verified("the nonce", answer.getVerifiedInitializationVectorCrc32C());
    if (aad != null && aad.length > 0) {
      Integrity.verified(
          "the associated data", answer.getVerifiedAdditionalAuthenticatedDataCrc32C());
    }
    Integrity.checksum(
        "the plaintext",
        answer.getPlaintext(),
        answer.hasPlaintextCrc32C(),
        answer.getPlaintextCrc32C());
    return answer.getPlaintext().toByteArray();
  }
}
