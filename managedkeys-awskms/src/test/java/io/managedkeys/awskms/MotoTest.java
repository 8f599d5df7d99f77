package io.managedkeys.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Namespace;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.SecretEncrypting;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The backend on a server that others wrote. {@link Gaps} holds all that moto 5.2.1 does otherwise than
 * the service, each with its evidence: a gap that closes fails its test here, and goes into the contract.
 */
class MotoTest {
  private static MotoServer server;
  private static KeyBackend backend;
  private static int number;

  @BeforeAll
  static void start() throws Exception {
    server = MotoServer.start();
    backend = Fixture.open(fields(), TestHost.BARE);
  }

  @AfterAll
  static void stop() throws Exception {
    if (backend != null) {
      backend.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static Map<String, String> fields() {
    return Map.of(
        "region",
        "eu-central-1",
        "endpoint",
        server.endpoint().toString(),
        "access-key",
        "any",
        "secret-key",
        "any");
  }

  private static KeyConfig generate(KeyType type, Usage usage) {
    number++;
    KeyConfig entry = Fixture.entry(Map.of("alias", "moto-" + number), usage);
    backend
        .capability(KeyLifecycle.class)
        .orElseThrow()
        .generate(entry, type, UUID.randomUUID(), Fixture.soon());
    return entry;
  }

  private static <C> C key(KeyConfig entry, Class<C> capability) {
    return backend.key(entry, Fixture.soon()).capability(capability).orElseThrow();
  }

  @Test
  void aGeneratedKeyIsTaggedNamedAndListed() {
    KeyConfig entry = Fixture.entry(Map.of("alias", "moto-listed"), Usage.ENCRYPT);
    UUID tag = UUID.randomUUID();
    KeyLifecycle lifecycle = backend.capability(KeyLifecycle.class).orElseThrow();
    var made = lifecycle.generate(entry, KeyType.AES_256, tag, Fixture.soon());
    assertThat(lifecycle.findByTag(tag, Fixture.soon())).contains(made);
    assertThat(lifecycle.list(Fixture.soon())).contains(made);
    assertThat(backend.key(entry, Fixture.soon()).info().resolvedId())
        .contains(made.fields().get("key-id"));
  }

  @Test
  void aSymmetricKeyAuthenticatesAssociatedDataAndOutlivesItsRotation() {
    KeyConfig entry = generate(KeyType.AES_256, Usage.ENCRYPT);
    SecretEncrypting key = key(entry, SecretEncrypting.class);
    byte[] sealed =
        key.encrypt(
            EncryptionAlgorithm.SERVICE, new byte[] {1}, new byte[] {2}, null, Fixture.soon());
    backend
        .capability(KeyLifecycle.class)
        .orElseThrow()
        .rotate(entry, UUID.randomUUID(), Fixture.soon());
    assertThat(key.decrypt(EncryptionAlgorithm.SERVICE, sealed, new byte[] {2}, Fixture.soon()))
        .containsExactly(1);
    assertThatThrownBy(
            () -> key.decrypt(EncryptionAlgorithm.SERVICE, sealed, new byte[] {3}, Fixture.soon()))
        .isInstanceOf(InvalidCiphertextException.class);
  }

  @ParameterizedTest
  @CsvSource({"HMAC-SHA224", "HMAC-SHA256", "HMAC-SHA384", "HMAC-SHA512"})
  void aMacHasFullLengthAndRepeats(String type) {
    KeyConfig entry = generate(KeyType.parse(type), Usage.MAC);
    BackendKey key = backend.key(entry, Fixture.soon());
    MacAlgorithm algorithm = key.info().macAlgorithms().iterator().next();
    Macing macing = key.capability(Macing.class).orElseThrow();
    assertThat(macing.mac(algorithm, new byte[] {1}, Fixture.soon()))
        .hasSize(algorithm.length())
        .isEqualTo(macing.mac(algorithm, new byte[] {1}, Fixture.soon()));
  }

  @ParameterizedTest
  @CsvSource({"RSA-2048", "EC-P256", "EC-P384", "EC-P521", "EC-SECP256K1"})
  void aSigningKeyShowsItsPublicKey(String type) {
    KeyConfig entry = generate(KeyType.parse(type), Usage.SIGN);
    BackendKey key = backend.key(entry, Fixture.soon());
    assertThat(key.info().type()).isEqualTo(KeyType.parse(type));
    assertThat(key.info().spki()).isPresent();
  }

  @Test
  void aMissingKeyIsNotFound() {
    assertThatThrownBy(
            () ->
                backend.key(
                    Fixture.entry(Map.of("key-id", UUID.randomUUID().toString())), Fixture.soon()))
        .isInstanceOf(KeyNotFoundException.class);
  }

  @Test
  void theBackendIsHealthy() {
    assertThat(backend.check(null, Fixture.soon()).up()).isTrue();
  }

  /** What moto does otherwise. Seen on 2026-11-22 with moto 5.2.1 and the SDK 2.56.0. */
  @Nested
  class Gaps {
    /** MessageType=DIGEST is hashed once more, so the signature is over another message. */
    @Test
    void aDigestIsHashedTwiceAndTheRegistryDropsTheSignature() {
      try (ManagedKeys keys =
          ManagedKeys.builder()
              .backend("aws", "awskms", fields())
              .key("aws:k", Map.of("alias", "moto-digest", "allow-generate-key", "true"))
              .open()) {
        ManagedKey key =
            keys.registry().generate(Namespace.ROOT, KeyRef.parse("aws:k"), KeyType.EC_P256);
        assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, new byte[] {1}))
            .isInstanceOf(ManagedKeyException.class);
      }
    }

    /** DisableKey takes the bare id only and answers an ARN, which the service takes, with 500. */
    @Test
    void aKeyIsNotDisabledByItsArn() {
      KeyConfig entry = generate(KeyType.AES_256, Usage.ENCRYPT);
      KeyLifecycle lifecycle = backend.capability(KeyLifecycle.class).orElseThrow();
      assertThatThrownBy(() -> lifecycle.disable(entry, Fixture.soon()))
          .isInstanceOf(BackendUnavailableException.class);
    }

    /** No Ed25519 and no ML-DSA: a typed refusal. */
    @ParameterizedTest
    @CsvSource({"ED25519", "ML-DSA-44"})
    void newerKeyTypesAreRefused(String type) {
      assertThatThrownBy(() -> generate(KeyType.parse(type), Usage.SIGN))
          .isInstanceOf(ManagedKeyException.class);
    }

    /** DeriveSharedSecret answers 500. */
    @Test
    void agreementIsNotThere() {
      KeyConfig entry = generate(KeyType.EC_P256, Usage.AGREE);
      BackendKey key = backend.key(entry, Fixture.soon());
      assertThat(backend.check(key, Fixture.soon()).up()).isFalse();
    }
  }
}
