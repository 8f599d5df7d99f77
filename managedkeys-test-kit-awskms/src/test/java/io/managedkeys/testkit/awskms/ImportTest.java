package io.managedkeys.testkit.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlgorithmSpec;
import software.amazon.awssdk.services.kms.model.ExpirationModelType;
import software.amazon.awssdk.services.kms.model.GetParametersForImportResponse;
import software.amazon.awssdk.services.kms.model.IncorrectKeyMaterialException;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.OriginType;
import software.amazon.awssdk.services.kms.model.WrappingKeySpec;

@ExtendWith(AwsKmsExtension.class)
class ImportTest {
  @ParameterizedTest
  @CsvSource({
    "RSA_2048, SIGN_VERIFY",
    "ECC_NIST_P256, SIGN_VERIFY",
    "ECC_NIST_P521, KEY_AGREEMENT",
    "ECC_SECG_P256K1, SIGN_VERIFY",
    "ECC_NIST_EDWARDS25519, SIGN_VERIFY"
  })
  void anImportedPrivateKeyShowsItsPublicKey(String spec, String usage, AwsKmsServer server)
      throws Exception {
    try (KmsClient kms = Sdk.client(server)) {
      String key = createExternal(kms, spec, usage);
      assertThatThrownBy(() -> kms.getPublicKey(r -> r.keyId(key)))
          .isInstanceOf(KmsInvalidStateException.class);
      var pair = KeyMaterial.generatePair(KeySpec.of(spec));
      importMaterial(
          kms, key, pair.getPrivate().getEncoded(), AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_256);
      assertThat(kms.getPublicKey(r -> r.keyId(key)).publicKey().asByteArray())
          .isEqualTo(pair.getPublic().getEncoded());
      assertThatThrownBy(
              () ->
                  importMaterial(
                      kms,
                      key,
                      KeyMaterial.generatePair(KeySpec.of(spec)).getPrivate().getEncoded(),
                      AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_256))
          .isInstanceOf(IncorrectKeyMaterialException.class);
    }
  }

  @Test
  void deletedMaterialCanOnlyBeReplacedByItself(AwsKmsServer server) throws Exception {
    try (KmsClient kms = Sdk.client(server)) {
      String key = createExternal(kms, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
      byte[] secret = Sdk.bytes(32).asByteArray();
      assertThatThrownBy(() -> kms.encrypt(r -> r.keyId(key).plaintext(Sdk.bytes(1))))
          .isInstanceOf(KmsInvalidStateException.class);
      importMaterial(kms, key, secret, AlgorithmSpec.RSAES_OAEP_SHA_256);
      SdkBytes blob = kms.encrypt(r -> r.keyId(key).plaintext(Sdk.bytes(1))).ciphertextBlob();
      kms.deleteImportedKeyMaterial(r -> r.keyId(key));
      assertThat(kms.describeKey(r -> r.keyId(key)).keyMetadata().keyState())
          .isEqualTo(KeyState.PENDING_IMPORT);
      assertThatThrownBy(() -> kms.decrypt(r -> r.ciphertextBlob(blob)))
          .isInstanceOf(KmsInvalidStateException.class);
      assertThatThrownBy(
              () ->
                  importMaterial(
                      kms, key, Sdk.bytes(32).asByteArray(), AlgorithmSpec.RSAES_OAEP_SHA_1))
          .isInstanceOf(IncorrectKeyMaterialException.class);
      importMaterial(kms, key, secret, AlgorithmSpec.RSAES_OAEP_SHA_1);
      kms.decrypt(r -> r.ciphertextBlob(blob));
    }
  }

  @Test
  void materialOfAnotherKindIsRefused(AwsKmsServer server) throws Exception {
    try (KmsClient kms = Sdk.client(server)) {
      String key = createExternal(kms, "ECC_NIST_P256", "SIGN_VERIFY");
      byte[] p384 = KeyMaterial.generatePair(KeySpec.ECC_NIST_P384).getPrivate().getEncoded();
      assertThatThrownBy(
              () -> importMaterial(kms, key, p384, AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_256))
          .isInstanceOf(IncorrectKeyMaterialException.class);
      String rsa = createExternal(kms, "RSA_2048", "SIGN_VERIFY");
      assertThatThrownBy(
              () ->
                  kms.getParametersForImport(
                      r ->
                          r.keyId(rsa)
                              .wrappingAlgorithm(AlgorithmSpec.RSAES_OAEP_SHA_256)
                              .wrappingKeySpec(WrappingKeySpec.RSA_2048)))
          .isInstanceOf(KmsException.class)
          .hasMessageContaining("not compatible");
    }
  }

  private static String createExternal(KmsClient kms, String spec, String usage) {
    return kms.createKey(r -> r.keySpec(spec).keyUsage(usage).origin(OriginType.EXTERNAL))
        .keyMetadata()
        .arn();
  }

  private static void importMaterial(
      KmsClient kms, String key, byte[] material, AlgorithmSpec algorithm) throws Exception {
    GetParametersForImportResponse parameters =
        kms.getParametersForImport(
            r ->
                r.keyId(key)
                    .wrappingAlgorithm(algorithm)
                    .wrappingKeySpec(WrappingKeySpec.RSA_2048));
    PublicKey wrapping =
        KeyFactory.getInstance("RSA")
            .generatePublic(new X509EncodedKeySpec(parameters.publicKey().asByteArray()));
    String hash = algorithm.toString().endsWith("SHA_1") ? "SHA-1" : "SHA-256";
    Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
    oaep.init(
        Cipher.ENCRYPT_MODE,
        wrapping,
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    byte[] wrapped;
    if (algorithm.toString().startsWith("RSAES")) {
      wrapped = oaep.doFinal(material);
    } else {
      KeyGenerator generator = KeyGenerator.getInstance("AES");
      generator.init(256);
      SecretKey aes = generator.generateKey();
      Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding"); // the JDK's, not the server's
      kwp.init(Cipher.WRAP_MODE, aes);
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.write(oaep.doFinal(aes.getEncoded()));
      both.write(kwp.wrap(new SecretKeySpec(material, "AES")));
      wrapped = both.toByteArray();
    }
    kms.importKeyMaterial(
        r ->
            r.keyId(key)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(SdkBytes.fromByteArray(wrapped))
                .expirationModel(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE));
  }
}
