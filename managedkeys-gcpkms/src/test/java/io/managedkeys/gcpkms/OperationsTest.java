package io.managedkeys.gcpkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.Message;
import io.managedkeys.NonceSource;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.codec.Spki;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.RandomSource;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.VerifyMac;
import io.managedkeys.spi.WrapBytes;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each operation the backend claims, on the wire, checked by another implementation. */
class OperationsTest extends BackendTest {

  @ParameterizedTest
  @CsvSource({
    "GRPC, RSA_SIGN_PKCS1_2048_SHA256",
    "REST, RSA_SIGN_PKCS1_2048_SHA256",
    "GRPC, RSA_SIGN_PKCS1_4096_SHA512",
    "GRPC, RSA_SIGN_PSS_2048_SHA256",
    "REST, RSA_SIGN_PSS_3072_SHA256",
    "GRPC, RSA_SIGN_PSS_4096_SHA512",
    "GRPC, RSA_SIGN_RAW_PKCS1_2048",
    "GRPC, EC_SIGN_P256_SHA256",
    "REST, EC_SIGN_P384_SHA384",
    "GRPC, EC_SIGN_SECP256K1_SHA256",
    "GRPC, EC_SIGN_ED25519",
    "REST, EC_SIGN_ED25519",
  })
  void signatureVerifiesWithTheJca(Transport transport, CryptoKeyVersionAlgorithm algorithm)
      throws Exception {
    BackendKey key = key(transport, shared(algorithm));
    KeyInfo info = key.info();
    Signing signing = key.capability(Signing.class).orElseThrow();
    assertThat(info.version()).contains("1");
    assertThat(info.versionedByService()).isFalse();
    for (SignatureAlgorithm wanted : info.signatureAlgorithms()) {
      HashAlgorithm hash = wanted.hash();
      Message message =
          hash == null ? Message.of(MESSAGE) : Message.digest(hash, hash.digest(MESSAGE));
      assertThat(signing.accepts(wanted))
          .containsExactly(hash == null ? MessageForm.RAW : MessageForm.DIGEST);
      byte[] signature = signing.sign(wanted, message, context());
      if (wanted.equals(SignatureAlgorithm.RSA_PKCS1_NONE)) {
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.DECRYPT_MODE, info.publicKey());
        assertThat(cipher.doFinal(signature)).isEqualTo(MESSAGE);
        continue;
      }
      assertThat(verifies(info, wanted, MESSAGE, signature)).as(wanted.name()).isTrue();
      assertThat(verifies(info, wanted, AAD, signature)).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"44, PQ_SIGN_ML_DSA_44", "65, PQ_SIGN_ML_DSA_65", "87, PQ_SIGN_ML_DSA_87"})
  void mlDsaSignatureVerifies(int set, CryptoKeyVersionAlgorithm algorithm) {
    BackendKey key = key(shared(algorithm));
    SignatureAlgorithm wanted = key.info().signatureAlgorithms().iterator().next();
    byte[] signature =
        key.capability(Signing.class).orElseThrow().sign(wanted, Message.of(MESSAGE), context());
    assertThat(mlDsa(set, key.info(), signature)).isTrue();
  }

  @Test
  void mlDsaExternalMuSignsWhatTheCallerHashed() throws Exception {
    BackendKey key = key(shared(CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_65_EXTERNAL_MU));
    Signing signing = key.capability(Signing.class).orElseThrow();
    assertThat(signing.accepts(SignatureAlgorithm.ML_DSA_65))
        .containsExactly(MessageForm.EXTERNAL_MU);
    MLDSASigner forMu = new MLDSASigner();
    forMu.init(false, mlDsaKey(65, key.info()));
    forMu.update(MESSAGE, 0, MESSAGE.length);
    byte[] signature =
        signing.sign(
            SignatureAlgorithm.ML_DSA_65, Message.externalMu(forMu.generateMu()), context());
    assertThat(mlDsa(65, key.info(), signature)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void symmetricKeyIsVersionedByTheServiceAndDecryptsAcrossRotation(Transport transport) {
    BackendKey key = key(transport, shared(CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION));
    assertThat(key.info().versionedByService()).isTrue();
    assertThat(key.info().version()).isEmpty();
    SecretEncrypting encrypting = key.capability(SecretEncrypting.class).orElseThrow();
    for (byte[] aad : new byte[][] {null, {}, AAD}) {
      byte[] sealed =
          encrypting.encrypt(EncryptionAlgorithm.SERVICE, MESSAGE, aad, null, context());
      assertThat(encrypting.decrypt(EncryptionAlgorithm.SERVICE, sealed, aad, context()))
          .isEqualTo(MESSAGE);
      assertThatThrownBy(
              () ->
                  encrypting.decrypt(
                      EncryptionAlgorithm.SERVICE, sealed, new byte[] {1}, context()))
          .isInstanceOf(InvalidCiphertextException.class);
    }
    byte[] empty =
        encrypting.encrypt(EncryptionAlgorithm.SERVICE, new byte[0], null, null, context());
    assertThat(encrypting.decrypt(EncryptionAlgorithm.SERVICE, empty, null, context())).isEmpty();
    WrapBytes wrapping = key.capability(WrapBytes.class).orElseThrow();
    byte[] wrapped = wrapping.wrapBytes(WrapAlgorithm.SERVICE, MESSAGE, context());
    assertThat(wrapping.unwrapBytes(WrapAlgorithm.SERVICE, wrapped, context())).isEqualTo(MESSAGE);
  }

  @ParameterizedTest
  @CsvSource({"GRPC, AES_128_GCM", "REST, AES_256_GCM"})
  void rawGcmHasOurFormAndTheServicesNonce(
      Transport transport, CryptoKeyVersionAlgorithm algorithm) {
    BackendKey key = key(transport, shared(algorithm));
    assertThat(key.info().nonceSource()).isEqualTo(NonceSource.BACKEND);
    SecretEncrypting encrypting = key.capability(SecretEncrypting.class).orElseThrow();
    byte[] sealed = encrypting.encrypt(EncryptionAlgorithm.AES_GCM, MESSAGE, AAD, null, context());
    assertThat(sealed).hasSize(1 + 12 + MESSAGE.length + 16);
    assertThat(sealed[0]).isEqualTo((byte) 12);
    assertThat(encrypting.decrypt(EncryptionAlgorithm.AES_GCM, sealed, AAD, context()))
        .isEqualTo(MESSAGE);
    for (int i : new int[] {0, 5, 20, sealed.length - 1}) {
      byte[] tampered = sealed.clone();
      tampered[i] ^= 1;
      assertThatThrownBy(
              () -> encrypting.decrypt(EncryptionAlgorithm.AES_GCM, tampered, AAD, context()))
          .isInstanceOf(InvalidCiphertextException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GRPC, RSA_DECRYPT_OAEP_2048_SHA256",
    "REST, RSA_DECRYPT_OAEP_2048_SHA1",
    "GRPC, RSA_DECRYPT_OAEP_4096_SHA512"
  })
  void oaepDecryptsWhatTheJdkEncrypts(Transport transport, CryptoKeyVersionAlgorithm algorithm)
      throws Exception {
    BackendKey key = key(transport, shared(algorithm));
    EncryptionAlgorithm wanted = key.info().encryptionAlgorithms().iterator().next();
    String hash = String.valueOf(wanted.hash());
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        key.info().publicKey(),
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    byte[] sealed = cipher.doFinal(MESSAGE);
    Decrypting decrypting = key.capability(Decrypting.class).orElseThrow();
    assertThat(decrypting.decrypt(wanted, sealed, context())).isEqualTo(MESSAGE);
    byte[] tampered = sealed.clone();
    tampered[tampered.length - 1] ^= 1;
    assertThatThrownBy(() -> decrypting.decrypt(wanted, tampered, context()))
        .isInstanceOf(InvalidCiphertextException.class);
  }

  @ParameterizedTest
  @CsvSource({"GRPC, HMAC_SHA256", "REST, HMAC_SHA512", "GRPC, HMAC_SHA1", "GRPC, HMAC_SHA384"})
  void macVerifiesAndAWrongOneIsFalse(Transport transport, CryptoKeyVersionAlgorithm algorithm) {
    BackendKey key = key(transport, shared(algorithm));
    MacAlgorithm wanted = key.info().macAlgorithms().iterator().next();
    byte[] mac = key.capability(Macing.class).orElseThrow().mac(wanted, MESSAGE, context());
    VerifyMac verifying = key.capability(VerifyMac.class).orElseThrow();
    assertThat(mac).hasSize(wanted.length());
    assertThat(verifying.verifyMac(wanted, MESSAGE, mac, context())).isTrue();
    assertThat(verifying.verifyMac(wanted, AAD, mac, context())).isFalse();
    assertThat(verifying.verifyMac(wanted, MESSAGE, Arrays.copyOf(mac, mac.length - 1), context()))
        .isFalse();
    mac[0] ^= 1;
    assertThat(verifying.verifyMac(wanted, MESSAGE, mac, context())).isFalse();
  }

  @Test
  void randomBytesComeInAnyLength() {
    RandomSource random = backend().capability(RandomSource.class).orElseThrow();
    for (int length : new int[] {0, 1, 8, 1024, 2500}) {
      assertThat(random.random(length, context())).hasSize(length);
    }
    assertThat(random.random(32, context())).isNotEqualTo(random.random(32, context()));
    assertThatThrownBy(() -> random.random(-1, context()))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void emptyMessageIsRefusedBeforeAnyRequest() {
    BackendKey key = key(shared(CryptoKeyVersionAlgorithm.EC_SIGN_ED25519));
    server.requests().reset();
    assertThatThrownBy(
            () ->
                key.capability(Signing.class)
                    .orElseThrow()
                    .sign(SignatureAlgorithm.ED25519, Message.of(new byte[0]), context()))
        .isInstanceOf(InvalidInputException.class);
    assertThat(server.requests().total()).isZero();
  }

  private static boolean verifies(
      KeyInfo info, SignatureAlgorithm algorithm, byte[] message, byte[] signature)
      throws Exception {
    boolean secp256k1 = info.type().name().equals("EC-SECP256K1");
    BouncyCastleProvider bc = new BouncyCastleProvider();
    PublicKey key =
        secp256k1
            ? KeyFactory.getInstance("EC", bc)
                .generatePublic(new X509EncodedKeySpec(info.spki().orElseThrow()))
            : info.publicKey();
    Signature verifier =
        secp256k1
            ? Signature.getInstance(algorithm.jcaName(), bc)
            : Signature.getInstance(algorithm.jcaName());
    if (algorithm.jcaParameters() != null) {
      verifier.setParameter(algorithm.jcaParameters());
    }
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }

  private static boolean mlDsa(int set, KeyInfo info, byte[] signature) {
    MLDSASigner verifier = new MLDSASigner();
    verifier.init(false, mlDsaKey(set, info));
    verifier.update(MESSAGE, 0, MESSAGE.length);
    return verifier.verifySignature(signature);
  }

  private static MLDSAPublicKeyParameters mlDsaKey(int set, KeyInfo info) {
    return new MLDSAPublicKeyParameters(
        set == 44
            ? MLDSAParameters.ml_dsa_44
            : set == 65 ? MLDSAParameters.ml_dsa_65 : MLDSAParameters.ml_dsa_87,
        Spki.rawKey(info.spki().orElseThrow()));
  }
}
