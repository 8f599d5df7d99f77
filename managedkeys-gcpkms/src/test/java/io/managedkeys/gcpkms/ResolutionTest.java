package io.managedkeys.gcpkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import io.managedkeys.AmbiguousKeyException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.testkit.gcpkms.FaultTrigger;
import io.managedkeys.testkit.gcpkms.GcpKmsFault;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From an entry to one version, and what that costs in requests. */
class ResolutionTest extends BackendTest {

  @Test
  void pinnedKeyIsBoundWithoutARequest() {
    for (CryptoKeyVersionAlgorithm algorithm :
        new CryptoKeyVersionAlgorithm[] {
          CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256,
          CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_65,
          CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_2048_SHA256,
          CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION,
          CryptoKeyVersionAlgorithm.AES_256_GCM,
          CryptoKeyVersionAlgorithm.HMAC_SHA256
        }) {
      KeyConfig entry = entry(shared(algorithm));
      BackendKey first = backend().key(entry, context());
      Pin pin = Pin.decode(Pin.of(first.info(), null).encode());
      server.requests().reset();
      BackendKey again = backend().key(entry.withPin(pin), context());
      assertThat(server.requests().total()).isZero();
      assertThat(again.getClass()).isEqualTo(first.getClass());
      assertThat(again.info().resolvedId()).isEqualTo(first.info().resolvedId());
      assertThat(again.info().limits()).isEqualTo(first.info().limits());
      assertThat(pin.fits(again.info())).isTrue();
    }
  }

