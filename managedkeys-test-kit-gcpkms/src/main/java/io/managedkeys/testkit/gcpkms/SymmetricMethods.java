package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.DecryptRequest;
import com.google.cloud.kms.v1.DecryptResponse;
import com.google.cloud.kms.v1.EncryptRequest;
import com.google.cloud.kms.v1.EncryptResponse;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypt and Decrypt. The ciphertext is opaque to clients: here a format byte, the version's
 * number, a nonce and AES-256-GCM, bound to the key's name, so that it decrypts under its key only,
 * whichever version is primary by then.
 */
final class SymmetricMethods {
  private static final byte FORMAT = 0x0a;
  private static final int NONCE = 12;
  private static final int HEADER = 1 + Integer.BYTES + NONCE;
  private static final int TAG_BITS = 128;

  private final Inventory inventory;
  private final Lookup lookup;
  private final SecureRandom random;

  SymmetricMethods(Inventory inventory, SecureRandom random) {
    this.inventory = inventory;
    this.lookup = new Lookup(inventory);
    this.random = random;
  }

  EncryptResponse encrypt(EncryptRequest request) {
    StoredVersion.Usable version =
        lookup.keyOrVersion(request.getName(), CryptoKeyPurpose.ENCRYPT_DECRYPT);
    ByteString aad = request.getAdditionalAuthenticatedData();
    Limits.encrypt(version.proto(), request.getPlaintext(), aad);
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
    String name = version.proto().getName();
    byte[] header = new byte[HEADER];
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    ByteBuffer.wrap(header).put(FORMAT).putInt(ResourceNames.versionNumber(name)).put(nonce);
    byte[] sealed;
    try {
      sealed =
          gcm(Cipher.ENCRYPT_MODE, version.secret(), header, ResourceNames.parent(name), aad)
              .doFinal(request.getPlaintext().toByteArray());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK cannot do AES-GCM", e);
    }
    ByteString ciphertext = ByteString.copyFrom(header).concat(ByteString.copyFrom(sealed));
    return EncryptResponse.newBuilder()
        .setName(name)
        .setCiphertext(ciphertext)
        .setCiphertextCrc32C(Checksums.of(ciphertext))
        .setVerifiedPlaintextCrc32C(plaintextVerified)
        .setVerifiedAdditionalAuthenticatedDataCrc32C(aadVerified)
        .setProtectionLevel(version.proto().getProtectionLevel())
        .build();
  }

  DecryptResponse decrypt(DecryptRequest request) {
    ByteString aad = request.getAdditionalAuthenticatedData();
    byte[] bytes = request.getCiphertext().toByteArray();
    StoredVersion.Usable version;
    boolean primary;
    synchronized (inventory) {
      StoredKey key = lookup.key(request.getName(), CryptoKeyPurpose.ENCRYPT_DECRYPT);
      Limits.decrypt(request.getCiphertext(), aad);
      Checksums.verify(
          "ciphertext",
          request.getCiphertext(),
          request.hasCiphertextCrc32C(),
          request.getCiphertextCrc32C());
      Checksums.verify(
          "additional_authenticated_data",
          aad,
          request.hasAdditionalAuthenticatedDataCrc32C(),
          request.getAdditionalAuthenticatedDataCrc32C());
      if (bytes.length < HEADER + TAG_BITS / 8 || bytes[0] != FORMAT) {
        throw invalid();
      }
      StoredVersion stored = key.versions().get(ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt());
      if (stored == null) {
        throw invalid();
      }
      version = stored.usable();
      primary = stored == key.primaryVersion();
    }
    byte[] plaintext;
    try {
      plaintext =
          gcm(
                  Cipher.DECRYPT_MODE,
                  version.secret(),
                  Arrays.copyOf(bytes, HEADER),
                  request.getName(),
                  aad)
              .doFinal(bytes, HEADER, bytes.length - HEADER);
    } catch (GeneralSecurityException e) {
      throw invalid();
    }
    ByteString result = ByteString.copyFrom(plaintext);
    return DecryptResponse.newBuilder()
        .setPlaintext(result)
        .setPlaintextCrc32C(Checksums.of(result))
        .setUsedPrimary(primary)
        .setProtectionLevel(version.proto().getProtectionLevel())
        .build();
  }

  private static KmsFailure invalid() {
    return KmsFailure.invalidArgument("Decryption failed: the ciphertext is invalid.");
  }

  private static Cipher gcm(int mode, byte[] key, byte[] header, String keyName, ByteString aad)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(TAG_BITS, header, HEADER - NONCE, NONCE));
    cipher.updateAAD(header);
    cipher.updateAAD(keyName.getBytes(StandardCharsets.UTF_8));
    cipher.updateAAD(aad.toByteArray());
    return cipher;
  }
}
