package io.managedkeys.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.DataKey;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.Message;
import io.managedkeys.NonceSource;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.DataKeys;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.RandomSource;
import io.managedkeys.spi.ReEncrypting;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.VerifyMac;
import io.managedkeys.spi.Verifying;
import io.managedkeys.spi.WrapBytes;
import io.managedkeys.testkit.awskms.AwsKmsExtension;
import io.managedkeys.testkit.awskms.AwsKmsServer;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/** Each primitive against an implementation that is neither the server's nor the SDK's. */
@ExtendWith(AwsKmsExtension.class)
class OperationsTest {
  private static final BouncyCastleProvider BC = new BouncyCastleProvider();
  private static final SecureRandom RANDOM = new SecureRandom();

  private Fixture fixture;

  @BeforeEach
  void open(AwsKmsServer server) {
    fixture = new Fixture(server);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = KeySpec.class,
      names = {
        "RSA_2048",
        "ECC_NIST_P256",
        "ECC_NIST_P384",
        "ECC_NIST_P521",
        "ECC_SECG_P256_K1",
        "ECC_NIST_EDWARDS25519",
        "ML_DSA_44",
        "ML_DSA_65",
        "ML_DSA_87"
      })
  void everyAlgorithmOfEverySigningKeyIsVerifiedElsewhere(KeySpec spec) throws Exception {
    String arn = fixture.create(spec, KeyUsageType.SIGN_VERIFY);
    BackendKey key = fixture.backend.key(Fixture.entry(Map.of("key-id", arn)), Fixture.soon());
    Signing signing = key.capability(Signing.class).orElseThrow();
    KeyInfo info = key.info();
    assertThat(info.resolvedId()).contains(arn);
    assertThat(info.signatureAlgorithms()).hasSize(spec == KeySpec.RSA_2048 ? 6 : 1);
    byte[] message = random(1000);
    for (SignatureAlgorithm algorithm : info.signatureAlgorithms()) {
      HashAlgorithm hash = algorithm.hash();
      Message sent =
          hash == null ? Message.of(message) : Message.digest(hash, hash.digest(message));
      assertThat(signing.accepts(algorithm))
          .contains(hash == null ? MessageForm.RAW : MessageForm.DIGEST);

      byte[] signature = signing.sign(algorithm, sent, Fixture.soon());

      assertThat(verify(info, algorithm, message, signature)).as("%s", algorithm).isTrue();
      Verifying remote = key.capability(Verifying.class).orElseThrow();
      assertThat(remote.verify(algorithm, sent, signature, Fixture.soon())).isTrue();
      signature[signature.length - 1] ^= 1;
      assertThat(remote.verify(algorithm, sent, signature, Fixture.soon())).isFalse();
    }
  }

  private static boolean verify(
      KeyInfo info, SignatureAlgorithm algorithm, byte[] message, byte[] signature)
      throws Exception {
    String name = info.type().family();
    KeyFactory factory = KeyFactory.getInstance(name.equals("ED25519") ? "Ed25519" : name, BC);
    PublicKey key = factory.generatePublic(new X509EncodedKeySpec(info.spki().orElseThrow()));
    Signature verifier =
        Signature.getInstance(
            algorithm.scheme().equals(SignatureAlgorithm.RSA_PSS)
                ? "RSASSA-PSS"
                : algorithm.jcaName(),
            BC);
    if (algorithm.jcaParameters() != null) {
      verifier.setParameter(algorithm.jcaParameters());
    }
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }

