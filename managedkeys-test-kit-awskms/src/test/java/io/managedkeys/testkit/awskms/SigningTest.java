package io.managedkeys.testkit.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519phSigner;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.InvalidKeyUsageException;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidSignatureException;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SignResponse;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** Every signature is verified by an implementation that is not the server's own path. */
class SigningTest {
  private static final List<KeySpec> SPECS =
      List.of(
          KeySpec.RSA_2048,
          KeySpec.RSA_3072,
          KeySpec.RSA_4096,
          KeySpec.ECC_NIST_P256,
          KeySpec.ECC_NIST_P384,
          KeySpec.ECC_NIST_P521,
          KeySpec.ECC_SECG_P256_K1,
          KeySpec.ECC_NIST_EDWARDS25519,
          KeySpec.ML_DSA_44,
          KeySpec.ML_DSA_65,
          KeySpec.ML_DSA_87);

  private static AwsKmsServer server;
  private static KmsClient kms;
  private static final Map<KeySpec, GetPublicKeyResponse> KEYS = new EnumMap<>(KeySpec.class);

  @BeforeAll
  static void createKeys() {
    server = AwsKmsServer.start();
    kms = Sdk.client(server);
    for (KeySpec spec : SPECS) {
      String arn = Sdk.create(kms, spec, KeyUsageType.SIGN_VERIFY);
      KEYS.put(spec, kms.getPublicKey(r -> r.keyId(arn)));
    }
  }

  @AfterAll
  static void close() {
    kms.close();
    server.close();
  }

  static List<Arguments> specsAndAlgorithms() {
    List<Arguments> all = new ArrayList<>();
    for (KeySpec spec : SPECS) {
      KEYS.get(spec)
          .signingAlgorithms()
          .forEach(algorithm -> all.add(Arguments.of(spec, algorithm)));
    }
    return all;
  }

  static List<Arguments> hashThenSign() {
    return specsAndAlgorithms().stream()
        .filter(pair -> pair.get()[1].toString().matches("(RSASSA|ECDSA)_.*"))
        .toList();
  }

  static List<Arguments> mlDsa() {
    return specsAndAlgorithms().stream()
        .filter(pair -> pair.get()[1] == SigningAlgorithmSpec.ML_DSA_SHAKE_256)
        .toList();
  }

  @Test
  void everyKeyListsItsAlgorithms() {
    assertThat(specsAndAlgorithms()).hasSize(3 * 6 + 4 + 2 + 3);
  }

  @ParameterizedTest
  @MethodSource("specsAndAlgorithms")
  void aSignatureIsWhatAnIndependentImplementationAccepts(
      KeySpec spec, SigningAlgorithmSpec algorithm) throws Exception {
    byte[] message = Sdk.bytes(4096).asByteArray();
    GetPublicKeyResponse key = KEYS.get(spec);
    boolean prehash = algorithm == SigningAlgorithmSpec.ED25519_PH_SHA_512;
    byte[] toSign = prehash ? MessageDigest.getInstance("SHA-512").digest(message) : message;
    MessageType type = prehash ? MessageType.DIGEST : MessageType.RAW;

    SignResponse signed = sign(key.keyId(), algorithm, type, toSign);

    assertThat(signed.keyId()).isEqualTo(key.keyId());
    assertThat(signed.signingAlgorithm()).isEqualTo(algorithm);
    byte[] signature = signed.signature().asByteArray();
    assertThat(verify(key, algorithm, toSign, signature)).isTrue();
    assertThat(accepted(key.keyId(), algorithm, type, toSign, signature)).isTrue();

    signature[signature.length / 2] ^= 1;
    assertThatThrownBy(() -> accepted(key.keyId(), algorithm, type, toSign, signature))
        .isInstanceOf(KmsInvalidSignatureException.class);
  }

