package io.managedkeys.testkit.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeyPairSpec;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.DryRunOperationException;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.InvalidKeyUsageException;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;

class EncryptionTest {
  private static AwsKmsServer server;
  private static KmsClient kms;
  private static String symmetric;
  private static String rsa;

  @BeforeAll
  static void createKeys() {
    server = AwsKmsServer.start();
    kms = Sdk.client(server);
    symmetric = Sdk.create(kms, KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    rsa = Sdk.create(kms, KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT);
  }

  @AfterAll
  static void close() {
    kms.close();
    server.close();
  }

  @Test
  void theEncryptionContextIsAuthenticated() {
    SdkBytes plaintext = Sdk.bytes(4096);
    EncryptResponse sealed =
        kms.encrypt(
            r ->
                r.keyId(symmetric)
                    .plaintext(plaintext)
                    .encryptionContext(Map.of("a", "1", "b", "2")));
    assertThat(sealed.keyId()).isEqualTo(symmetric);
    assertThat(sealed.encryptionAlgorithm()).isEqualTo(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);

    DecryptResponse opened =
        kms.decrypt(
            r ->
                r.ciphertextBlob(sealed.ciphertextBlob())
                    .encryptionContext(Map.of("b", "2", "a", "1")));
    assertThat(opened.plaintext()).isEqualTo(plaintext);
    assertThat(opened.keyId()).isEqualTo(symmetric);
    assertThat(opened.keyMaterialId()).hasSize(64);
    for (Map<String, String> wrong :
        java.util.List.of(Map.<String, String>of(), Map.of("a", "1"), Map.of("a", "12", "b", ""))) {
      assertThatThrownBy(
              () ->
                  kms.decrypt(
                      r -> r.ciphertextBlob(sealed.ciphertextBlob()).encryptionContext(wrong)))
          .isInstanceOf(InvalidCiphertextException.class);
    }
  }

  @Test
  void aTamperedCiphertextIsRefusedWhereverItWasTouched() {
    byte[] blob =
        kms.encrypt(r -> r.keyId(symmetric).plaintext(Sdk.bytes(5))).ciphertextBlob().asByteArray();
    for (int i = 0; i < blob.length; i++) {
      byte[] touched = blob.clone();
      touched[i] ^= 1;
      assertThatThrownBy(
              () ->
                  kms.decrypt(
                      r -> r.keyId(symmetric).ciphertextBlob(SdkBytes.fromByteArray(touched))))
          .as("byte %d", i)
          .isInstanceOfAny(InvalidCiphertextException.class, IncorrectKeyException.class);
    }
  }

  @Test
  void anotherKeyIdThanTheCiphertextsIsIncorrect() {
    String other = Sdk.create(kms, KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    SdkBytes blob = kms.encrypt(r -> r.keyId(symmetric).plaintext(Sdk.bytes(5))).ciphertextBlob();
    assertThatThrownBy(() -> kms.decrypt(r -> r.keyId(other).ciphertextBlob(blob)))
        .isInstanceOf(IncorrectKeyException.class);
  }

  @Test
  void aRotatedKeyOpensWhatItSealedBefore() {
    String key = Sdk.create(kms, KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    SdkBytes plaintext = Sdk.bytes(32);
    SdkBytes before = kms.encrypt(r -> r.keyId(key).plaintext(plaintext)).ciphertextBlob();
    kms.rotateKeyOnDemand(r -> r.keyId(key));
    SdkBytes after = kms.encrypt(r -> r.keyId(key).plaintext(plaintext)).ciphertextBlob();

    DecryptResponse first = kms.decrypt(r -> r.keyId(key).ciphertextBlob(before));
    DecryptResponse second = kms.decrypt(r -> r.keyId(key).ciphertextBlob(after));
    assertThat(first.plaintext()).isEqualTo(plaintext);
    assertThat(second.plaintext()).isEqualTo(plaintext);
    assertThat(first.keyMaterialId()).isNotEqualTo(second.keyMaterialId());
    assertThat(kms.listKeyRotations(r -> r.keyId(key)).rotations()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"RSAES_OAEP_SHA_1, SHA-1, 214", "RSAES_OAEP_SHA_256, SHA-256, 190"})
  void oaepUsesOneHashForBothPlaces(EncryptionAlgorithmSpec algorithm, String hash, int most)
      throws Exception {
    byte[] spki = kms.getPublicKey(r -> r.keyId(rsa)).publicKey().asByteArray();
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(spki)),
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    SdkBytes plaintext = Sdk.bytes(most);
    SdkBytes outside = SdkBytes.fromByteArray(cipher.doFinal(plaintext.asByteArray()));
    SdkBytes inside =
        kms.encrypt(r -> r.keyId(rsa).encryptionAlgorithm(algorithm).plaintext(plaintext))
            .ciphertextBlob();

    for (SdkBytes blob : java.util.List.of(outside, inside)) {
      assertThat(blob.asByteArray()).hasSize(256);
      assertThat(
              kms.decrypt(r -> r.keyId(rsa).encryptionAlgorithm(algorithm).ciphertextBlob(blob))
                  .plaintext())
          .isEqualTo(plaintext);
    }
    assertThatThrownBy(
            () ->
                kms.encrypt(
                    r ->
                        r.keyId(rsa).encryptionAlgorithm(algorithm).plaintext(Sdk.bytes(most + 1))))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("cannot encrypt data larger than " + most);
    assertThatThrownBy(
            () ->
                kms.decrypt(
                    r ->
                        r.keyId(rsa).encryptionAlgorithm(algorithm).ciphertextBlob(Sdk.bytes(256))))
        .isInstanceOf(InvalidCiphertextException.class);
    assertThatThrownBy(
            () ->
                kms.encrypt(
                    r ->
                        r.keyId(rsa)
                            .encryptionAlgorithm(algorithm)
                            .encryptionContext(Map.of("a", "b"))
                            .plaintext(plaintext)))
        .isInstanceOf(KmsException.class);
  }

  @Test
  void reEncryptMovesBetweenKeysAndContexts() {
    SdkBytes plaintext = Sdk.bytes(100);
    SdkBytes blob =
        kms.encrypt(
                r -> r.keyId(symmetric).plaintext(plaintext).encryptionContext(Map.of("v", "1")))
            .ciphertextBlob();
    ReEncryptResponse moved =
        kms.reEncrypt(
            r ->
                r.sourceKeyId(symmetric)
                    .ciphertextBlob(blob)
                    .sourceEncryptionContext(Map.of("v", "1"))
                    .destinationKeyId(rsa)
                    .destinationEncryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256));
    assertThat(moved.sourceKeyId()).isEqualTo(symmetric);
    assertThat(moved.keyId()).isEqualTo(rsa);
    assertThat(
            kms.decrypt(
                    r ->
                        r.keyId(rsa)
                            .encryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256)
                            .ciphertextBlob(moved.ciphertextBlob()))
                .plaintext())
        .isEqualTo(plaintext);
    assertThatThrownBy(
            () ->
                kms.reEncrypt(
                    r ->
                        r.ciphertextBlob(blob)
                            .sourceEncryptionContext(Map.of("v", "2"))
                            .destinationKeyId(symmetric)))
        .isInstanceOf(InvalidCiphertextException.class);
  }

