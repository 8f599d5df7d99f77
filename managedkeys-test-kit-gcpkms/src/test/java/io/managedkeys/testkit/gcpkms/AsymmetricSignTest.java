package io.managedkeys.testkit.gcpkms;

import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.EC_SIGN_ED25519;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_65;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_RAW_PKCS1_2048;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.cloud.kms.v1.AsymmetricSignRequest;
import com.google.cloud.kms.v1.AsymmetricSignResponse;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.Digest;
import com.google.cloud.kms.v1.GetPublicKeyRequest;
import com.google.cloud.kms.v1.PublicKey;
import com.google.cloud.kms.v1.PublicKey.PublicKeyFormat;
import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.SLHDSAParameters;
import org.bouncycastle.crypto.params.SLHDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.HashSLHDSASigner;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.signers.SLHDSASigner;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AsymmetricSign through the official client, each signature checked by another implementation. */
class AsymmetricSignTest extends SdkTest {

  @ParameterizedTest
  @CsvSource({
    "GRPC, RSA_SIGN_PKCS1_2048_SHA256, RSA, SHA256withRSA, SHA-256",
    "REST, RSA_SIGN_PKCS1_3072_SHA256, RSA, SHA256withRSA, SHA-256",
    "GRPC, RSA_SIGN_PKCS1_4096_SHA512, RSA, SHA512withRSA, SHA-512",
    "GRPC, RSA_SIGN_PSS_2048_SHA256, RSA, RSASSA-PSS, SHA-256",
    "REST, RSA_SIGN_PSS_4096_SHA512, RSA, RSASSA-PSS, SHA-512",
    "GRPC, EC_SIGN_P256_SHA256, EC, SHA256withECDSA, SHA-256",
    "REST, EC_SIGN_P256_SHA256, EC, SHA256withECDSA, SHA-256",
    "GRPC, EC_SIGN_P384_SHA384, EC, SHA384withECDSA, SHA-384",
    "GRPC, EC_SIGN_SECP256K1_SHA256, EC, SHA256withECDSA, SHA-256",
  })
  void digestAndDataGiveSignaturesOfTheMessage(
      SdkClients transport,
      CryptoKeyVersionAlgorithm algorithm,
      String keyType,
      String signature,
      String hash)
      throws Exception {
    String version = server.createKey(ring, "key", algorithm);
    java.security.PublicKey publicKey = publicKey(transport, version, keyType);
    ByteString digest =
        ByteString.copyFrom(MessageDigest.getInstance(hash).digest(MESSAGE.toByteArray()));

    AsymmetricSignResponse byDigest =
        client(transport)
            .asymmetricSign(
                AsymmetricSignRequest.newBuilder()
                    .setName(version)
                    .setDigest(digest(hash, digest))
                    .setDigestCrc32C(crc(digest))
                    .build());
    AsymmetricSignResponse byData =
        client(transport)
            .asymmetricSign(
                AsymmetricSignRequest.newBuilder()
                    .setName(version)
                    .setData(MESSAGE)
                    .setDataCrc32C(crc(MESSAGE))
                    .build());

    assertThat(byDigest.getVerifiedDigestCrc32C()).isTrue();
    assertThat(byData.getVerifiedDataCrc32C()).isTrue();
    for (AsymmetricSignResponse answer : new AsymmetricSignResponse[] {byDigest, byData}) {
      assertThat(answer.getName()).isEqualTo(version);
      assertThat(answer.getSignatureCrc32C()).isEqualTo(crc(answer.getSignature()));
      assertThat(verifies(publicKey, signature, hash, MESSAGE, answer.getSignature())).isTrue();
      assertThat(verifies(publicKey, signature, hash, text("else"), answer.getSignature()))
          .isFalse();
    }
  }

