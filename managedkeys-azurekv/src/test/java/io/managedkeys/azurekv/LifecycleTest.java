package io.managedkeys.azurekv;

import static io.managedkeys.azurekv.Fixture.call;
import static io.managedkeys.azurekv.Fixture.pinned;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.CREATE;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.GET;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.IMPORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyProperties;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.Message;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.RemoteKey;
import io.managedkeys.spi.Signing;
import io.managedkeys.testkit.azurekv.Fault;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleTest {
  private static Fixture fixture;
  private static KeyBackend backend;
  private static KeyLifecycle lifecycle;

  @BeforeAll
  static void open() {
    fixture = Fixture.vault();
    backend = fixture.open();
    lifecycle = backend.capability(KeyLifecycle.class).orElseThrow();
  }

  @AfterAll
  static void close() {
    backend.close();
    fixture.close();
  }

  @AfterEach
  void clear() {
    fixture.server.faults().clear();
    fixture.server.requests().clear();
  }

  @Test
  void aGeneratedKeyIsTaggedNarrowAndInsideTheHsm() {
    UUID tag = UUID.randomUUID();
    KeyConfig entry = entry("made", Usage.SIGN, Usage.VERIFY);

    RemoteKey made = lifecycle.generate(entry, KeyType.EC_P384, tag, call());

    KeyVaultKey inVault = fixture.sdk().getKey("made");
    assertThat(inVault.getKeyType().toString()).isEqualTo("EC-HSM");
    assertThat(inVault.getKeyOperations())
        .containsExactlyInAnyOrder(KeyOperation.SIGN, KeyOperation.VERIFY);
    assertThat(inVault.getProperties().isExportable()).isFalse();
    assertThat(made.fields())
        .containsEntry("key-name", "made")
        .containsEntry("key-version", inVault.getProperties().getVersion());
    assertThat(made.tag()).contains(tag);
    assertThat(made.type()).contains(KeyType.EC_P384);
    assertThat(made.state()).isEqualTo("enabled");
    sign(backend.key(entry, call()));
  }

  @Test
  void aSoftwareKeyIsMadeWhereItIsAskedFor() {
    KeyConfig entry = fixture.entry(Map.of("key-name", "soft", "protection", "software"));
    lifecycle.generate(entry, KeyType.RSA_2048, UUID.randomUUID(), call());
    assertThat(fixture.sdk().getKey("soft").getKeyType().toString()).isEqualTo("RSA");
  }

  @Test
  void nothingIsMadeUnderANameThatIsThere() {
    fixture.sdk().createEcKey(new CreateEcKeyOptions("theirs"));
    KeyConfig entry = entry("theirs", Usage.SIGN);

    assertThatThrownBy(() -> lifecycle.generate(entry, KeyType.EC_P256, UUID.randomUUID(), call()))
        .isInstanceOf(ConflictException.class);
    assertThatThrownBy(
            () ->
                lifecycle.importKey(
                    entry, KeyType.EC_P256, pkcs8("secp256r1"), UUID.randomUUID(), call()))
        .isInstanceOf(ConflictException.class);
    assertThat(versions("theirs")).hasSize(1);
    assertThat(fixture.server.requests().count(IMPORT)).isZero();
  }

  @Test
  void aVersionThatSlippedOntoAnothersKeyIsDisabledAndRefused() throws Exception {
    UUID tag = UUID.randomUUID();
    // Between the look-up and the act somebody else makes the key: the act is held back for that.
    fixture.server.faults().add(Fault.delay(Duration.ofMillis(1500)).on(CREATE).call(1));
    Thread other =
        new Thread(
            () -> {
              while (fixture.server.faults().struck() == 0) {
                Thread.onSpinWait();
              }
              fixture.sdk().createEcKey(new CreateEcKeyOptions("raced"));
            });
    other.start();

    assertThatThrownBy(
            () -> lifecycle.generate(entry("raced", Usage.SIGN), KeyType.EC_P256, tag, call()))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining(tag.toString());
    other.join();
    List<KeyProperties> versions = versions("raced");
    assertThat(versions).hasSize(2);
    for (KeyProperties version : versions) {
      boolean ours = tag.equals(Tags.id(version.getTags()));
      assertThat(version.isEnabled()).isEqualTo(!ours);
    }
  }

  @Test
  void aDeletedKeysNameIsAConflict() {
    fixture.sdk().createEcKey(new CreateEcKeyOptions("ghost"));
    fixture.sdk().beginDeleteKey("ghost").waitForCompletion(Duration.ofSeconds(20));

    assertThatThrownBy(
            () ->
                lifecycle.generate(
                    entry("ghost", Usage.SIGN), KeyType.EC_P256, UUID.randomUUID(), call()))
        .isInstanceOfSatisfying(
            ConflictException.class,
            e -> assertThat(e.serviceCode()).isEqualTo("ObjectIsDeletedButRecoverable"));
  }

  @Test
  void anActWhoseAnswerWasLostIsFoundByItsTagAndNotRepeated() {
    UUID tag = UUID.randomUUID();
    fixture.server.faults().add(Fault.cutAfter().on(CREATE));

    assertThatThrownBy(
            () -> lifecycle.generate(entry("lost", Usage.SIGN), KeyType.EC_P256, tag, call()))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(fixture.server.requests().count(CREATE)).isEqualTo(1);
    assertThat(lifecycle.findByTag(tag, call()))
        .hasValueSatisfying(key -> assertThat(key.fields()).containsEntry("key-name", "lost"));
    assertThat(lifecycle.findByTag(UUID.randomUUID(), call())).isEmpty();
  }

  @Test
  void rotationIsRefusedBecauseAVersionIsAKeyOfItsOwn() {
    KeyConfig entry = entry("turned", Usage.SIGN, Usage.VERIFY);
    lifecycle.generate(entry, KeyType.EC_P256, UUID.randomUUID(), call());
    KeyConfig pinned = pinned(entry, backend.key(entry, call()));

    assertThat(lifecycle.acts()).doesNotContain(KeyLifecycle.Act.ROTATE);
    assertThatThrownBy(() -> lifecycle.rotate(pinned, UUID.randomUUID(), call()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
    assertThat(versions("turned")).hasSize(1);
  }

  @Test
  void aLostAnswerAboutAVersionOnAnothersKeyIsNotAdopted() {
    UUID tag = UUID.randomUUID();
    fixture.server.faults().add(Fault.cutAfter().on(CREATE).call(1));
    assertThatThrownBy(
            () -> lifecycle.generate(entry("mixed", Usage.SIGN), KeyType.EC_P256, tag, call()))
        .isInstanceOf(BackendUnavailableException.class);
    fixture.sdk().rotateKey("mixed");

    assertThatThrownBy(() -> lifecycle.findByTag(tag, call()))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void disablingIsOfTheVersionAndCanBeUndone() {
    KeyConfig entry = entry("switch", Usage.SIGN);
    lifecycle.generate(entry, KeyType.EC_P256, UUID.randomUUID(), call());
    BackendKey key = backend.key(entry, call());
    KeyConfig pinned = pinned(entry, key);

    lifecycle.disable(pinned, call());
    assertThatThrownBy(() -> sign(key)).isInstanceOf(KeyStateException.class);
    lifecycle.enable(pinned, call());
    sign(key);
  }

  @Test
  void aDeletionIsScheduledAndTakenBack() {
    KeyConfig entry = entry("doomed", Usage.SIGN);
    lifecycle.generate(entry, KeyType.EC_P256, UUID.randomUUID(), call());
    BackendKey key = backend.key(entry, call());
    KeyConfig pinned = pinned(entry, key);

    assertThatThrownBy(() -> lifecycle.scheduleDestruction(pinned, Duration.ofDays(7), call()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
    assertThat(lifecycle.scheduleDestruction(pinned, null, call()))
        .isAfter(Instant.now().plus(Duration.ofDays(80)));
    assertThatThrownBy(() -> sign(key)).isInstanceOf(KeyNotFoundException.class);
    lifecycle.cancelDestruction(pinned, call());
    sign(key);
  }

  @Test
  void aKeyWithSeveralVersionsIsNotDeleted() {
    KeyConfig entry = entry("many", Usage.SIGN);
    lifecycle.generate(entry, KeyType.EC_P256, UUID.randomUUID(), call());
    KeyConfig pinned = pinned(entry, backend.key(entry, call()));
    fixture.sdk().rotateKey("many");

    assertThatThrownBy(() -> lifecycle.scheduleDestruction(pinned, null, call()))
        .isInstanceOf(ConflictException.class);
    assertThat(fixture.sdk().getKey("many")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void anImportedEcKeyIsTheSameKey(String curve) throws Exception {
    KeyPair pair = ecPair(curve);
    KeyType type =
        switch (curve) {
          case "secp256r1" -> KeyType.EC_P256;
          case "secp384r1" -> KeyType.EC_P384;
          default -> KeyType.EC_P521;
        };
    KeyConfig entry = entry("import-" + curve, Usage.SIGN);

    lifecycle.importKey(
        entry, type, SecretBytes.taking(pair.getPrivate().getEncoded()), UUID.randomUUID(), call());

    BackendKey key = backend.key(entry, call());
    assertThat(key.info().spki()).contains(pair.getPublic().getEncoded());
    sign(key);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anImportedRsaKeyIsTheSameKeyWithAndWithoutATransferBlob(boolean wrapped) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(3072);
    KeyPair pair = generator.generateKeyPair();
    if (wrapped) {
      fixture
          .sdk()
          .createRsaKey(
              new CreateRsaKeyOptions("exchange")
                  .setHardwareProtected(true)
                  .setKeyOperations(KeyOperation.IMPORT));
    }
    Map<String, String> fields =
        wrapped
            ? Map.of("key-name", "import-wrapped", "exchange-key", "exchange")
            : Map.of("key-name", "import-rsa", "protection", "software");
    KeyConfig entry = fixture.entry(fields, EnumSet.of(Usage.SIGN));

    lifecycle.importKey(
        entry,
        KeyType.RSA_3072,
        SecretBytes.taking(pair.getPrivate().getEncoded()),
        UUID.randomUUID(),
        call());

    BackendKey key = backend.key(entry, call());
    assertThat(key.info().spki()).contains(pair.getPublic().getEncoded());
    assertThat(fixture.sdk().getKey(fields.get("key-name")).getKeyType().toString())
        .isEqualTo(wrapped ? "RSA-HSM" : "RSA");
    sign(key);
  }

  @Test
  void materialThatIsNotOfTheTypeIsRefusedBeforeTheImport() {
    KeyConfig entry = entry("wrong", Usage.SIGN);
    for (KeyType type : List.of(KeyType.RSA_2048, KeyType.EC_P384)) {
      assertThatThrownBy(
              () -> lifecycle.importKey(entry, type, pkcs8("secp256r1"), UUID.randomUUID(), call()))
          .isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(
            () ->
                lifecycle.importKey(
                    entry,
                    KeyType.AES_256,
                    SecretBytes.taking(new byte[16]),
                    UUID.randomUUID(),
                    call()))
        .isInstanceOf(InvalidInputException.class);
    assertThat(fixture.server.requests().count(IMPORT)).isZero();
  }

  @Test
  void typesAndUsagesThatTheServiceLacksAreRefusedBeforeAnyRequest() {
    assertThatThrownBy(
            () ->
                lifecycle.generate(
                    entry("ed", Usage.SIGN), KeyType.ED25519, UUID.randomUUID(), call()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
    assertThatThrownBy(
            () ->
                lifecycle.generate(
                    entry("idle", Usage.DECRYPT), KeyType.EC_P256, UUID.randomUUID(), call()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
    assertThat(fixture.server.requests().count(CREATE)).isZero();
    assertThat(fixture.server.requests().count(GET)).isZero();
  }

  private static List<KeyProperties> versions(String name) {
    return fixture.sdk().listPropertiesOfKeyVersions(name).stream().toList();
  }

  private static KeyConfig entry(String name, Usage... usages) {
    return fixture.entry(Map.of("key-name", name), Set.of(usages));
  }

  private static SecretBytes pkcs8(String curve) {
    try {
      return SecretBytes.taking(ecPair(curve).getPrivate().getEncoded());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair ecPair(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static void sign(BackendKey key) {
    SignatureAlgorithm algorithm = key.info().signatureAlgorithms().iterator().next();
    byte[] digest = algorithm.hash().digest(new byte[3]);
    assertThat(
            key.capability(Signing.class)
                .orElseThrow()
                .sign(algorithm, Message.digest(algorithm.hash(), digest), call()))
        .isNotEmpty();
  }
}