  @Test
  void aSymmetricKeySealsOpensWrapsAndReEncrypts() {
    String arn = fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    String other = fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    BackendKey key = fixture.backend.key(Fixture.entry(Map.of("key-id", arn)), Fixture.soon());
    BackendKey target = fixture.backend.key(Fixture.entry(Map.of("key-id", other)), Fixture.soon());
    assertThat(key.info().nonceSource()).isEqualTo(NonceSource.BACKEND);
    assertThat(key.info().versionedByService()).isTrue();
    SecretEncrypting sealing = key.capability(SecretEncrypting.class).orElseThrow();
    byte[] plaintext = random(4096);
    byte[] aad = random(70);

    byte[] sealed =
        sealing.encrypt(EncryptionAlgorithm.SERVICE, plaintext, aad, null, Fixture.soon());
    assertThat(sealing.decrypt(EncryptionAlgorithm.SERVICE, sealed, aad, Fixture.soon()))
        .isEqualTo(plaintext);
    assertThatThrownBy(
            () -> sealing.decrypt(EncryptionAlgorithm.SERVICE, sealed, null, Fixture.soon()))
        .isInstanceOf(InvalidCiphertextException.class);
    assertThatThrownBy(
            () ->
                target
                    .capability(SecretEncrypting.class)
                    .orElseThrow()
                    .decrypt(EncryptionAlgorithm.SERVICE, sealed, aad, Fixture.soon()))
        .isInstanceOf(InvalidCiphertextException.class);

    byte[] moved =
        key.capability(ReEncrypting.class)
            .orElseThrow()
            .reEncrypt(sealed, aad, target, null, Fixture.soon());
    assertThat(
            target
                .capability(SecretEncrypting.class)
                .orElseThrow()
                .decrypt(EncryptionAlgorithm.SERVICE, moved, null, Fixture.soon()))
        .isEqualTo(plaintext);

    WrapBytes wrapping = key.capability(WrapBytes.class).orElseThrow();
    byte[] wrapped = wrapping.wrapBytes(WrapAlgorithm.SERVICE, plaintext, Fixture.soon());
    assertThat(wrapping.unwrapBytes(WrapAlgorithm.SERVICE, wrapped, Fixture.soon()))
        .isEqualTo(plaintext);
    assertThatThrownBy(() -> wrapping.wrapBytes(WrapAlgorithm.AES_KWP, plaintext, Fixture.soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
  }

  @Test
  void associatedDataIsSentAsItsHashOnly() {
    String arn = fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    SecretEncrypting sealing = fixture.key(arn, SecretEncrypting.class);
    byte[] aad = {1, 2, 3};
    fixture.server.requests().reset();

    sealing.encrypt(EncryptionAlgorithm.SERVICE, random(1), aad, null, Fixture.soon());
    sealing.encrypt(EncryptionAlgorithm.SERVICE, random(1), new byte[0], null, Fixture.soon());

    var sent = fixture.server.requests().all();
    assertThat(sent.get(0).encryptionContext())
        .isEqualTo(
            Map.of(
                "mk-aad",
                Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(HashAlgorithm.SHA256.digest(aad))));
    assertThat(sent.get(1).encryptionContext()).isEmpty();
  }

  @Test
  void dataKeysAreOpenedByTheKeyThatMadeThem() {
    String arn = fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    DataKeys making = fixture.key(arn, DataKeys.class);
    SecretEncrypting sealing = fixture.key(arn, SecretEncrypting.class);
    byte[] aad = random(5);
    try (DataKey made = making.generateDataKey(48, aad, Fixture.soon())) {
      assertThat(made.plaintext().length()).isEqualTo(48);
      assertThat(sealing.decrypt(EncryptionAlgorithm.SERVICE, made.wrapped(), aad, Fixture.soon()))
          .isEqualTo(made.plaintext().copy());
    }
    byte[] blind = making.generateDataKeyWithoutPlaintext(32, null, Fixture.soon());
    assertThat(sealing.decrypt(EncryptionAlgorithm.SERVICE, blind, null, Fixture.soon()))
        .hasSize(32);
    assertThatThrownBy(() -> making.generateDataKey(1025, null, Fixture.soon()))
        .isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @CsvSource({"RSA_OAEP_SHA256", "RSA_OAEP_SHA1"})
  void anRsaKeyOpensWhatItsPublicKeySealed(String name) throws Exception {
    EncryptionAlgorithm algorithm = EncryptionAlgorithm.named(name).orElseThrow();
    String arn = fixture.create(KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT);
    BackendKey key = fixture.backend.key(Fixture.entry(Map.of("key-id", arn)), Fixture.soon());
    String hash = algorithm.hash().name();
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        key.info().publicKey(),
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    byte[] sealed = cipher.doFinal(new byte[] {7});
    Decrypting opening = key.capability(Decrypting.class).orElseThrow();
    assertThat(opening.decrypt(algorithm, sealed, Fixture.soon())).containsExactly(7);
    sealed[9] ^= 1;
    assertThatThrownBy(() -> opening.decrypt(algorithm, sealed, Fixture.soon()))
        .isInstanceOf(InvalidCiphertextException.class);
    assertThatThrownBy(() -> opening.decrypt(algorithm, new byte[255], Fixture.soon()))
        .isInstanceOf(InvalidCiphertextException.class);
    assertThatThrownBy(
            () -> opening.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA512, sealed, Fixture.soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
  }

  @ParameterizedTest
  @CsvSource({"HMAC_224, 28", "HMAC_256, 32", "HMAC_384, 48", "HMAC_512, 64"})
  void aMacKeyHasOneAlgorithmOfFullLength(KeySpec spec, int length) {
    String arn = fixture.create(spec, KeyUsageType.GENERATE_VERIFY_MAC);
    BackendKey key = fixture.backend.key(Fixture.entry(Map.of("key-id", arn)), Fixture.soon());
    MacAlgorithm algorithm = key.info().macAlgorithms().iterator().next();
    byte[] message = random(4096);
    byte[] mac = key.capability(Macing.class).orElseThrow().mac(algorithm, message, Fixture.soon());
    assertThat(mac).hasSize(length).hasSize(algorithm.length());
    VerifyMac checking = key.capability(VerifyMac.class).orElseThrow();
    assertThat(checking.verifyMac(algorithm, message, mac, Fixture.soon())).isTrue();
    mac[0] ^= 1;
    assertThat(checking.verifyMac(algorithm, message, mac, Fixture.soon())).isFalse();
    assertThat(checking.verifyMac(algorithm, message, new byte[3], Fixture.soon())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "ECC_NIST_P256, secp256r1, 32",
    "ECC_NIST_P384, secp384r1, 48",
    "ECC_NIST_P521, secp521r1, 66"
  })
  void agreementGivesTheRawSecretAtFixedWidth(KeySpec spec, String curve, int width)
      throws Exception {
    String arn = fixture.create(spec, KeyUsageType.KEY_AGREEMENT);
    BackendKey key = fixture.backend.key(Fixture.entry(Map.of("key-id", arn)), Fixture.soon());
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    KeyPair peer = generator.generateKeyPair();
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(peer.getPrivate());
    agreement.doPhase(key.info().publicKey(), true);
    assertThat(
            key.capability(Agreeing.class)
                .orElseThrow()
                .agree(AgreementAlgorithm.ECDH, peer.getPublic().getEncoded(), Fixture.soon()))
        .hasSize(width)
        .isEqualTo(agreement.generateSecret());
  }

  @Test
  void randomBytesBeyondTheServicesLimitTakeSeveralRequests() {
    fixture.server.requests().reset();
    byte[] random =
        fixture.backend.capability(RandomSource.class).orElseThrow().random(2500, Fixture.soon());
    assertThat(random).hasSize(2500);
    assertThat(fixture.server.requests().count("GenerateRandom")).isEqualTo(3);
  }

  @Test
  void whatIsTooLongIsRefusedBeforeAnyRequest() {
    String arn = fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    String ed = fixture.create(KeySpec.ECC_NIST_EDWARDS25519, KeyUsageType.SIGN_VERIFY);
    SecretEncrypting sealing = fixture.key(arn, SecretEncrypting.class);
    Signing signing = fixture.key(ed, Signing.class);
    fixture.server.requests().reset();
    assertThatThrownBy(
            () ->
                sealing.encrypt(
                    EncryptionAlgorithm.SERVICE, new byte[4097], null, null, Fixture.soon()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("data key");
    assertThatThrownBy(
            () ->
                signing.sign(
                    SignatureAlgorithm.ED25519, Message.of(new byte[4097]), Fixture.soon()))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(
            () ->
                sealing.encrypt(
                    EncryptionAlgorithm.SERVICE, new byte[1], null, new byte[12], Fixture.soon()))
        .isInstanceOf(InvalidInputException.class);
    assertThat(fixture.server.requests().count()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "ECC_NIST_P256, SIGN_VERIFY",
    "ML_DSA_44, SIGN_VERIFY",
    "RSA_2048, ENCRYPT_DECRYPT",
    "SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT",
    "HMAC_256, GENERATE_VERIFY_MAC",
    "ECC_NIST_P384, KEY_AGREEMENT"
  })
  void healthUsesTheProbeItself(KeySpec spec, KeyUsageType usage) {
    String arn = fixture.create(spec, usage);
    BackendKey key = fixture.backend.key(Fixture.entry(Map.of("key-id", arn)), Fixture.soon());
    assertThat(fixture.backend.check(key, Fixture.soon()).up()).isTrue();
    fixture.sdk.disableKey(r -> r.keyId(arn));
    var health = fixture.backend.check(key, Fixture.soon());
    assertThat(health.up()).isFalse();
    assertThat(health.detail()).contains("DisabledException");
    assertThat(fixture.backend.check(null, Fixture.soon()).up()).isTrue();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