  @Test
  void ed25519SignsDataAndNoDigest() throws Exception {
    String version = server.createKey(ring, "ed", EC_SIGN_ED25519);
    AsymmetricSignResponse answer = client().asymmetricSign(data(version, MESSAGE));
    assertThat(
            verifies(
                publicKey(SdkClients.GRPC, version, "Ed25519"),
                "Ed25519",
                "",
                MESSAGE,
                answer.getSignature()))
        .isTrue();
    ByteString digest = ByteString.copyFrom(new byte[32]);
    assertThatThrownBy(
            () ->
                client()
                    .asymmetricSign(
                        AsymmetricSignRequest.newBuilder()
                            .setName(version)
                            .setDigest(digest("SHA-256", digest))
                            .build()))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void rawPkcs1PadsWhatItIsGiven() throws Exception {
    String version = server.createKey(ring, "raw", RSA_SIGN_RAW_PKCS1_2048);
    AsymmetricSignResponse answer = client().asymmetricSign(data(version, MESSAGE));
    javax.crypto.Cipher cipher = javax.crypto.Cipher.getInstance("RSA/ECB/PKCS1Padding");
    cipher.init(javax.crypto.Cipher.DECRYPT_MODE, publicKey(SdkClients.GRPC, version, "RSA"));
    assertThat(cipher.doFinal(answer.getSignature().toByteArray()))
        .isEqualTo(MESSAGE.toByteArray());
    assertThatThrownBy(
            () -> client().asymmetricSign(data(version, ByteString.copyFrom(new byte[246]))))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"PQ_SIGN_ML_DSA_44", "PQ_SIGN_ML_DSA_65", "PQ_SIGN_ML_DSA_87"})
  void mlDsaSignsDataAndGivesItsKeyInNistForm(CryptoKeyVersionAlgorithm algorithm) {
    String version = server.createKey(ring, "pq", algorithm);
    AsymmetricSignResponse answer = client().asymmetricSign(data(version, MESSAGE));
    MLDSASigner verifier = new MLDSASigner();
    verifier.init(false, mlDsa(algorithm, nistKey(version)));
    verifier.update(MESSAGE.toByteArray(), 0, MESSAGE.size());
    assertThat(verifier.verifySignature(answer.getSignature().toByteArray())).isTrue();
  }

  @Test
  void mlDsaExternalMuSignsTheRepresentativeOnly() throws Exception {
    String version =
        server.createKey(ring, "mu", CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_65_EXTERNAL_MU);
    MLDSAPublicKeyParameters key = mlDsa(PQ_SIGN_ML_DSA_65, nistKey(version));
    MLDSASigner forMu = new MLDSASigner();
    forMu.init(false, key);
    forMu.update(MESSAGE.toByteArray(), 0, MESSAGE.size());
    ByteString mu = ByteString.copyFrom(forMu.generateMu());
    AsymmetricSignResponse answer =
        client()
            .asymmetricSign(
                AsymmetricSignRequest.newBuilder()
                    .setName(version)
                    .setDigest(Digest.newBuilder().setExternalMu(mu))
                    .setDigestCrc32C(crc(mu))
                    .build());
    assertThat(answer.getVerifiedDigestCrc32C()).isTrue();
    MLDSASigner verifier = new MLDSASigner();
    verifier.init(false, key);
    verifier.update(MESSAGE.toByteArray(), 0, MESSAGE.size());
    assertThat(verifier.verifySignature(answer.getSignature().toByteArray())).isTrue();
    assertThatThrownBy(() -> client().asymmetricSign(data(version, MESSAGE)))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void slhDsaSignsDataAndItsPrehashVariantDigests() throws Exception {
    String pure =
        server.createKey(ring, "slh", CryptoKeyVersionAlgorithm.PQ_SIGN_SLH_DSA_SHA2_128S);
    String hashed =
        server.createKey(
            ring, "hash-slh", CryptoKeyVersionAlgorithm.PQ_SIGN_HASH_SLH_DSA_SHA2_128S_SHA256);

    SLHDSASigner verifier = new SLHDSASigner();
    verifier.init(false, new SLHDSAPublicKeyParameters(SLHDSAParameters.sha2_128s, nistKey(pure)));
    assertThat(
            verifier.verifySignature(
                MESSAGE.toByteArray(),
                client().asymmetricSign(data(pure, MESSAGE)).getSignature().toByteArray()))
        .isTrue();

    ByteString digest =
        ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(MESSAGE.toByteArray()));
    AsymmetricSignResponse byDigest =
        client()
            .asymmetricSign(
                AsymmetricSignRequest.newBuilder()
                    .setName(hashed)
                    .setDigest(digest("SHA-256", digest))
                    .build());
    HashSLHDSASigner hashVerifier = new HashSLHDSASigner();
    hashVerifier.init(
        false,
        new SLHDSAPublicKeyParameters(SLHDSAParameters.sha2_128s_with_sha256, nistKey(hashed)));
    hashVerifier.update(MESSAGE.toByteArray(), 0, MESSAGE.size());
    assertThat(hashVerifier.verifySignature(byDigest.getSignature().toByteArray())).isTrue();
  }

