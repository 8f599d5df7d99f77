package io.managedkeys.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.Message;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.RemoteKey;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.testkit.awskms.AwsKmsServer;
import io.managedkeys.testkit.awskms.Fault;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;

class LifecycleTest {
  private static final Map<String, String> NEW = Map.of("alias", "new-key");

  private AwsKmsServer server;
  private Fixture fixture;

  @BeforeEach
  void open() {
    server = AwsKmsServer.start();
    fixture = new Fixture(server);
  }

  @AfterEach
  void close() {
    fixture.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "RSA-2048, SIGN",
    "RSA-2048, DECRYPT",
    "EC-P256, SIGN",
    "EC-P384, AGREE",
    "EC-SECP256K1, SIGN",
    "ED25519, SIGN",
    "ML-DSA-65, SIGN",
    "AES-256, ENCRYPT",
    "HMAC-SHA384, MAC"
  })
  void aGeneratedKeyIsFoundByItsAliasAndItsTag(String type, Usage usage) {
    KeyConfig entry = Fixture.entry(NEW, usage);
    UUID tag = UUID.randomUUID();
    RemoteKey made = fixture.lifecycle().generate(entry, KeyType.parse(type), tag, Fixture.soon());

    assertThat(made.type()).contains(KeyType.parse(type));
    assertThat(made.tag()).contains(tag);
    assertThat(made.state()).isEqualTo("Enabled");
    BackendKey bound = fixture.backend.key(entry, Fixture.soon());
    assertThat(bound.info().resolvedId()).contains(made.fields().get("key-id"));
    assertThat(bound.info().type()).isEqualTo(KeyType.parse(type));
    assertThat(fixture.lifecycle().findByTag(tag, Fixture.soon())).contains(made);
    assertThat(fixture.lifecycle().findByTag(UUID.randomUUID(), Fixture.soon())).isEmpty();
    assertThat(fixture.lifecycle().list(Fixture.soon())).containsExactly(made);
  }

  @Test
  void anAliasThatIsTakenKeepsTheActFromMakingAnything() {
    KeyConfig entry = Fixture.entry(NEW, Usage.SIGN);
    fixture.lifecycle().generate(entry, KeyType.EC_P256, UUID.randomUUID(), Fixture.soon());
    assertThatThrownBy(
            () ->
                fixture
                    .lifecycle()
                    .generate(entry, KeyType.EC_P256, UUID.randomUUID(), Fixture.soon()))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("nothing was made");
    assertThat(fixture.sdk.listKeys().keys()).hasSize(1);
  }

  @Test
  void anEntryThatCanNotBeGeneratedMakesNothing() {
    for (KeyConfig entry :
        List.of(
            Fixture.entry(Map.of("key-id", "abc"), Usage.SIGN),
            Fixture.entry(Map.of("key-id", "abc", "alias", "a"), Usage.SIGN),
            Fixture.entry(NEW, Usage.SIGN, Usage.DECRYPT),
            Fixture.entry(NEW, Usage.RANDOM))) {
      assertThatThrownBy(
              () ->
                  fixture
                      .lifecycle()
                      .generate(entry, KeyType.EC_P256, UUID.randomUUID(), Fixture.soon()))
          .isInstanceOf(InvalidConfigurationException.class);
    }
    assertThatThrownBy(
            () ->
                fixture
                    .lifecycle()
                    .generate(
                        Fixture.entry(NEW, Usage.MAC),
                        KeyType.EC_P256,
                        UUID.randomUUID(),
                        Fixture.soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
    assertThatThrownBy(
            () ->
                fixture
                    .lifecycle()
                    .generate(
                        Fixture.entry(NEW, Usage.SIGN),
                        KeyType.ED448,
                        UUID.randomUUID(),
                        Fixture.soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
    assertThat(fixture.sdk.listKeys().keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CreateKey", "CreateAlias", "DescribeKey"})
  void aLostAnswerMakesOneKeyThatIsFoundByItsTag(String action) {
    KeyConfig entry = Fixture.entry(NEW, Usage.SIGN);
    UUID tag = UUID.randomUUID();
    // The first DescribeKey asks whether the alias is free; the second is the one after the act.
    server.faults().on(action).nth(action.equals("DescribeKey") ? 2 : 1, Fault.loseAnswer());
    assertThatThrownBy(
            () -> fixture.lifecycle().generate(entry, KeyType.EC_P256, tag, Fixture.soon()))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(fixture.sdk.listKeys().keys()).hasSize(1);

    RemoteKey found = fixture.lifecycle().findByTag(tag, Fixture.soon()).orElseThrow();

    assertThat(fixture.backend.key(entry, Fixture.soon()).info().resolvedId())
        .contains(found.fields().get("key-id"));
    assertThat(fixture.sdk.listKeys().keys()).hasSize(1);
  }

  @Test
  void aSecondTryOfTheSameActGoesOnWithWhatTheFirstLeft() {
    KeyConfig entry = Fixture.entry(NEW, Usage.SIGN);
    UUID tag = UUID.randomUUID();
    server.faults().on("CreateKey").nth(1, Fault.loseAnswer());
    assertThatThrownBy(
            () -> fixture.lifecycle().generate(entry, KeyType.EC_P256, tag, Fixture.soon()))
        .isInstanceOf(BackendUnavailableException.class);
    assertThatThrownBy(
            () -> fixture.lifecycle().generate(entry, KeyType.EC_P384, tag, Fixture.soon()))
        .isInstanceOf(ConflictException.class);

    RemoteKey made = fixture.lifecycle().generate(entry, KeyType.EC_P256, tag, Fixture.soon());

    assertThat(fixture.sdk.listKeys().keys())
        .extracting(key -> key.keyArn())
        .containsExactly(made.fields().get("key-id"));
    // Another act is another key, whatever lies about.
    fixture
        .lifecycle()
        .generate(
            Fixture.entry(Map.of("alias", "second"), Usage.SIGN),
            KeyType.EC_P256,
            UUID.randomUUID(),
            Fixture.soon());
    assertThat(fixture.sdk.listKeys().keys()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GetParametersForImport", "ImportKeyMaterial", "CreateAlias"})
  void anImportThatWasCutOffGoesOn(String action) {
    KeyConfig entry = Fixture.entry(NEW, Usage.MAC);
    UUID tag = UUID.randomUUID();
    KeyType type = KeyType.hmac(HashAlgorithm.SHA256);
    server.faults().on(action).nth(1, Fault.loseAnswer());
    assertThatThrownBy(
            () ->
                fixture
                    .lifecycle()
                    .importKey(entry, type, SecretBytes.copyOf(new byte[32]), tag, Fixture.soon()))
        .isInstanceOf(BackendUnavailableException.class);

    RemoteKey found = fixture.lifecycle().findByTag(tag, Fixture.soon()).orElseThrow();

    if (action.equals("GetParametersForImport")) {
      assertThat(found.state()).isEqualTo("PendingImport");
      fixture
          .lifecycle()
          .importKey(entry, type, SecretBytes.copyOf(new byte[32]), tag, Fixture.soon());
    } else {
      assertThat(found.state()).isEqualTo("Enabled");
    }
    assertThat(fixture.sdk.listKeys().keys()).hasSize(1);
    assertThat(fixture.backend.key(entry, Fixture.soon()).info().type()).isEqualTo(type);
  }

  @Test
  void aNewKeyThatIsNotYetKnownEverywhereIsWaitedFor() {
    server.faults().on("CreateAlias").next(3, Fault.error("NotFoundException", 400));
    fixture
        .lifecycle()
        .generate(
            Fixture.entry(NEW, Usage.SIGN), KeyType.EC_P256, UUID.randomUUID(), Fixture.soon());
    assertThat(server.requests().count("CreateAlias")).isEqualTo(4);
    assertThat(fixture.sdk.listKeys().keys()).hasSize(1);
  }

  @Test
  void aFailureAfterTheKeyWasMadeNamesTheKey() {
    server.faults().on("CreateAlias").always(Fault.error("LimitExceededException", 400));
    assertThatThrownBy(
            () ->
                fixture
                    .lifecycle()
                    .generate(
                        Fixture.entry(NEW, Usage.SIGN),
                        KeyType.EC_P256,
                        UUID.randomUUID(),
                        Fixture.soon()))
        .satisfies(
            e ->
                assertThat(e.getSuppressed()[0])
                    .hasMessageContaining(fixture.sdk.listKeys().keys().get(0).keyArn()));
  }

  @ParameterizedTest
  @CsvSource({
    "RSA-2048, RSA, ''",
    "EC-P256, EC, secp256r1",
    "EC-P521, EC, secp521r1",
    "EC-SECP256K1, EC, secp256k1",
    "ED25519, Ed25519, ''"
  })
  void anImportedPrivateKeySignsAsItself(String type, String algorithm, String curve)
      throws Exception {
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(algorithm, new BouncyCastleProvider());
    if (algorithm.equals("RSA")) {
      generator.initialize(2048);
    } else if (!curve.isEmpty()) {
      generator.initialize(new java.security.spec.ECGenParameterSpec(curve));
    }
    KeyPair pair = generator.generateKeyPair();
    KeyConfig entry = Fixture.entry(NEW, Usage.SIGN);
    try (SecretBytes material = SecretBytes.taking(pair.getPrivate().getEncoded())) {
      RemoteKey made =
          fixture
              .lifecycle()
              .importKey(entry, KeyType.parse(type), material, UUID.randomUUID(), Fixture.soon());
      assertThat(made.state()).isEqualTo("Enabled");
    }
    BackendKey key = fixture.backend.key(entry, Fixture.soon());
    assertThat(key.info().spki()).contains(pair.getPublic().getEncoded());
    SignatureAlgorithm signature = key.info().signatureAlgorithms().iterator().next();
    HashAlgorithm hash = signature.hash();
    key.capability(Signing.class)
        .orElseThrow()
        .sign(
            signature,
            hash == null ? Message.of(new byte[1]) : Message.digest(hash, hash.digest(new byte[1])),
            Fixture.soon());
  }

  @Test
  void anImportedMacKeyComputesWhatItComputedOutside() throws Exception {
    byte[] secret = new byte[32];
    new java.security.SecureRandom().nextBytes(secret);
    KeyConfig entry = Fixture.entry(NEW, Usage.MAC);
    fixture
        .lifecycle()
        .importKey(
            entry,
            KeyType.hmac(HashAlgorithm.SHA256),
            SecretBytes.copyOf(secret),
            UUID.randomUUID(),
            Fixture.soon());
    javax.crypto.Mac outside = javax.crypto.Mac.getInstance("HmacSHA256");
    outside.init(new javax.crypto.spec.SecretKeySpec(secret, "HmacSHA256"));
    assertThat(
            fixture
                .sdk
                .generateMac(
                    r ->
                        r.keyId("alias/new-key")
                            .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_256)
                            .message(SdkBytes.fromUtf8String("m")))
                .mac()
                .asByteArray())
        .isEqualTo(outside.doFinal(new byte[] {'m'}));
  }

  @Test
  void materialThatDoesNotFitLeavesNothingThatTheAliasFinds() {
    KeyConfig entry = Fixture.entry(NEW, Usage.MAC);
    UUID tag = UUID.randomUUID();
    assertThatThrownBy(
            () ->
                fixture
                    .lifecycle()
                    .importKey(
                        entry,
                        KeyType.hmac(HashAlgorithm.SHA512),
                        SecretBytes.copyOf(new byte[5]),
                        tag,
                        Fixture.soon()))
        .isInstanceOf(InvalidInputException.class);
    RemoteKey orphan = fixture.lifecycle().findByTag(tag, Fixture.soon()).orElseThrow();
    assertThat(orphan.state()).isEqualTo("PendingImport");
    assertThat(fixture.sdk.listAliases().aliases()).isEmpty();
  }

  @Test
  void aRotatedKeyOpensOldAndNew() {
    KeyConfig entry = Fixture.entry(NEW, Usage.ENCRYPT, Usage.DECRYPT);
    fixture.lifecycle().generate(entry, KeyType.AES_256, UUID.randomUUID(), Fixture.soon());
    SecretEncrypting key =
        fixture.backend.key(entry, Fixture.soon()).capability(SecretEncrypting.class).orElseThrow();
    byte[] old =
        key.encrypt(EncryptionAlgorithm.SERVICE, new byte[] {1}, null, null, Fixture.soon());
    fixture.lifecycle().rotate(entry, UUID.randomUUID(), Fixture.soon());
    byte[] fresh =
        key.encrypt(EncryptionAlgorithm.SERVICE, new byte[] {2}, null, null, Fixture.soon());
    assertThat(key.decrypt(EncryptionAlgorithm.SERVICE, old, null, Fixture.soon()))
        .containsExactly(1);
    assertThat(key.decrypt(EncryptionAlgorithm.SERVICE, fresh, null, Fixture.soon()))
        .containsExactly(2);
    KeyConfig signer = Fixture.entry(Map.of("alias", "signer"), Usage.SIGN);
    fixture.lifecycle().generate(signer, KeyType.EC_P256, UUID.randomUUID(), Fixture.soon());
    assertThatThrownBy(() -> fixture.lifecycle().rotate(signer, UUID.randomUUID(), Fixture.soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
  }

  @Test
  void destructionNeedsAPinAndCanBeTakenBack() {
    KeyConfig entry = Fixture.entry(NEW, Usage.SIGN);
    fixture.lifecycle().generate(entry, KeyType.EC_P256, UUID.randomUUID(), Fixture.soon());
    KeyConfig pinned = Fixture.pinned(entry, fixture.backend.key(entry, Fixture.soon()));
    assertThatThrownBy(() -> fixture.lifecycle().scheduleDestruction(entry, null, Fixture.soon()))
        .isInstanceOf(InvalidConfigurationException.class);
    assertThatThrownBy(
            () ->
                fixture.lifecycle().scheduleDestruction(pinned, Duration.ofDays(3), Fixture.soon()))
        .isInstanceOf(InvalidInputException.class);

    Instant gone =
        fixture
            .lifecycle()
            .scheduleDestruction(pinned, Duration.ofHours(7 * 24 + 1), Fixture.soon());

    assertThat(gone)
        .isBetween(Instant.now().plus(Duration.ofDays(7)), Instant.now().plus(Duration.ofDays(8)));
    assertThatThrownBy(() -> fixture.backend.key(entry, Fixture.soon()))
        .isInstanceOf(KeyStateException.class);
    fixture.lifecycle().cancelDestruction(pinned, Fixture.soon());
    fixture.lifecycle().enable(pinned, Fixture.soon());
    fixture.backend.key(entry, Fixture.soon());
    fixture.lifecycle().disable(entry, Fixture.soon());
    assertThatThrownBy(() -> fixture.backend.key(entry, Fixture.soon()))
        .isInstanceOf(KeyStateException.class);
  }

  @Test
  void aMultiRegionKeyIsOne() {
    KeyConfig entry = Fixture.entry(Map.of("alias", "mrk", "multi-region", "true"), Usage.SIGN);
    fixture.lifecycle().generate(entry, KeyType.EC_P256, UUID.randomUUID(), Fixture.soon());
    KeyMetadata made = fixture.sdk.describeKey(r -> r.keyId("alias/mrk")).keyMetadata();
    assertThat(made.multiRegion()).isTrue();
    assertThat(made.keyId()).startsWith("mrk-");
    KeyConfig elsewhere =
        Fixture.entry(Map.of("key-id", made.arn().replace("eu-central-1", "us-east-1")));
    assertThatThrownBy(() -> fixture.backend.key(elsewhere, Fixture.soon()))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("replica");
  }

  @Test
  void theListGoesOnPastOnePage() {
    for (int i = 0; i < 120; i++) {
      fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    }
    assertThat(fixture.lifecycle().list(Fixture.soon())).hasSize(120);
  }
}
