package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.RawDecryptRequest;
import com.google.cloud.kms.v1.RawDecryptResponse;
import com.google.cloud.kms.v1.RawEncryptRequest;
import com.google.cloud.kms.v1.RawEncryptResponse;
import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * RawEncrypt and RawDecrypt: AES-GCM, whose IV the service alone makes and whose tag follows the
 * ciphertext; AES-CBC without padding and AES-CTR, whose IV the caller may give.
 */
final class RawMethods {
  private static final int GCM_IV = 12;
  private static final int GCM_TAG = 16;
  private static final int BLOCK = 16;

  private final Lookup lookup;
  private final SecureRandom random;

  RawMethods(Inventory inventory, SecureRandom random) {
    this.lookup = new Lookup(inventory);
    this.random = random;
  }

  RawEncryptResponse encrypt(RawEncryptRequest request) {
    StoredVersion.Usable version =
        lookup.version(request.getName(), CryptoKeyPurpose.RAW_ENCRYPT_DECRYPT);
    ByteString aad = request.getAdditionalAuthenticatedData();
    ByteString iv = request.getInitializationVector();
    boolean gcm = version.algorithm().scheme() == KeyAlgorithm.Scheme.AES_GCM;
    Limits.encrypt(version.proto(), request.getPlaintext(), aad);
    requireAadAllowed(gcm, aad);
    boolean plaintextVerified =
        Checksums.verify(
            "plaintext",
            request.getPlaintext(),
            request.hasPlaintextCrc32C(),
            request.getPlaintextCrc32C());
    boolean aadVerified =
        Checksums.verify(
            "additional_authenticated_data",
            aad,
            request.hasAdditionalAuthenticatedDataCrc32C(),
            request.getAdditionalAuthenticatedDataCrc32C());
    boolean ivVerified =
        Checksums.verify(
            "initialization_vector",
            iv,
            request.hasInitializationVectorCrc32C(),
            request.getInitializationVectorCrc32C());
    if (gcm && !iv.isEmpty()) {
      throw KmsFailure.invalidArgument("initialization_vector may not be given for AES-GCM.");
    }
    byte[] used = iv.isEmpty() ? new byte[gcm ? GCM_IV : BLOCK] : iv.toByteArray();
    if (iv.isEmpty()) {
      random.nextBytes(used);
    }
    requireLengths(version.algorithm(), used, request.getPlaintext());
    ByteString ciphertext =
        run(Cipher.ENCRYPT_MODE, version, used, GCM_TAG, aad, request.getPlaintext());
    ByteString usedIv = ByteString.copyFrom(used);
    return RawEncryptResponse.newBuilder()
        .setName(version.proto().getName())
        .setCiphertext(ciphertext)
        .setCiphertextCrc32C(Checksums.of(ciphertext))
        .setInitializationVector(usedIv)
        .setInitializationVectorCrc32C(Checksums.of(usedIv))
        .setTagLength(gcm ? GCM_TAG : 0)
        .setVerifiedPlaintextCrc32C(plaintextVerified)
        .setVerifiedAdditionalAuthenticatedDataCrc32C(aadVerified)
        .setVerifiedInitializationVectorCrc32C(ivVerified)
        .setProtectionLevel(version.proto().getProtectionLevel())
        .build();
  }

  RawDecryptResponse decrypt(RawDecryptRequest request) {
    StoredVersion.Usable version =
        lookup.version(request.getName(), CryptoKeyPurpose.RAW_ENCRYPT_DECRYPT);
    ByteString aad = request.getAdditionalAuthenticatedData();
    ByteString iv = request.getInitializationVector();
    boolean gcm = version.algorithm().scheme() == KeyAlgorithm.Scheme.AES_GCM;
    Limits.decrypt(request.getCiphertext(), aad);
    requireAadAllowed(gcm, aad);
    boolean ciphertextVerified =
        Checksums.verify(
            "ciphertext",
            request.getCiphertext(),
            request.hasCiphertextCrc32C(),
            request.getCiphertextCrc32C());
    boolean aadVerified =
        Checksums.verify(
            "additional_authenticated_data",
            aad,
            request.hasAdditionalAuthenticatedDataCrc32C(),
            request.getAdditionalAuthenticatedDataCrc32C());
    boolean ivVerified =
        Checksums.verify(
            "initialization_vector",
            iv,
            request.hasInitializationVectorCrc32C(),
            request.getInitializationVectorCrc32C());
    int tag = request.getTagLength() == 0 ? GCM_TAG : request.getTagLength();
    if (gcm && tag != GCM_TAG) {
      throw KmsFailure.invalidArgument("tag_length must be 16 for AES-GCM.");
    }
    requireLengths(version.algorithm(), iv.toByteArray(), request.getCiphertext());
    ByteString plaintext =
        run(Cipher.DECRYPT_MODE, version, iv.toByteArray(), tag, aad, request.getCiphertext());
    return RawDecryptResponse.newBuilder()
        .setPlaintext(plaintext)
        .setPlaintextCrc32C(Checksums.of(plaintext))
        .setVerifiedCiphertextCrc32C(ciphertextVerified)
        .setVerifiedAdditionalAuthenticatedDataCrc32C(aadVerified)
        .setVerifiedInitializationVectorCrc32C(ivVerified)
        .setProtectionLevel(version.proto().getProtectionLevel())
        .build();
  }

  private static void requireAadAllowed(boolean gcm, ByteString aad) {
    if (!gcm && !aad.isEmpty()) {
      throw KmsFailure.invalidArgument(
          "additional_authenticated_data may be given for AES-GCM only.");
    }
  }

  private static void requireLengths(KeyAlgorithm algorithm, byte[] iv, ByteString data) {
    int wanted = algorithm.scheme() == KeyAlgorithm.Scheme.AES_GCM ? GCM_IV : BLOCK;
    if (iv.length != wanted) {
      throw KmsFailure.invalidArgument(
          "initialization_vector has "
              + iv.length
              + " bytes; "
              + algorithm.id()
              + " has "
              + wanted
              + ".");
    }
    if (algorithm.scheme() == KeyAlgorithm.Scheme.AES_CBC && data.size() % BLOCK != 0) {
      throw KmsFailure.invalidArgument("AES-CBC takes whole blocks of 16 bytes.");
    }
  }

  private static ByteString run(
      int mode, StoredVersion.Usable version, byte[] iv, int tag, ByteString aad, ByteString data) {
    KeyAlgorithm.Scheme scheme = version.algorithm().scheme();
    boolean gcm = scheme == KeyAlgorithm.Scheme.AES_GCM;
    String transformation =
        gcm
            ? "AES/GCM/NoPadding"
            : scheme == KeyAlgorithm.Scheme.AES_CBC ? "AES/CBC/NoPadding" : "AES/CTR/NoPadding";
    AlgorithmParameterSpec parameters =
        gcm ? new GCMParameterSpec(tag * 8, iv) : new IvParameterSpec(iv);
    try {
      Cipher cipher = Cipher.getInstance(transformation);
      cipher.init(mode, new SecretKeySpec(version.secret(), "AES"), parameters);
      if (gcm) {
        cipher.updateAAD(aad.toByteArray());
      }
      return ByteString.copyFrom(cipher.doFinal(data.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw KmsFailure.invalidArgument("Decryption failed: the ciphertext is invalid.");
    }
  }
}
