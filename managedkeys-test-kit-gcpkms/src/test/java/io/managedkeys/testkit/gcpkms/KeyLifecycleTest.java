package io.managedkeys.testkit.gcpkms;

import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.rpc.AbortedException;
import com.google.api.gax.rpc.AlreadyExistsException;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.FailedPreconditionException;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.UnimplementedException;
import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import com.google.cloud.kms.v1.ImportCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.ImportJob.ImportJobState;
import com.google.cloud.kms.v1.ImportJob.ImportMethod;
import com.google.cloud.kms.v1.KeyRing;
import com.google.cloud.kms.v1.ListCryptoKeysRequest;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.RFC5649WrapEngine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Creating, listing, importing, disabling and destroying keys through the official client. */
class KeyLifecycleTest extends SdkTest {

  @ParameterizedTest
  @EnumSource(SdkClients.class)
  void ringsAndKeysAreCreatedOnceAndFound(SdkClients transport) {
    // The client knows errors over REST by the HTTP status alone: 409 is ABORTED to it.
    Class<? extends ApiException> exists =
        transport == SdkClients.GRPC ? AlreadyExistsException.class : AbortedException.class;
    String location = "projects/p-" + transport.name().toLowerCase() + "/locations/global";
    KeyRing created =
        client(transport).createKeyRing(location, "made", KeyRing.getDefaultInstance());
    assertThat(created.getName()).isEqualTo(location + "/keyRings/made");
    assertThat(client(transport).getKeyRing(created.getName())).isEqualTo(created);
    assertThatThrownBy(
            () -> client(transport).createKeyRing(location, "made", KeyRing.getDefaultInstance()))
        .isInstanceOf(exists);

    CryptoKey key =
        client(transport).createCryptoKey(created.getName(), "k", symmetric("team", "red"));
    assertThat(key.getPrimary().getState()).isEqualTo(CryptoKeyVersionState.ENABLED);
    assertThat(key.getLabelsMap()).containsEntry("team", "red");
    assertThat(client(transport).getCryptoKey(key.getName())).isEqualTo(key);
    assertThatThrownBy(
            () ->
                client(transport)
                    .createCryptoKey(created.getName(), "k", symmetric("team", "blue")))
        .isInstanceOf(exists);
    assertThatThrownBy(() -> client(transport).getCryptoKey(created.getName() + "/cryptoKeys/x"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void asymmetricVersionIsPendingFirstAndEnabledThen() throws Exception {
    CryptoKey key =
        client()
            .createCryptoKey(
                ring,
                "ec",
                CryptoKey.newBuilder()
                    .setPurpose(CryptoKeyPurpose.ASYMMETRIC_SIGN)
                    .setVersionTemplate(
                        CryptoKeyVersionTemplate.newBuilder().setAlgorithm(EC_SIGN_P256_SHA256))
                    .build());
    CryptoKeyVersion second =
        client().createCryptoKeyVersion(key.getName(), CryptoKeyVersion.getDefaultInstance());
    assertThat(second.getState()).isEqualTo(CryptoKeyVersionState.PENDING_GENERATION);
    assertThat(key.hasPrimary()).isFalse();
    CryptoKeyVersion now = second;
    for (int i = 0; i < 500 && now.getState() != CryptoKeyVersionState.ENABLED; i++) {
      Thread.sleep(10);
      now = client().getCryptoKeyVersion(second.getName());
    }
    assertThat(now.getState()).isEqualTo(CryptoKeyVersionState.ENABLED);
    assertThat(now.hasGenerateTime()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(SdkClients.class)
  void listingGivesEveryKeyOnceAcrossPages(SdkClients transport) {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      made.add(ResourceNames.parent(server.createKey(ring, "k" + i, GOOGLE_SYMMETRIC_ENCRYPTION)));
    }
    List<String> listed = new ArrayList<>();
    var pages =
        client(transport)
            .listCryptoKeys(
                ListCryptoKeysRequest.newBuilder().setParent(ring).setPageSize(3).build());
    assertThat(pages.getPage().getResponse().getTotalSize()).isEqualTo(7);
    pages.iterateAll().forEach(key -> listed.add(key.getName()));
    assertThat(listed).isEqualTo(made);
    assertThat(server.requests().of("ListCryptoKeys")).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(SdkClients.class)
  void labelsAreReplacedAndChecked(SdkClients transport) {
    String name = ResourceNames.parent(server.createKey(ring, "k", GOOGLE_SYMMETRIC_ENCRYPTION));
    CryptoKey changed =
        client(transport)
            .updateCryptoKey(
                CryptoKey.newBuilder().setName(name).putLabels("a", "b").build(),
                FieldMask.newBuilder().addPaths("labels").build());
    assertThat(changed.getLabelsMap()).containsExactly(java.util.Map.entry("a", "b"));
    assertThatThrownBy(
            () ->
                client(transport)
                    .updateCryptoKey(
                        CryptoKey.newBuilder().setName(name).putLabels("A", "b").build(),
                        FieldMask.newBuilder().addPaths("labels").build()))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void destroyedVersionCanBeRestoredUntilItsTimeComes() {
    String version = server.createKey(ring, "ec", EC_SIGN_P256_SHA256);
    CryptoKeyVersion scheduled = client().destroyCryptoKeyVersion(version);
    assertThat(scheduled.getState()).isEqualTo(CryptoKeyVersionState.DESTROY_SCHEDULED);
    assertThat(scheduled.hasDestroyTime()).isTrue();
    assertThatThrownBy(() -> client().getPublicKey(version))
        .isInstanceOf(FailedPreconditionException.class);
    assertThat(client().restoreCryptoKeyVersion(version).getState())
        .isEqualTo(CryptoKeyVersionState.DISABLED);
    enable(version);
    assertThat(client().getPublicKey(version).getPem()).contains("PUBLIC KEY");

    client().destroyCryptoKeyVersion(version);
    server.advanceClock(Duration.ofDays(31));
    assertThat(client().getCryptoKeyVersion(version).getState())
        .isEqualTo(CryptoKeyVersionState.DESTROYED);
    assertThatThrownBy(() -> client().restoreCryptoKeyVersion(version))
        .isInstanceOf(FailedPreconditionException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "GRPC, RSA_OAEP_3072_SHA256_AES_256, SHA-256",
    "REST, RSA_OAEP_3072_SHA1_AES_256, SHA-1",
  })
  void importedKeySignsAsTheOriginal(SdkClients transport, ImportMethod method, String hash)
      throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair original = generator.generateKeyPair();
    ImportJob job = activeJob(transport, method);
    CryptoKey key =
        client(transport)
            .createCryptoKey(
                CreateCryptoKeyRequest.newBuilder()
                    .setParent(ring)
                    .setCryptoKeyId("imported")
                    .setSkipInitialVersionCreation(true)
                    .setCryptoKey(
                        CryptoKey.newBuilder()
                            .setPurpose(CryptoKeyPurpose.ASYMMETRIC_SIGN)
                            .setImportOnly(true)
                            .setVersionTemplate(
                                CryptoKeyVersionTemplate.newBuilder()
                                    .setAlgorithm(EC_SIGN_P256_SHA256)))
                    .build());
    ImportCryptoKeyVersionRequest request =
        ImportCryptoKeyVersionRequest.newBuilder()
            .setParent(key.getName())
            .setImportJob(job.getName())
            .setAlgorithm(EC_SIGN_P256_SHA256)
            .setWrappedKey(wrap(job, hash, original.getPrivate().getEncoded()))
            .build();
    CryptoKeyVersion version = client(transport).importCryptoKeyVersion(request);
    assertThat(client(transport).getCryptoKeyVersion(version.getName()).getState())
        .isEqualTo(CryptoKeyVersionState.ENABLED);
    String pem = client(transport).getPublicKey(version.getName()).getPem();
    assertThat(Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", "")))
        .isEqualTo(original.getPublic().getEncoded());
    assertThatThrownBy(
            () ->
                client(transport)
                    .importCryptoKeyVersion(
                        request.toBuilder()
                            .setWrappedKey(ByteString.copyFrom(new byte[500]))
                            .build()))
        .isInstanceOf(InvalidArgumentException.class);
    server.advanceClock(Duration.ofDays(4));
    assertThatThrownBy(() -> client(transport).importCryptoKeyVersion(request))
        .isInstanceOfSatisfying(
            ApiException.class,
            e ->
                assertThat(e.getErrorDetails().getErrorInfo().getReason())
                    .isEqualTo("IMPORT_JOB_EXPIRED"));
  }

  @Test
  void methodOutsideTheServersScopeSaysSo() {
    String version = server.createKey(ring, "k", GOOGLE_SYMMETRIC_ENCRYPTION);
    assertThatThrownBy(
            () ->
                client()
                    .deleteCryptoKeyAsync(ResourceNames.parent(version))
                    .getInitialFuture()
                    .get())
        .hasRootCauseInstanceOf(io.grpc.StatusRuntimeException.class)
        .hasCauseInstanceOf(UnimplementedException.class);
  }

  private void enable(String version) {
    client()
        .updateCryptoKeyVersion(
            CryptoKeyVersion.newBuilder()
                .setName(version)
                .setState(CryptoKeyVersionState.ENABLED)
                .build(),
            FieldMask.newBuilder().addPaths("state").build());
  }

  private ImportJob activeJob(SdkClients transport, ImportMethod method) {
    ImportJob created =
        client(transport)
            .createImportJob(
                ring,
                "job",
                ImportJob.newBuilder()
                    .setImportMethod(method)
                    .setProtectionLevel(ProtectionLevel.SOFTWARE)
                    .build());
    assertThat(created.getState()).isEqualTo(ImportJobState.PENDING_GENERATION);
    ImportJob job = client(transport).getImportJob(created.getName());
    assertThat(job.getState()).isEqualTo(ImportJobState.ACTIVE);
    return job;
  }

  private static ByteString wrap(ImportJob job, String hash, byte[] pkcs8) throws Exception {
    String pem = job.getPublicKey().getPem();
    PublicKey wrapping =
        KeyFactory.getInstance("RSA")
            .generatePublic(
                new X509EncodedKeySpec(
                    Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""))));
    byte[] aes = new SecretKeySpec(new byte[32], "AES").getEncoded();
    Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
    oaep.init(
        Cipher.ENCRYPT_MODE,
        wrapping,
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    RFC5649WrapEngine kwp = new RFC5649WrapEngine(AESEngine.newInstance());
    kwp.init(true, new KeyParameter(aes));
    return ByteString.copyFrom(oaep.doFinal(aes))
        .concat(ByteString.copyFrom(kwp.wrap(pkcs8, 0, pkcs8.length)));
  }

  private static CryptoKey symmetric(String label, String value) {
    return CryptoKey.newBuilder()
        .setPurpose(CryptoKeyPurpose.ENCRYPT_DECRYPT)
        .putLabels(label, value)
        .build();
  }
}
