package io.managedkeys.testkit.gcpkms;

import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.rpc.FailedPreconditionException;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.kms.v1.AsymmetricDecryptRequest;
import com.google.cloud.kms.v1.AsymmetricDecryptResponse;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import com.google.cloud.kms.v1.DecryptRequest;
import com.google.cloud.kms.v1.DecryptResponse;
import com.google.cloud.kms.v1.EncryptRequest;
import com.google.cloud.kms.v1.EncryptResponse;
import com.google.cloud.kms.v1.GenerateRandomBytesResponse;
import com.google.cloud.kms.v1.MacSignResponse;
import com.google.cloud.kms.v1.MacVerifyRequest;
import com.google.cloud.kms.v1.MacVerifyResponse;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.cloud.kms.v1.RawDecryptRequest;
import com.google.cloud.kms.v1.RawEncryptRequest;
import com.google.cloud.kms.v1.RawEncryptResponse;
import com.google.protobuf.ByteString;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Encrypt, raw encryption, OAEP, MAC and random bytes through the official client. */
class EncryptionTest extends SdkTest {

  @ParameterizedTest
  @EnumSource(SdkClients.class)
  void whatEncryptSealsDecryptOpens(SdkClients transport) {
    String key = ResourceNames.parent(server.createKey(ring, "k", GOOGLE_SYMMETRIC_ENCRYPTION));
    ByteString aad = text("context");
    EncryptResponse sealed =
        client(transport)
            .encrypt(
                EncryptRequest.newBuilder()
                    .setName(key)
                    .setPlaintext(MESSAGE)
                    .setPlaintextCrc32C(crc(MESSAGE))
                    .setAdditionalAuthenticatedData(aad)
                    .setAdditionalAuthenticatedDataCrc32C(crc(aad))
                    .build());
    assertThat(sealed.getName()).isEqualTo(key + "/cryptoKeyVersions/1");
    assertThat(sealed.getCiphertextCrc32C()).isEqualTo(crc(sealed.getCiphertext()));
    assertThat(sealed.getVerifiedPlaintextCrc32C()).isTrue();
    assertThat(sealed.getVerifiedAdditionalAuthenticatedDataCrc32C()).isTrue();

    DecryptRequest request =
        DecryptRequest.newBuilder()
            .setName(key)
            .setCiphertext(sealed.getCiphertext())
            .setCiphertextCrc32C(crc(sealed.getCiphertext()))
            .setAdditionalAuthenticatedData(aad)
            .build();
    DecryptResponse opened = client(transport).decrypt(request);
    assertThat(opened.getPlaintext()).isEqualTo(MESSAGE);
    assertThat(opened.getPlaintextCrc32C()).isEqualTo(crc(MESSAGE));
    assertThat(opened.getUsedPrimary()).isTrue();

    byte[] tampered = sealed.getCiphertext().toByteArray();
    tampered[tampered.length - 1] ^= 1;
    for (DecryptRequest wrong :
        new DecryptRequest[] {
          request.toBuilder().setAdditionalAuthenticatedData(text("else")).build(),
          request.toBuilder()
              .setCiphertext(ByteString.copyFrom(tampered))
              .clearCiphertextCrc32C()
              .build(),
        }) {
      assertThatThrownBy(() -> client(transport).decrypt(wrong))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining("Decryption failed");
    }
  }

