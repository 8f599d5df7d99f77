package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.AsymmetricDecryptRequest;
import com.google.cloud.kms.v1.AsymmetricDecryptResponse;
import com.google.cloud.kms.v1.AsymmetricSignRequest;
import com.google.cloud.kms.v1.AsymmetricSignResponse;
import com.google.cloud.kms.v1.ChecksummedData;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.GetPublicKeyRequest;
import com.google.cloud.kms.v1.PublicKey;
import com.google.cloud.kms.v1.PublicKey.PublicKeyFormat;
import com.google.protobuf.ByteString;
import java.security.SecureRandom;

/** GetPublicKey, AsymmetricSign and AsymmetricDecrypt. */
final class AsymmetricMethods {
  private final Inventory inventory;
  private final Lookup lookup;
  private final Signatures signatures;

  AsymmetricMethods(Inventory inventory, SecureRandom random) {
    this.inventory = inventory;
    this.lookup = new Lookup(inventory);
    this.signatures = new Signatures(random);
  }

  PublicKey publicKey(GetPublicKeyRequest request) {
    StoredVersion.Usable version;
    synchronized (inventory) {
      StoredVersion stored = inventory.version(request.getName());
      if (!stored.algorithm().asymmetric()) {
        throw KmsFailure.precondition(
            request.getName(),
            "KEY_PURPOSE",
            request.getName() + " is symmetric and has no public key.");
      }
      version = stored.usable();
    }
    PublicKeyFormat format = request.getPublicKeyFormat();
    boolean nist = version.algorithm().postQuantum();
    if (nist != (format == PublicKeyFormat.NIST_PQC)) {
      throw KmsFailure.invalidArgument(
          nist
              ? "public_key_format must be NIST_PQC for " + version.algorithm().id() + "."
              : "public_key_format NIST_PQC is for post-quantum algorithms only.");
    }
    byte[] spki = nist ? new byte[0] : version.pair().spki();
    PublicKey.Builder answer =
        PublicKey.newBuilder()
            .setName(version.proto().getName())
            .setAlgorithm(version.algorithm().id())
            .setProtectionLevel(version.proto().getProtectionLevel())
            .setPublicKeyFormat(format);
    switch (format) {
      case PUBLIC_KEY_FORMAT_UNSPECIFIED -> {
        String pem = Pem.publicKey(spki);
        answer.setPem(pem).setPemCrc32C(Checksums.of(ByteString.copyFromUtf8(pem)));
      }
      case PEM -> answer.setPublicKey(checksummed(ByteString.copyFromUtf8(Pem.publicKey(spki))));
      case DER -> answer.setPublicKey(checksummed(ByteString.copyFrom(spki)));
      case NIST_PQC ->
          answer.setPublicKey(checksummed(ByteString.copyFrom(version.pair().nistBytes())));
      default ->
          throw KmsFailure.invalidArgument(
              "public_key_format " + format + " is not valid for " + version.algorithm().id());
    }
    return answer.build();
  }

  private static ChecksummedData checksummed(ByteString data) {
    return ChecksummedData.newBuilder().setData(data).setCrc32CChecksum(Checksums.of(data)).build();
  }

  AsymmetricSignResponse sign(AsymmetricSignRequest request) {
    StoredVersion.Usable version =
        lookup.version(request.getName(), CryptoKeyPurpose.ASYMMETRIC_SIGN);
    Limits.field("data", request.getData(), Limits.FIELD);
    Signatures.Input input = signatures.input(version.algorithm(), request);
    boolean digestVerified =
        input.digest()
            && Checksums.verify(
                "digest", input.bytes(), request.hasDigestCrc32C(), request.getDigestCrc32C());
    boolean dataVerified =
        !input.digest()
            && Checksums.verify(
                "data", request.getData(), request.hasDataCrc32C(), request.getDataCrc32C());
    ByteString signature =
        ByteString.copyFrom(signatures.sign(version.algorithm(), version.pair(), input));
    return AsymmetricSignResponse.newBuilder()
        .setName(version.proto().getName())
        .setSignature(signature)
        .setSignatureCrc32C(Checksums.of(signature))
        .setVerifiedDigestCrc32C(digestVerified)
        .setVerifiedDataCrc32C(dataVerified)
        .setProtectionLevel(version.proto().getProtectionLevel())
        .build();
  }

  AsymmetricDecryptResponse decrypt(AsymmetricDecryptRequest request) {
    StoredVersion.Usable version =
        lookup.version(request.getName(), CryptoKeyPurpose.ASYMMETRIC_DECRYPT);
    boolean verified =
        Checksums.verify(
            "ciphertext",
            request.getCiphertext(),
            request.hasCiphertextCrc32C(),
            request.getCiphertextCrc32C());
    ByteString plaintext =
        ByteString.copyFrom(
            Oaep.decrypt(
                version.algorithm().hash(),
                version.pair().privateKey(),
                request.getCiphertext().toByteArray()));
    return AsymmetricDecryptResponse.newBuilder()
        .setPlaintext(plaintext)
        .setPlaintextCrc32C(Checksums.of(plaintext))
        .setVerifiedCiphertextCrc32C(verified)
        .setProtectionLevel(version.proto().getProtectionLevel())
        .build();
  }
}