  @ParameterizedTest
  @MethodSource("hashThenSign")
  void aDigestIsNotHashedAgain(KeySpec spec, SigningAlgorithmSpec algorithm) throws Exception {
    String name = algorithm.toString();
    byte[] message = Sdk.bytes(100).asByteArray();
    byte[] digest =
        MessageDigest.getInstance("SHA-" + name.substring(name.length() - 3)).digest(message);
    GetPublicKeyResponse key = KEYS.get(spec);

    byte[] signature =
        sign(key.keyId(), algorithm, MessageType.DIGEST, digest).signature().asByteArray();

    assertThat(verify(key, algorithm, message, signature)).isTrue();
    assertThatThrownBy(
            () -> sign(key.keyId(), algorithm, MessageType.DIGEST, new byte[digest.length - 1]))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("Digest is invalid length");
    assertThatThrownBy(() -> sign(key.keyId(), algorithm, MessageType.EXTERNAL_MU, new byte[64]))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("incompatible");
  }

  @ParameterizedTest
  @MethodSource("mlDsa")
  void mlDsaSignsAMuComputedOutside(KeySpec spec, SigningAlgorithmSpec algorithm) throws Exception {
    GetPublicKeyResponse key = KEYS.get(spec);
    byte[] message = Sdk.bytes(100_000).asByteArray();
    byte[] mu = mu(key.publicKey().asByteArray(), message);

    byte[] signature =
        sign(key.keyId(), algorithm, MessageType.EXTERNAL_MU, mu).signature().asByteArray();

    assertThat(verify(key, algorithm, message, signature)).isTrue();
    assertThat(accepted(key.keyId(), algorithm, MessageType.EXTERNAL_MU, mu, signature)).isTrue();
    assertThatThrownBy(() -> sign(key.keyId(), algorithm, MessageType.DIGEST, mu))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("incompatible");
    assertThatThrownBy(() -> sign(key.keyId(), algorithm, MessageType.EXTERNAL_MU, new byte[63]))
        .isInstanceOf(KmsException.class);
  }

  @Test
  void edDsaTakesOneMessageTypeEach() {
    String key = KEYS.get(KeySpec.ECC_NIST_EDWARDS25519).keyId();
    assertThatThrownBy(
            () -> sign(key, SigningAlgorithmSpec.ED25519_SHA_512, MessageType.DIGEST, new byte[64]))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("incompatible");
    assertThatThrownBy(
            () -> sign(key, SigningAlgorithmSpec.ED25519_PH_SHA_512, MessageType.RAW, new byte[64]))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("incompatible");
  }

  @Test
  void messagesBeyond4096BytesAreRefused() {
    String key = KEYS.get(KeySpec.ECC_NIST_P256).keyId();
    assertThatThrownBy(
            () -> sign(key, SigningAlgorithmSpec.ECDSA_SHA_256, MessageType.RAW, new byte[4097]))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("less than or equal to 4096");
    assertThatThrownBy(
            () -> sign(key, SigningAlgorithmSpec.ECDSA_SHA_256, MessageType.RAW, new byte[0]))
        .isInstanceOf(KmsException.class);
  }

  @Test
  void anAlgorithmOfAnotherKeySpecIsRefused() {
    String key = KEYS.get(KeySpec.ECC_NIST_P256).keyId();
    assertThatThrownBy(
            () -> sign(key, SigningAlgorithmSpec.ECDSA_SHA_384, MessageType.RAW, new byte[1]))
        .isInstanceOf(InvalidKeyUsageException.class);
    assertThatThrownBy(() -> kms.encrypt(r -> r.keyId(key).plaintext(Sdk.bytes(1))))
        .isInstanceOf(InvalidKeyUsageException.class);
  }

  private static SignResponse sign(
      String keyId, SigningAlgorithmSpec algorithm, MessageType type, byte[] message) {
    return kms.sign(
        r ->
            r.keyId(keyId)
                .signingAlgorithm(algorithm)
                .messageType(type)
                .message(SdkBytes.fromByteArray(message)));
  }