  @Test
  void postQuantumKeyIsGivenInItsNistFormOnly() {
    String version = server.createKey(ring, "pq", PQ_SIGN_ML_DSA_65);
    assertThatThrownBy(() -> client().getPublicKey(version))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void publicKeyComesInTheFormatAskedFor() {
    String version = server.createKey(ring, "ec", EC_SIGN_P256_SHA256);
    PublicKey old = client().getPublicKey(version);
    PublicKey der = publicKey(version, PublicKeyFormat.DER);
    PublicKey pem = publicKey(version, PublicKeyFormat.PEM);
    assertThat(old.getPemCrc32C()).isEqualTo(crc(old.getPemBytes()));
    assertThat(pem.getPublicKey().getData()).isEqualTo(old.getPemBytes());
    assertThat(der.getPublicKey().getCrc32CChecksum()).isEqualTo(crc(der.getPublicKey().getData()));
    assertThat(spki(old.getPem())).isEqualTo(der.getPublicKey().getData().toByteArray());
  }

  @Test
  void digestOfAnotherAlgorithmOrLengthIsRefused() {
    String version = server.createKey(ring, "ec", EC_SIGN_P256_SHA256);
    for (Digest wrong :
        new Digest[] {
          Digest.newBuilder().setSha384(ByteString.copyFrom(new byte[48])).build(),
          Digest.newBuilder().setSha256(ByteString.copyFrom(new byte[31])).build(),
          Digest.newBuilder().setExternalMu(ByteString.copyFrom(new byte[64])).build(),
        }) {
      assertThatThrownBy(
              () ->
                  client()
                      .asymmetricSign(
                          AsymmetricSignRequest.newBuilder()
                              .setName(version)
                              .setDigest(wrong)
                              .build()))
          .isInstanceOf(InvalidArgumentException.class);
    }
  }

  @Test
  void checksumThatDoesNotMatchIsRefused() {
    String version = server.createKey(ring, "ec", EC_SIGN_P256_SHA256);
    assertThatThrownBy(
            () ->
                client()
                    .asymmetricSign(
                        data(version, MESSAGE).toBuilder().setDataCrc32C(Int64Value.of(1)).build()))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("data_crc32c");
  }

  private PublicKey publicKey(String version, PublicKeyFormat format) {
    return client()
        .getPublicKey(
            GetPublicKeyRequest.newBuilder().setName(version).setPublicKeyFormat(format).build());
  }

  private byte[] nistKey(String version) {
    PublicKey key = publicKey(version, PublicKeyFormat.NIST_PQC);
    assertThat(key.getPublicKey().getCrc32CChecksum()).isEqualTo(crc(key.getPublicKey().getData()));
    return key.getPublicKey().getData().toByteArray();
  }

  private static MLDSAPublicKeyParameters mlDsa(CryptoKeyVersionAlgorithm algorithm, byte[] key) {
    return new MLDSAPublicKeyParameters(
        switch (algorithm) {
          case PQ_SIGN_ML_DSA_44 -> MLDSAParameters.ml_dsa_44;
          case PQ_SIGN_ML_DSA_87 -> MLDSAParameters.ml_dsa_87;
          default -> MLDSAParameters.ml_dsa_65;
        },
        key);
  }

  private java.security.PublicKey publicKey(SdkClients transport, String version, String keyType)
      throws Exception {
    PublicKey answer = client(transport).getPublicKey(version);
    assertThat(answer.getName()).isEqualTo(version);
    X509EncodedKeySpec spec = new X509EncodedKeySpec(spki(answer.getPem()));
    return answer.getAlgorithm() == CryptoKeyVersionAlgorithm.EC_SIGN_SECP256K1_SHA256
        ? KeyFactory.getInstance(keyType, new BouncyCastleProvider()).generatePublic(spec)
        : KeyFactory.getInstance(keyType).generatePublic(spec);
  }

  private static byte[] spki(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
  }

  private static boolean verifies(
      java.security.PublicKey key,
      String algorithm,
      String hash,
      ByteString message,
      ByteString sig)
      throws Exception {
    Signature verifier =
        key.getClass().getName().startsWith("org.bouncycastle")
            ? Signature.getInstance(algorithm, new BouncyCastleProvider())
            : Signature.getInstance(algorithm);
    if (algorithm.equals("RSASSA-PSS")) {
      int salt = MessageDigest.getInstance(hash).getDigestLength();
      verifier.setParameter(
          new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1));
    }
    verifier.initVerify(key);
    verifier.update(message.toByteArray());
    return verifier.verify(sig.toByteArray());
  }

  private static Digest digest(String hash, ByteString digest) {
    return switch (hash) {
      case "SHA-384" -> Digest.newBuilder().setSha384(digest).build();
      case "SHA-512" -> Digest.newBuilder().setSha512(digest).build();
      default -> Digest.newBuilder().setSha256(digest).build();
    };
  }

  private static AsymmetricSignRequest data(String version, ByteString data) {
    return AsymmetricSignRequest.newBuilder().setName(version).setData(data).build();
  }
}