  @Test
  void oneEnabledVersionIsFoundAndTwoAreAmbiguous() {
    String id = "versions";
    String first = server.createKey(ring, id, CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    KeyConfig entry = entry(id);
    Pin pin = Pin.of(backend().key(entry, context()).info(), null);
    KeyLifecycle lifecycle = backend().capability(KeyLifecycle.class).orElseThrow();
    lifecycle.generate(
        entry(Map.of("crypto-key", id, "version", "2")),
        io.managedkeys.KeyType.EC_P256,
        UUID.randomUUID(),
        context());
    assertThatThrownBy(() -> key(id))
        .isInstanceOf(AmbiguousKeyException.class)
        .hasMessageContaining("1 (ENABLED) 2 (ENABLED)");
    BackendKey second = backend().key(entry(Map.of("crypto-key", id, "version", "2")), context());
    assertThat(second.info().version()).contains("2");
    assertThat(second.info().spki().orElseThrow()).isNotEqualTo(pin.spki().orElseThrow());
    // The pin goes on meaning what it meant.
    assertThat(backend().key(entry.withPin(pin), context()).info().resolvedId()).contains(first);
    server.setEnabled(first, false);
    assertThat(key(id).info().version()).contains("2");
  }

  @Test
  void entryThatNamesAnotherKeyThanItsPinIsRefused() {
    Pin pin = Pin.of(key(shared(CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256)).info(), null);
    server.requests().reset();
    assertThatThrownBy(() -> backend().key(entry("another").withPin(pin), context()))
        .isInstanceOf(IdentityChangedException.class);
    assertThatThrownBy(
            () ->
                backend()
                    .key(
                        entry(
                                Map.of(
                                    "crypto-key",
                                    shared(CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256),
                                    "version",
                                    "7"))
                            .withPin(pin),
                        context()))
        .isInstanceOf(IdentityChangedException.class);
    assertThat(server.requests().total()).isZero();
  }

  @Test
  void missingKeyMissingVersionAndUnusableStateAreToldApart() {
    assertThatThrownBy(() -> key("none")).isInstanceOf(KeyNotFoundException.class);
    String id = "states";
    String version = server.createKey(ring, id, CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    assertThatThrownBy(
            () -> backend().key(entry(Map.of("crypto-key", id, "version", "9")), context()))
        .isInstanceOf(KeyNotFoundException.class);
    server.setEnabled(version, false);
    assertThatThrownBy(() -> key(id))
        .isInstanceOf(KeyStateException.class)
        .hasMessageContaining("1 (DISABLED)");
    assertThatThrownBy(
            () -> backend().key(entry(Map.of("crypto-key", id, "version", "1")), context()))
        .isInstanceOf(KeyStateException.class);
  }

  @Test
  void versionOfAServiceVersionedKeyAndAContradictingAlgorithmAreRefused() {
    String symmetric = shared(CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION);
    assertThatThrownBy(
            () -> backend().key(entry(Map.of("crypto-key", symmetric, "version", "1")), context()))
        .isInstanceOf(InvalidConfigurationException.class);
    assertThatThrownBy(
            () ->
                backend()
                    .key(
                        entry(Map.of("crypto-key", symmetric, "algorithm", "AES_256_GCM")),
                        context()))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("GOOGLE_SYMMETRIC_ENCRYPTION");
  }

  @Test
  void algorithmThatIsNotOfferedIsRefusedByName() {
    server.createKey(ring, "cbc", CryptoKeyVersionAlgorithm.AES_256_CBC);
    assertThatThrownBy(() -> key("cbc"))
        .isInstanceOf(UnsupportedKeyOperationException.class)
        .hasMessageContaining("AES_256_CBC");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void unpinnedResolutionAsksThreeTimesAndEachOperationOnce(Transport transport) {
    String id = shared(CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    server.requests().reset();
    key(transport, id);
    assertThat(server.requests().byMethod())
        .isEqualTo(Map.of("GetCryptoKey", 1L, "ListCryptoKeyVersions", 1L, "GetPublicKey", 1L));
    server.requests().reset();
    backend(transport).key(entry(Map.of("crypto-key", id, "version", "1")), context());
    assertThat(server.requests().byMethod())
        .isEqualTo(Map.of("GetCryptoKeyVersion", 1L, "GetPublicKey", 1L));
  }

  @Test
  void hsmKeyTakesEightKibibytesWithItsAssociatedData() {
    KeyLifecycle lifecycle = backend().capability(KeyLifecycle.class).orElseThrow();
    KeyConfig entry =
        entry(Map.of("crypto-key", "hsm", "protection-level", "HSM"), Usage.ENCRYPT, Usage.DECRYPT);
    lifecycle.generate(entry, io.managedkeys.KeyType.AES_256, UUID.randomUUID(), context());
    BackendKey key = backend().key(entry, context());
    assertThat(key.info().limits().plaintext()).isEqualTo(8192);
    SecretEncrypting encrypting = key.capability(SecretEncrypting.class).orElseThrow();
    byte[] fits = new byte[8192 - AAD.length];
    encrypting.encrypt(EncryptionAlgorithm.SERVICE, fits, AAD, null, context());
    server.requests().reset();
    assertThatThrownBy(
            () ->
                encrypting.encrypt(
                    EncryptionAlgorithm.SERVICE, new byte[8192], AAD, null, context()))
        .isInstanceOf(InvalidInputException.class);
    assertThat(server.requests().total()).isZero();
  }

  @Test
  void healthIsARealOperationOfEachKind() {
    for (CryptoKeyVersionAlgorithm algorithm :
        new CryptoKeyVersionAlgorithm[] {
          CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256,
          CryptoKeyVersionAlgorithm.EC_SIGN_ED25519,
          CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_65_EXTERNAL_MU,
          CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_2048_SHA256,
          CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION,
          CryptoKeyVersionAlgorithm.AES_256_GCM,
          CryptoKeyVersionAlgorithm.HMAC_SHA256
        }) {
      BackendKey key = key(shared(algorithm));
      server.requests().reset();
      Health health = backend().check(key, context());
      assertThat(health.up()).as("%s: %s", algorithm, health.detail()).isTrue();
      assertThat(server.requests().total()).isEqualTo(1);
    }
    assertThat(backend().check(null, context()).up()).isTrue();
    server.faults().add(GcpKmsFault.unavailable(), FaultTrigger.always());
    assertThat(backend().check(null, context()).up()).isFalse();
    server.faults().clear();
    server
        .faults()
        .add(
            GcpKmsFault.error(com.google.rpc.Code.PERMISSION_DENIED, "no"),
            FaultTrigger.on("ListCryptoKeys"));
    assertThat(backend().check(null, context()).up()).isTrue();
    server.faults().clear();
    server.faults().add(GcpKmsFault.expiredCredentials(), FaultTrigger.on("ListCryptoKeys"));
    assertThat(backend().check(null, context()).up()).isFalse();
  }
}
