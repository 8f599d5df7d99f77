package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.AsymmetricDecryptRequest;
import com.google.cloud.kms.v1.AsymmetricDecryptResponse;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;

/** A version of purpose ASYMMETRIC_DECRYPT. Its answers carry no name, only checksums. */
final class OaepKey implements BackendKey, Decrypting {
  private final ServiceClient client;
  private final String name;
  private final KeyInfo info;
  private final Failures failures;

  OaepKey(ServiceClient client, KeyDescription description) {
    this.client = client;
    this.name = description.name();
    this.info = description.info();
    this.failures =
        Failures.decrypting("decrypting with " + name, "cloudkms.cryptoKeyVersions.useToDecrypt");
  }

  @Override
  public KeyInfo info() {
    return info;
  }

  @Override
  public byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext, CallContext context) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(ciphertext);
    AsymmetricDecryptResponse answer =
        client.call(
            KeyManagementServiceClient::asymmetricDecryptCallable,
            AsymmetricDecryptRequest.newBuilder()
                .setName(name)
                .setCiphertext(bytes)
                .setCiphertextCrc32C(Integrity.of(bytes))
                .build(),
            failures,
            context);
    Integrity.verified("the ciphertext", answer.getVerifiedCiphertextCrc32C());
    Integrity.checksum(
        "the plaintext",
        answer.getPlaintext(),
        answer.hasPlaintextCrc32C(),
        answer.getPlaintextCrc32C());
    return answer.getPlaintext().toByteArray();
  }
}