  @Test
  void dataKeysComeInTheLengthAskedForAndOpenAgain() {
    GenerateDataKeyResponse aes =
        kms.generateDataKey(r -> r.keyId(symmetric).keySpec(DataKeySpec.AES_256));
    assertThat(aes.plaintext().asByteArray()).hasSize(32);
    assertThat(aes.keyId()).isEqualTo(symmetric);
    assertThat(
            kms.decrypt(r -> r.keyId(symmetric).ciphertextBlob(aes.ciphertextBlob())).plaintext())
        .isEqualTo(aes.plaintext());
    assertThat(
            kms.generateDataKey(r -> r.keyId(symmetric).numberOfBytes(1024))
                .plaintext()
                .asByteArray())
        .hasSize(1024);
    SdkBytes blind =
        kms.generateDataKeyWithoutPlaintext(
                r ->
                    r.keyId(symmetric)
                        .keySpec(DataKeySpec.AES_128)
                        .encryptionContext(Map.of("x", "y")))
            .ciphertextBlob();
    assertThat(
            kms.decrypt(
                    r ->
                        r.keyId(symmetric)
                            .ciphertextBlob(blind)
                            .encryptionContext(Map.of("x", "y")))
                .plaintext()
                .asByteArray())
        .hasSize(16);
    assertThatThrownBy(() -> kms.generateDataKey(r -> r.keyId(rsa).keySpec(DataKeySpec.AES_256)))
        .isInstanceOf(InvalidKeyUsageException.class);
    assertThatThrownBy(() -> kms.generateDataKey(r -> r.keyId(symmetric)))
        .isInstanceOf(KmsException.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataKeyPairSpec.class,
      names = {"RSA_2048", "ECC_NIST_P384", "ECC_NIST_EDWARDS25519"})
  void dataKeyPairsMatch(DataKeyPairSpec spec) throws Exception {
    GenerateDataKeyPairResponse pair =
        kms.generateDataKeyPair(r -> r.keyId(symmetric).keyPairSpec(spec));
    SdkBytes opened =
        kms.decrypt(r -> r.keyId(symmetric).ciphertextBlob(pair.privateKeyCiphertextBlob()))
            .plaintext();
    assertThat(opened).isEqualTo(pair.privateKeyPlaintext());
    String name = spec.toString();
    String family = name.startsWith("RSA") ? "RSA" : name.endsWith("25519") ? "Ed25519" : "EC";
    KeyFactory factory = KeyFactory.getInstance(family);
    KeyPair keys =
        new KeyPair(
            factory.generatePublic(new X509EncodedKeySpec(pair.publicKey().asByteArray())),
            factory.generatePrivate(new PKCS8EncodedKeySpec(opened.asByteArray())));
    Signature signature =
        Signature.getInstance(
            family.equals("RSA")
                ? "SHA256withRSA"
                : family.equals("EC") ? "SHA256withECDSA" : family);
    signature.initSign(keys.getPrivate());
    signature.update(new byte[] {1});
    byte[] signed = signature.sign();
    signature.initVerify(keys.getPublic());
    signature.update(new byte[] {1});
    assertThat(signature.verify(signed)).isTrue();
    assertThat(
            kms.generateDataKeyPairWithoutPlaintext(r -> r.keyId(symmetric).keyPairSpec(spec))
                .privateKeyCiphertextBlob()
                .asByteArray())
        .isNotEmpty();
  }

  @Test
  void randomBytesAndDryRun() {
    assertThat(kms.generateRandom(r -> r.numberOfBytes(1024)).plaintext().asByteArray())
        .hasSize(1024);
    assertThatThrownBy(() -> kms.generateRandom(r -> r.numberOfBytes(1025)))
        .isInstanceOf(KmsException.class);
    assertThatThrownBy(
            () -> kms.encrypt(r -> r.keyId(symmetric).plaintext(Sdk.bytes(1)).dryRun(true)))
        .isInstanceOf(DryRunOperationException.class);
  }
}