  @Test
  void ciphertextBelongsToItsKey() {
    String first = ResourceNames.parent(server.createKey(ring, "a", GOOGLE_SYMMETRIC_ENCRYPTION));
    String second = ResourceNames.parent(server.createKey(ring, "b", GOOGLE_SYMMETRIC_ENCRYPTION));
    ByteString sealed = client().encrypt(first, MESSAGE).getCiphertext();
    assertThatThrownBy(() -> client().decrypt(second, sealed))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void olderVersionDecryptsAfterRotationUntilItIsDisabled() {
    String key = ResourceNames.parent(server.createKey(ring, "k", GOOGLE_SYMMETRIC_ENCRYPTION));
    ByteString sealed = client().encrypt(key, MESSAGE).getCiphertext();
    CryptoKeyVersion second =
        client().createCryptoKeyVersion(key, CryptoKeyVersion.getDefaultInstance());
    client().updateCryptoKeyPrimaryVersion(key, "2");

    assertThat(client().encrypt(key, MESSAGE).getName()).isEqualTo(second.getName());
    DecryptResponse opened = client().decrypt(key, sealed);
    assertThat(opened.getPlaintext()).isEqualTo(MESSAGE);
    assertThat(opened.getUsedPrimary()).isFalse();

    server.setEnabled(key + "/cryptoKeyVersions/1", false);
    assertThatThrownBy(() -> client().decrypt(key, sealed))
        .isInstanceOfSatisfying(
            FailedPreconditionException.class,
            e ->
                assertThat(e.getErrorDetails().getPreconditionFailure().getViolations(0).getType())
                    .isEqualTo("KEY_DISABLED"));
  }

  @ParameterizedTest
  @CsvSource({
    "GRPC, AES_128_GCM",
    "GRPC, AES_256_GCM",
    "REST, AES_256_GCM",
    "GRPC, AES_256_CBC",
    "GRPC, AES_128_CTR"
  })
  void rawEncryptionReturnsItsVectorAndDecryptsWithIt(
      SdkClients transport, CryptoKeyVersionAlgorithm algorithm) {
    String version = server.createKey(ring, "raw", algorithm);
    boolean gcm = algorithm.name().endsWith("GCM");
    ByteString plaintext = ByteString.copyFrom(new byte[32]);
    ByteString aad = gcm ? text("context") : ByteString.EMPTY;
    RawEncryptResponse sealed =
        client(transport)
            .rawEncrypt(
                RawEncryptRequest.newBuilder()
                    .setName(version)
                    .setPlaintext(plaintext)
                    .setPlaintextCrc32C(crc(plaintext))
                    .setAdditionalAuthenticatedData(aad)
                    .build());
    assertThat(sealed.getName()).isEqualTo(version);
    assertThat(sealed.getVerifiedPlaintextCrc32C()).isTrue();
    assertThat(sealed.getTagLength()).isEqualTo(gcm ? 16 : 0);
    assertThat(sealed.getInitializationVector().size()).isEqualTo(gcm ? 12 : 16);
    assertThat(sealed.getInitializationVectorCrc32C())
        .isEqualTo(crc(sealed.getInitializationVector()));

    RawDecryptRequest request =
        RawDecryptRequest.newBuilder()
            .setName(version)
            .setCiphertext(sealed.getCiphertext())
            .setCiphertextCrc32C(crc(sealed.getCiphertext()))
            .setInitializationVector(sealed.getInitializationVector())
            .setAdditionalAuthenticatedData(aad)
            .build();
    var opened = client(transport).rawDecrypt(request);
    assertThat(opened.getPlaintext()).isEqualTo(plaintext);
    assertThat(opened.getVerifiedCiphertextCrc32C()).isTrue();
    assertThat(opened.getVerifiedInitializationVectorCrc32C()).isFalse();
    if (gcm) {
      assertThatThrownBy(
              () ->
                  client(transport)
                      .rawDecrypt(
                          request.toBuilder().setAdditionalAuthenticatedData(text("x")).build()))
          .isInstanceOf(InvalidArgumentException.class);
      assertThatThrownBy(
              () ->
                  client(transport)
                      .rawEncrypt(
                          RawEncryptRequest.newBuilder()
                              .setName(version)
                              .setPlaintext(plaintext)
                              .setInitializationVector(ByteString.copyFrom(new byte[12]))
                              .build()))
          .isInstanceOf(InvalidArgumentException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GRPC, RSA_DECRYPT_OAEP_2048_SHA256, SHA-256",
    "REST, RSA_DECRYPT_OAEP_2048_SHA1, SHA-1",
    "GRPC, RSA_DECRYPT_OAEP_4096_SHA512, SHA-512"
  })
  void oaepDecryptsWhatTheJdkEncrypts(
      SdkClients transport, CryptoKeyVersionAlgorithm algorithm, String hash) throws Exception {
    String version = server.createKey(ring, "oaep", algorithm);
    String pem = client(transport).getPublicKey(version).getPem();
    PublicKey key =
        KeyFactory.getInstance("RSA")
            .generatePublic(
                new X509EncodedKeySpec(
                    Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""))));
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        key,
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    ByteString ciphertext = ByteString.copyFrom(cipher.doFinal(MESSAGE.toByteArray()));
    AsymmetricDecryptRequest request =
        AsymmetricDecryptRequest.newBuilder()
            .setName(version)
            .setCiphertext(ciphertext)
            .setCiphertextCrc32C(crc(ciphertext))
            .build();
    AsymmetricDecryptResponse opened = client(transport).asymmetricDecrypt(request);
    assertThat(opened.getPlaintext()).isEqualTo(MESSAGE);
    assertThat(opened.getPlaintextCrc32C()).isEqualTo(crc(MESSAGE));
    assertThat(opened.getVerifiedCiphertextCrc32C()).isTrue();

    byte[] tampered = ciphertext.toByteArray();
    tampered[tampered.length - 1] ^= 1;
    assertThatThrownBy(
            () -> client(transport).asymmetricDecrypt(version, ByteString.copyFrom(tampered)))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "GRPC, HMAC_SHA256",
    "REST, HMAC_SHA256",
    "GRPC, HMAC_SHA1",
    "GRPC, HMAC_SHA224",
    "GRPC, HMAC_SHA384",
    "GRPC, HMAC_SHA512"
  })
  void macVerifiesAndTamperedDoesNot(SdkClients transport, CryptoKeyVersionAlgorithm algorithm) {
    String version = server.createKey(ring, "mac", algorithm);
    MacSignResponse signed = client(transport).macSign(version, MESSAGE);
    assertThat(signed.getName()).isEqualTo(version);
    assertThat(signed.getMacCrc32C()).isEqualTo(crc(signed.getMac()));
    MacVerifyResponse good =
        client(transport)
            .macVerify(
                MacVerifyRequest.newBuilder()
                    .setName(version)
                    .setData(MESSAGE)
                    .setDataCrc32C(crc(MESSAGE))
                    .setMac(signed.getMac())
                    .setMacCrc32C(crc(signed.getMac()))
                    .build());
    assertThat(good.getSuccess()).isTrue();
    assertThat(good.getVerifiedSuccessIntegrity()).isTrue();
    assertThat(good.getVerifiedDataCrc32C()).isTrue();
    assertThat(good.getVerifiedMacCrc32C()).isTrue();
    MacVerifyResponse bad = client(transport).macVerify(version, text("else"), signed.getMac());
    assertThat(bad.getSuccess()).isFalse();
    assertThat(bad.getVerifiedSuccessIntegrity()).isFalse();
  }

  @Test
  void randomBytesComeFromTheHsmInTheServicesRange() {
    GenerateRandomBytesResponse random =
        client().generateRandomBytes(LOCATION, 64, ProtectionLevel.HSM);
    assertThat(random.getData().size()).isEqualTo(64);
    assertThat(random.getDataCrc32C()).isEqualTo(crc(random.getData()));
    assertThatThrownBy(() -> client().generateRandomBytes(LOCATION, 7, ProtectionLevel.HSM))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> client().generateRandomBytes(LOCATION, 64, ProtectionLevel.SOFTWARE))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void sizesAreLimitedByProtectionLevel() {
    String software =
        ResourceNames.parent(server.createKey(ring, "sw", GOOGLE_SYMMETRIC_ENCRYPTION));
    String hsm =
        ResourceNames.parent(
            server.createKey(
                ring,
                "hsm",
                CryptoKey.newBuilder()
                    .setPurpose(CryptoKeyPurpose.ENCRYPT_DECRYPT)
                    .setVersionTemplate(
                        CryptoKeyVersionTemplate.newBuilder()
                            .setProtectionLevel(ProtectionLevel.HSM))
                    .build()));
    ByteString largest = ByteString.copyFrom(new byte[64 * 1024]);
    ByteString sealed = client().encrypt(software, largest).getCiphertext();
    assertThat(client().decrypt(software, sealed).getPlaintext()).isEqualTo(largest);
    assertThat(client().encrypt(hsm, ByteString.copyFrom(new byte[8192])).getName()).contains(hsm);
    assertThatThrownBy(() -> client().encrypt(software, largest.concat(text("x"))))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> client().encrypt(hsm, ByteString.copyFrom(new byte[8193])))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void wrongPurposeMissingKeyAndMalformedNameAreToldApart() {
    String mac = server.createKey(ring, "mac", CryptoKeyVersionAlgorithm.HMAC_SHA256);
    assertThatThrownBy(() -> client().encrypt(mac, MESSAGE))
        .isInstanceOf(FailedPreconditionException.class);
    assertThatThrownBy(() -> client().encrypt(ring + "/cryptoKeys/none", MESSAGE))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> client().encrypt("malformed", MESSAGE))
        .isInstanceOf(InvalidArgumentException.class);
  }
}