  private static boolean accepted(
      String keyId, SigningAlgorithmSpec algorithm, MessageType type, byte[] message, byte[] sig) {
    return kms.verify(
            r ->
                r.keyId(keyId)
                    .signingAlgorithm(algorithm)
                    .messageType(type)
                    .message(SdkBytes.fromByteArray(message))
                    .signature(SdkBytes.fromByteArray(sig)))
        .signatureValid();
  }

  /** JDK where it has the algorithm, BouncyCastle's message-level signatures where not. */
  private static boolean verify(
      GetPublicKeyResponse key, SigningAlgorithmSpec algorithm, byte[] message, byte[] signature)
      throws Exception {
    byte[] spki = key.publicKey().asByteArray();
    String name = algorithm.toString();
    String hash = "SHA-" + name.substring(name.length() - 3);
    if (algorithm == SigningAlgorithmSpec.ED25519_PH_SHA_512) {
      Ed25519phSigner verifier = new Ed25519phSigner(new byte[0]);
      verifier.init(false, (Ed25519PublicKeyParameters) PublicKeyFactory.createKey(spki));
      verifier.update(message, 0, message.length);
      return verifier.verifySignature(signature);
    }
    Signature verifier;
    String keyAlgorithm;
    boolean jdk = true;
    if (name.startsWith("RSASSA_PKCS1")) {
      keyAlgorithm = "RSA";
      verifier = Signature.getInstance(hash.replace("-", "") + "withRSA");
    } else if (name.startsWith("RSASSA_PSS")) {
      keyAlgorithm = "RSA";
      verifier = Signature.getInstance("RSASSA-PSS");
      int salt = Integer.parseInt(hash.substring(4)) / 8;
      verifier.setParameter(
          new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1));
    } else if (key.keySpec() == KeySpec.ECC_SECG_P256_K1) {
      jdk = false;
      keyAlgorithm = "EC";
      verifier = Signature.getInstance("SHA256withECDSA", KeyMaterial.BC);
    } else if (name.startsWith("ECDSA")) {
      keyAlgorithm = "EC";
      verifier = Signature.getInstance(hash.replace("-", "") + "withECDSA");
    } else if (name.startsWith("ED25519")) {
      keyAlgorithm = "Ed25519";
      verifier = Signature.getInstance("Ed25519");
    } else {
      jdk = Runtime.version().feature() >= 24;
      keyAlgorithm = jdk ? "ML-DSA" : key.keySpecAsString().replace('_', '-');
      verifier =
          jdk ? Signature.getInstance("ML-DSA") : Signature.getInstance("ML-DSA", KeyMaterial.BC);
    }
    KeyFactory factory =
        jdk
            ? KeyFactory.getInstance(keyAlgorithm)
            : KeyFactory.getInstance(keyAlgorithm, KeyMaterial.BC);
    PublicKey publicKey = factory.generatePublic(new X509EncodedKeySpec(spki));
    verifier.initVerify(publicKey);
    verifier.update(message);
    return verifier.verify(signature);
  }

  /** FIPS 204, algorithm 2 and 7: mu = SHAKE256(SHAKE256(pk, 64) ‖ 0 ‖ |ctx| = 0 ‖ M, 64). */
  private static byte[] mu(byte[] spki, byte[] message) {
    byte[] publicKey = SubjectPublicKeyInfo.getInstance(spki).getPublicKeyData().getOctets();
    SHAKEDigest shake = new SHAKEDigest(256);
    byte[] tr = new byte[64];
    shake.update(publicKey, 0, publicKey.length);
    shake.doFinal(tr, 0, 64);
    shake.update(tr, 0, 64);
    shake.update(new byte[2], 0, 2);
    shake.update(message, 0, message.length);
    byte[] mu = new byte[64];
    shake.doFinal(mu, 0, 64);
    return mu;
  }
}
