package io.managedkeys.gcpkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.RemoteKey;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.testkit.gcpkms.FaultTrigger;
import io.managedkeys.testkit.gcpkms.GcpKmsFault;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys made, brought in, listed, disabled and destroyed, each act once. */
class LifecycleTest extends BackendTest {
  private static final Usage[] SECRET = {Usage.ENCRYPT, Usage.DECRYPT};

  @ParameterizedTest
  @CsvSource({
    "GRPC, EC-P256, SIGN, EC_SIGN_P256_SHA256",
    "REST, EC-P384, SIGN, EC_SIGN_P384_SHA384",
    "GRPC, EC-SECP256K1, SIGN, EC_SIGN_SECP256K1_SHA256",
    "GRPC, RSA-2048, SIGN, RSA_SIGN_PKCS1_2048_SHA256",
    "GRPC, RSA-2048, DECRYPT, RSA_DECRYPT_OAEP_2048_SHA256",
    "GRPC, ED25519, SIGN, EC_SIGN_ED25519",
    "REST, ML-DSA-65, SIGN, PQ_SIGN_ML_DSA_65",
    "GRPC, AES-256, ENCRYPT, GOOGLE_SYMMETRIC_ENCRYPTION",
    "GRPC, AES-128, ENCRYPT, AES_128_GCM",
    "GRPC, HMAC-SHA256, MAC, HMAC_SHA256",
  })
  void generatedKeyIsTaggedAndFoundByItsEntry(
      Transport transport, String type, Usage usage, CryptoKeyVersionAlgorithm algorithm) {
    String id = "made-" + type + "-" + usage;
    KeyConfig entry = entry(id, usage);
    UUID tag = UUID.randomUUID();
    RemoteKey made = lifecycle(transport).generate(entry, KeyType.parse(type), tag, context());
    assertThat(made.state()).isEqualTo("enabled");
    assertThat(made.type()).contains(KeyType.parse(type));
    assertThat(made.tag()).contains(tag);
    assertThat(lifecycle(transport).findByTag(tag, context())).contains(made);
    BackendKey key = backend(transport).key(entry(made.fields(), usage), context());
    assertThat(key.info().attributes()).containsEntry("algorithm", algorithm.name());
    assertThat(key.info().type()).isEqualTo(KeyType.parse(type));
    assertThat(server.key(ring + "/cryptoKeys/" + id).getLabelsMap())
        .containsEntry("managedkeys-id", tag.toString());
  }

