package io.managedkeys.testkit.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.InvalidKeyUsageException;
import software.amazon.awssdk.services.kms.model.KeyAgreementAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidMacException;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;

@ExtendWith(AwsKmsExtension.class)
class MacAndAgreementTest {
  @ParameterizedTest
  @CsvSource({
    "HMAC_224, HMAC_SHA_224, 28",
    "HMAC_256, HMAC_SHA_256, 32",
    "HMAC_384, HMAC_SHA_384, 48",
    "HMAC_512, HMAC_SHA_512, 64"
  })
  void aMacHasItsHashesLengthAndIsVerified(
      KeySpec spec, MacAlgorithmSpec algorithm, int length, AwsKmsServer server) {
    try (KmsClient kms = Sdk.client(server)) {
      String key = Sdk.create(kms, spec, KeyUsageType.GENERATE_VERIFY_MAC);
      SdkBytes message = Sdk.bytes(4096);
      SdkBytes mac =
          kms.generateMac(r -> r.keyId(key).macAlgorithm(algorithm).message(message)).mac();
      assertThat(mac.asByteArray()).hasSize(length);
      assertThat(
              kms.verifyMac(r -> r.keyId(key).macAlgorithm(algorithm).message(message).mac(mac))
                  .macValid())
          .isTrue();
      assertThatThrownBy(
              () ->
                  kms.verifyMac(
                      r -> r.keyId(key).macAlgorithm(algorithm).message(Sdk.bytes(4096)).mac(mac)))
          .isInstanceOf(KmsInvalidMacException.class);
      assertThatThrownBy(() -> kms.getPublicKey(r -> r.keyId(key)))
          .isInstanceOf(
              software.amazon.awssdk.services.kms.model.UnsupportedOperationException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ECC_NIST_P256, secp256r1, 32",
    "ECC_NIST_P384, secp384r1, 48",
    "ECC_NIST_P521, secp521r1, 66"
  })
  void bothSidesAgree(KeySpec spec, String curve, int length, AwsKmsServer server)
      throws Exception {
    try (KmsClient kms = Sdk.client(server)) {
      String key = Sdk.create(kms, spec, KeyUsageType.KEY_AGREEMENT);
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      KeyPair peer = generator.generateKeyPair();
      byte[] secret =
          kms.deriveSharedSecret(
                  r ->
                      r.keyId(key)
                          .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH)
                          .publicKey(SdkBytes.fromByteArray(peer.getPublic().getEncoded())))
              .sharedSecret()
              .asByteArray();
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(peer.getPrivate());
      agreement.doPhase(
          KeyFactory.getInstance("EC")
              .generatePublic(
                  new X509EncodedKeySpec(
                      kms.getPublicKey(r -> r.keyId(key)).publicKey().asByteArray())),
          true);
      assertThat(secret).hasSize(length).isEqualTo(agreement.generateSecret());
    }
  }

  @Test
  void aPeerOnAnotherCurveOrOffTheCurveIsRefused(AwsKmsServer server) throws Exception {
    try (KmsClient kms = Sdk.client(server)) {
      String key = Sdk.create(kms, KeySpec.ECC_NIST_P256, KeyUsageType.KEY_AGREEMENT);
      String signer = Sdk.create(kms, KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp384r1"));
      byte[] otherCurve = generator.generateKeyPair().getPublic().getEncoded();
      byte[] offCurve = kms.getPublicKey(r -> r.keyId(key)).publicKey().asByteArray();
      offCurve[offCurve.length - 1] ^= 1;
      for (byte[] peer : new byte[][] {otherCurve, offCurve, {1, 2, 3}}) {
        assertThatThrownBy(
                () ->
                    kms.deriveSharedSecret(
                        r ->
                            r.keyId(key)
                                .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH)
                                .publicKey(SdkBytes.fromByteArray(peer))))
            .isInstanceOf(KmsException.class)
            .hasMessageContaining("public key");
      }
      assertThatThrownBy(
              () ->
                  kms.deriveSharedSecret(
                      r ->
                          r.keyId(signer)
                              .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH)
                              .publicKey(SdkBytes.fromByteArray(otherCurve))))
          .isInstanceOf(InvalidKeyUsageException.class);
    }
  }
}
