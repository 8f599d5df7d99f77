package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.AsymmetricSignRequest;
import com.google.cloud.kms.v1.AsymmetricSignResponse;
import com.google.cloud.kms.v1.Digest;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.codec.DigestInfo;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.Signing;
import java.util.Set;

/** A version of purpose ASYMMETRIC_SIGN. */
final class SigningKey implements BackendKey, Signing {
  private final ServiceClient client;
  private final String name;
  private final VersionAlgorithm algorithm;
  private final KeyInfo info;
  private final Failures failures;

  SigningKey(ServiceClient client, KeyDescription description) {
    this.client = client;
    this.name = description.name();
    this.algorithm = description.algorithm();
    this.info = description.info();
    this.failures = Failures.of("signing with " + name, "cloudkms.cryptoKeyVersions.useToSign");
  }

  @Override
  public KeyInfo info() {
    return info;
  }

  @Override
  public Set<MessageForm> accepts(SignatureAlgorithm wanted) {
    // A raw PKCS #1 key takes the DigestInfo that is made here of a digest.
    return Set.of(wanted.hash() == null ? algorithm.form() : MessageForm.DIGEST);
  }

  @Override
  public byte[] sign(SignatureAlgorithm wanted, Message message, CallContext context) {
    AsymmetricSignRequest.Builder request = AsymmetricSignRequest.newBuilder().setName(name);
    boolean digest = fill(request, wanted, message);
    AsymmetricSignResponse answer =
        client.call(
            KeyManagementServiceClient::asymmetricSignCallable, request.build(), failures, context);
    Integrity.name(name, answer.getName());
    if (digest) {
      Integrity.verified("the digest", answer.getVerifiedDigestCrc32C());
    } else {
      Integrity.verified("the message", answer.getVerifiedDataCrc32C());
    }
    Integrity.checksum(
        "the signature",
        answer.getSignature(),
        answer.hasSignatureCrc32C(),
        answer.getSignatureCrc32C());
    return answer.getSignature().toByteArray();
  }

  /** Returns whether the message went as a digest. */
  private boolean fill(
      AsymmetricSignRequest.Builder request, SignatureAlgorithm wanted, Message message) {
    if (message instanceof Message.Digest digest) {
      if (!digest.hash().equals(wanted.hash())) {
        throw new InvalidInputException(
            wanted + " takes a digest of " + wanted.hash() + ", not of " + digest.hash());
      }
      if (algorithm.form() == MessageForm.RAW) {
        data(request, DigestInfo.encode(digest.hash(), digest.bytes()));
        return false;
      }
      ByteString bytes = UnsafeByteOperations.unsafeWrap(digest.bytes());
      request.setDigest(digest(digest.hash(), bytes)).setDigestCrc32C(Integrity.of(bytes));
      return true;
    }
    if (message instanceof Message.ExternalMu mu) {
      ByteString bytes = UnsafeByteOperations.unsafeWrap(mu.bytes());
      request
          .setDigest(Digest.newBuilder().setExternalMu(bytes))
          .setDigestCrc32C(Integrity.of(bytes));
      return true;
    }
    data(request, message.bytes());
    return false;
  }

  private static void data(AsymmetricSignRequest.Builder request, byte[] message) {
    EmptyMessage.refuse(message);
    ByteString bytes = UnsafeByteOperations.unsafeWrap(message);
    request.setData(bytes).setDataCrc32C(Integrity.of(bytes));
  }

  private static Digest digest(HashAlgorithm hash, ByteString bytes) {
    if (hash.equals(HashAlgorithm.SHA256)) {
      return Digest.newBuilder().setSha256(bytes).build();
    }
    if (hash.equals(HashAlgorithm.SHA384)) {
      return Digest.newBuilder().setSha384(bytes).build();
    }
    if (hash.equals(HashAlgorithm.SHA512)) {
      return Digest.newBuilder().setSha512(bytes).build();
    }
    throw new InvalidInputException("the service takes no digest of " + hash);
  }
}