  @Test
  void algorithmFieldPicksAmongThoseOfTheType() {
    KeyConfig entry =
        entry(Map.of("crypto-key", "pss", "algorithm", "RSA_SIGN_PSS_2048_SHA256"), Usage.SIGN);
    lifecycle().generate(entry, KeyType.RSA_2048, UUID.randomUUID(), context());
    assertThat(backend().key(entry, context()).info().attributes())
        .containsEntry("algorithm", "RSA_SIGN_PSS_2048_SHA256");
    server.requests().reset();
    assertThatThrownBy(
            () -> lifecycle().generate(entry, KeyType.EC_P256, UUID.randomUUID(), context()))
        .isInstanceOf(InvalidConfigurationException.class);
    assertThatThrownBy(
            () ->
                lifecycle().generate(entry("p521"), KeyType.EC_P521, UUID.randomUUID(), context()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
    assertThatThrownBy(
            () ->
                lifecycle()
                    .generate(
                        entry("wrap", Usage.WRAP), KeyType.AES_128, UUID.randomUUID(), context()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
    assertThat(server.requests().total()).isZero();
  }

  @Test
  void takenNameIsAConflictAndNothingIsChanged() {
    KeyConfig entry = entry("taken");
    lifecycle().generate(entry, KeyType.EC_P256, UUID.randomUUID(), context());
    assertThatThrownBy(
            () -> lifecycle().generate(entry, KeyType.EC_P256, UUID.randomUUID(), context()))
        .isInstanceOf(ConflictException.class);
    assertThat(key("taken").info().version()).contains("1");
  }

  @Test
  void creationWhoseAnswerIsLostHappenedOnceAndIsFoundByItsTag() {
    KeyConfig entry = entry("lost");
    UUID tag = UUID.randomUUID();
    server.faults().add(GcpKmsFault.cutAfterActing(), FaultTrigger.on("CreateCryptoKey").nth(1));
    assertThatThrownBy(() -> lifecycle().generate(entry, KeyType.EC_P256, tag, context()))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(server.requests().of("CreateCryptoKey")).isEqualTo(1);
    RemoteKey found = lifecycle().findByTag(tag, context()).orElseThrow();
    assertThat(found.fields()).containsEntry("crypto-key", "lost");
    assertThat(lifecycle().findByTag(UUID.randomUUID(), context())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void importedPrivateKeyIsTheOriginal(Transport transport) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    KeyConfig entry = entry("imported-" + transport);
    try (SecretBytes material = SecretBytes.copyOf(pair.getPrivate().getEncoded())) {
      lifecycle(transport)
          .importKey(entry, KeyType.EC_P256, material, UUID.randomUUID(), context());
    }
    assertThat(backend(transport).key(entry, context()).info().spki())
        .contains(pair.getPublic().getEncoded());
  }

  @Test
  void importedSecretKeysAreTheOriginals() throws Exception {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 7);
    KeyConfig mac = entry("imported-mac", Usage.MAC);
    KeyConfig aes = entry("imported-aes", SECRET);
    try (SecretBytes material = SecretBytes.copyOf(secret)) {
      lifecycle()
          .importKey(mac, KeyType.parse("HMAC-SHA256"), material, UUID.randomUUID(), context());
      lifecycle().importKey(aes, KeyType.AES_256, material, UUID.randomUUID(), context());
    }
    Mac jdk = Mac.getInstance("HmacSHA256");
    jdk.init(new SecretKeySpec(secret, "HmacSHA256"));
    assertThat(
            backend()
                .key(mac, context())
                .capability(Macing.class)
                .orElseThrow()
                .mac(MacAlgorithm.HMAC_SHA256, MESSAGE, context()))
        .isEqualTo(jdk.doFinal(MESSAGE));
    assertThat(roundTrip(backend().key(aes, context()))).isTrue();
  }

  @Test
  void importCutOffAfterTheKeyWasMadeIsTakenUpAgain() {
    KeyConfig entry = entry("cut-import", Usage.MAC);
    KeyType type = KeyType.parse("HMAC-SHA256");
    UUID tag = UUID.randomUUID();
    try (SecretBytes material = SecretBytes.copyOf(new byte[32])) {
      server
          .faults()
          .add(GcpKmsFault.unavailable(), FaultTrigger.on("ImportCryptoKeyVersion").nth(1));
      assertThatThrownBy(() -> lifecycle().importKey(entry, type, material, tag, context()))
          .isInstanceOf(BackendUnavailableException.class);
      // There is a crypto key, but no key yet.
      assertThat(lifecycle().findByTag(tag, context())).isEmpty();
      assertThatThrownBy(() -> backend().key(entry, context()))
          .isInstanceOf(KeyNotFoundException.class);
      assertThat(lifecycle().list(context()))
          .anySatisfy(
              key -> {
                assertThat(key.tag()).contains(tag);
                assertThat(key.state()).isEqualTo("empty");
              });
      // Somebody else's import must not end up in it.
      assertThatThrownBy(
              () -> lifecycle().importKey(entry, type, material, UUID.randomUUID(), context()))
          .isInstanceOf(ConflictException.class);
      lifecycle().importKey(entry, type, material, tag, context());
      assertThatThrownBy(() -> lifecycle().importKey(entry, type, material, tag, context()))
          .isInstanceOf(ConflictException.class);
    }
    assertThat(backend().key(entry, context()).info().version()).contains("1");
  }

  @Test
  void rotatedSymmetricKeyStillDecryptsWhatItEncrypted() {
    KeyConfig entry = entry("rotated", SECRET);
    lifecycle().generate(entry, KeyType.AES_256, UUID.randomUUID(), context());
    BackendKey key = backend().key(entry, context());
    SecretEncrypting encrypting = key.capability(SecretEncrypting.class).orElseThrow();
    byte[] before = encrypting.encrypt(EncryptionAlgorithm.SERVICE, MESSAGE, null, null, context());
    RemoteKey rotated = lifecycle().rotate(entry, UUID.randomUUID(), context());
    assertThat(rotated.fields()).isEqualTo(Map.of("crypto-key", "rotated"));
    assertThat(server.key(ring + "/cryptoKeys/rotated").getPrimary().getName()).endsWith("/2");
    assertThat(encrypting.decrypt(EncryptionAlgorithm.SERVICE, before, null, context()))
        .isEqualTo(MESSAGE);
  }

  @Test
  void asymmetricKeyIsRotatedByANewEntryForItsNextVersion() {
    KeyConfig entry = entry("rotated-ec");
    lifecycle().generate(entry, KeyType.EC_P256, UUID.randomUUID(), context());
    assertThatThrownBy(() -> lifecycle().rotate(entry, UUID.randomUUID(), context()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
    KeyConfig second = entry(Map.of("crypto-key", "rotated-ec", "version", "2"), Usage.SIGN);
    KeyConfig fourth = entry(Map.of("crypto-key", "rotated-ec", "version", "4"), Usage.SIGN);
    assertThatThrownBy(
            () -> lifecycle().generate(fourth, KeyType.EC_P256, UUID.randomUUID(), context()))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("is 2, not 4");
    RemoteKey made = lifecycle().generate(second, KeyType.EC_P256, UUID.randomUUID(), context());
    assertThat(made.fields()).containsEntry("version", "2");
    assertThat(backend().key(second, context()).info().version()).contains("2");
    assertThatThrownBy(
            () -> lifecycle().generate(second, KeyType.EC_P256, UUID.randomUUID(), context()))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void disabledVersionRefusesUntilItIsEnabled() {
    KeyConfig entry = entry("switched");
    lifecycle().generate(entry, KeyType.EC_P256, UUID.randomUUID(), context());
    lifecycle().disable(entry, context());
    assertThatThrownBy(() -> backend().key(entry, context())).isInstanceOf(KeyStateException.class);
    lifecycle().enable(entry, context());
    assertThat(backend().key(entry, context()).info().version()).contains("1");
  }

  @Test
  void enablingASymmetricKeyLeavesAVersionDisabledThatWasSoBefore() {
    KeyConfig entry = entry("switched-aes", SECRET);
    lifecycle().generate(entry, KeyType.AES_256, UUID.randomUUID(), context());
    lifecycle().rotate(entry, UUID.randomUUID(), context());
    lifecycle().rotate(entry, UUID.randomUUID(), context());
    String key = ring + "/cryptoKeys/switched-aes";
    server.setEnabled(key + "/cryptoKeyVersions/2", false);
    BackendKey bound = backend().key(entry, context());

    lifecycle().disable(entry, context());
    assertThat(states(key)).containsExactly("DISABLED", "DISABLED", "DISABLED");
    assertThatThrownBy(() -> roundTrip(bound)).isInstanceOf(KeyStateException.class);
    lifecycle().disable(entry, context());

    lifecycle().enable(entry, context());
    assertThat(states(key)).containsExactly("ENABLED", "DISABLED", "ENABLED");
    assertThat(roundTrip(bound)).isTrue();
    assertThat(server.key(key).getLabelsMap()).containsOnlyKeys("managedkeys-id");
  }

  @Test
  void destructionIsOfThePinnedVersionAfterTheFixedWaitAndCanBeTakenBack() {
    KeyConfig entry = entry(Map.of("crypto-key", "doomed", "destroy-wait", "2d"), Usage.SIGN);
    lifecycle().generate(entry, KeyType.EC_P256, UUID.randomUUID(), context());
    KeyConfig pinned = entry.withPin(Pin.of(backend().key(entry, context()).info(), null));
    assertThatThrownBy(() -> lifecycle().scheduleDestruction(entry, null, context()))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> lifecycle().scheduleDestruction(pinned, Duration.ofDays(7), context()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("PT48H");
    assertThat(server.requests().of("DestroyCryptoKeyVersion")).isZero();

    Instant gone = lifecycle().scheduleDestruction(pinned, Duration.ofDays(2), context());
    assertThat(gone)
        .isBetween(
            Instant.now().plus(47, ChronoUnit.HOURS), Instant.now().plus(49, ChronoUnit.HOURS));
    assertThatThrownBy(() -> backend().key(entry, context()))
        .isInstanceOf(KeyStateException.class)
        .hasMessageContaining("DESTROY_SCHEDULED");
    lifecycle().cancelDestruction(pinned, context());
    lifecycle().enable(pinned, context());
    assertThat(backend().key(entry, context()).info().version()).contains("1");
  }

  @Test
  void destructionOfASymmetricKeyIsOfAllItsVersions() {
    KeyConfig entry = entry("doomed-aes", SECRET);
    lifecycle().generate(entry, KeyType.AES_256, UUID.randomUUID(), context());
    lifecycle().rotate(entry, UUID.randomUUID(), context());
    KeyConfig pinned = entry.withPin(Pin.of(backend().key(entry, context()).info(), null));
    lifecycle().scheduleDestruction(pinned, null, context());
    String key = ring + "/cryptoKeys/doomed-aes";
    assertThat(states(key)).containsOnly("DESTROY_SCHEDULED");
    lifecycle().cancelDestruction(pinned, context());
    assertThat(states(key)).containsOnly("DISABLED");
  }

  @Test
  void listNamesEachKeyAsAnEntryWould() {
    server.createKey(ring, "listed-ec", CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    server.createKey(ring, "listed-aes", CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION);
    List<RemoteKey> listed = lifecycle().list(context());
    assertThat(listed)
        .contains(
            new RemoteKey(
                Map.of("crypto-key", "listed-ec", "version", "1"),
                KeyType.EC_P256,
                "enabled",
                null),
            new RemoteKey(Map.of("crypto-key", "listed-aes"), KeyType.AES_256, "enabled", null));
    assertThat(
            backend()
                .key(entry(Map.of("crypto-key", "listed-ec", "version", "1")), context())
                .info()
                .type())
        .isEqualTo(KeyType.EC_P256);
  }

  private static boolean roundTrip(BackendKey key) {
    SecretEncrypting encrypting = key.capability(SecretEncrypting.class).orElseThrow();
    byte[] sealed = encrypting.encrypt(EncryptionAlgorithm.SERVICE, MESSAGE, AAD, null, context());
    return Arrays.equals(
        MESSAGE, encrypting.decrypt(EncryptionAlgorithm.SERVICE, sealed, AAD, context()));
  }

  private List<String> states(String key) {
    return java.util.stream.Stream.of("1", "2", "3")
        .map(
            number -> {
              try {
                return server.version(key + "/cryptoKeyVersions/" + number).getState();
              } catch (RuntimeException absent) {
                return CryptoKeyVersionState.CRYPTO_KEY_VERSION_STATE_UNSPECIFIED;
              }
            })
        .filter(state -> state != CryptoKeyVersionState.CRYPTO_KEY_VERSION_STATE_UNSPECIFIED)
        .map(Enum::name)
        .toList();
  }

  private KeyLifecycle lifecycle() {
    return lifecycle(Transport.GRPC);
  }

  private KeyLifecycle lifecycle(Transport transport) {
    return backend(transport).capability(KeyLifecycle.class).orElseThrow();
  }
}
