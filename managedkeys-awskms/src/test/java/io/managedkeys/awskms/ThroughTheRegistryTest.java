package io.managedkeys.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Namespace;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.ThrottledException;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.ManagedKeysBuilder;
import io.managedkeys.testkit.awskms.AwsKmsServer;
import io.managedkeys.testkit.awskms.Fault;
import io.managedkeys.testkit.awskms.ReceivedRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/** What a host sees: counts, faults and lifecycle with the registry's chain above the backend. */
class ThroughTheRegistryTest {
  private static final byte[] MESSAGE = new byte[100_000];

  @TempDir Path folder;
  private AwsKmsServer server;
  private Fixture fixture;

  @BeforeEach
  void start() {
    server = AwsKmsServer.start();
    fixture = new Fixture(server);
  }

  @AfterEach
  void stop() {
    fixture.close();
    server.close();
  }

  private ManagedKeysBuilder host() {
    return ManagedKeys.builder()
        .pinsFile(folder.resolve("pins"))
        .backend("aws", "awskms", Fixture.fields(server));
  }

  @Test
  void aPrivateKeyOperationIsOneRequestAndAPublicOneNone() {
    String signer = fixture.create(KeySpec.RSA_2048, KeyUsageType.SIGN_VERIFY);
    String opener = fixture.create(KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT);
    String symmetric = fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    for (int run = 1; run <= 2; run++) {
      try (ManagedKeys keys =
          host()
              .key("aws:signer", Map.of("key-id", signer))
              .key("aws:opener", Map.of("key-id", opener, "usages", "encrypt,decrypt"))
              .key("aws:symmetric", Map.of("key-id", symmetric, "usages", "encrypt,decrypt"))
              .open()) {
        server.requests().reset();
        keys.key("aws:signer").publicKey();
        keys.key("aws:opener").publicKey();
        keys.key("aws:symmetric").info();
        // The second run finds every key in the pins file and asks the service nothing.
        assertThat(actions())
            .containsExactlyElementsOf(
                run == 1
                    ? List.of(
                        "DescribeKey", "GetPublicKey", "DescribeKey", "GetPublicKey", "DescribeKey")
                    : List.of());

        server.requests().reset();
        ManagedKey key = keys.key("aws:signer");
        byte[] signature = key.sign(SignatureAlgorithm.RSA_PSS_SHA256, MESSAGE);
        assertThat(actions()).containsExactly("Sign");
        assertThat(key.verify(SignatureAlgorithm.RSA_PSS_SHA256, MESSAGE, signature)).isTrue();
        signature[5] ^= 1;
        assertThat(key.verify(SignatureAlgorithm.RSA_PSS_SHA256, MESSAGE, signature)).isFalse();
        byte[] sealed =
            keys.key("aws:opener").encrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, new byte[] {1});
        assertThat(actions()).containsExactly("Sign");
        keys.key("aws:opener").decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, sealed);
        byte[] opaque =
            keys.key("aws:symmetric")
                .encrypt(EncryptionAlgorithm.SERVICE, new byte[] {1}, new byte[] {2});
        keys.key("aws:symmetric").decrypt(EncryptionAlgorithm.SERVICE, opaque, new byte[] {2});
        assertThat(actions()).containsExactly("Sign", "Decrypt", "Encrypt", "Decrypt");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CreateKey", "CreateAlias"})
  void aGeneratedKeyWhoseAnswerWasLostIsOneKeyAndWorks(String action) {
    try (ManagedKeys keys =
        host().key("aws:ca", Map.of("alias", "ca", "allow-generate-key", "true")).open()) {
      server.faults().on(action).nth(1, Fault.loseAnswer());
      keys.registry().generate(Namespace.ROOT, KeyRef.parse("aws:ca"), KeyType.EC_P384);
      keys.key("aws:ca").sign(SignatureAlgorithm.ECDSA_SHA384, MESSAGE);
      assertThat(fixture.sdk.listKeys().keys()).hasSize(1);
      assertThat(server.requests().count("CreateKey")).isEqualTo(1);
    }
  }

  @Test
  void throttlingAndCutsAreRepeatedByOneLayerAndNoSignatureIsWrong() throws Exception {
    String signer = fixture.create(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
    try (ManagedKeys keys = host().key("aws:k", Map.of("key-id", signer)).open()) {
      ManagedKey key = keys.key("aws:k");
      key.publicKey();
      server.faults().on("Sign").share(0.20, 3, Fault.throttle());
      server.faults().on("Sign").share(0.05, 4, Fault.cutConnection());
      server.requests().reset();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      int right = 0;
      int refused = 0;
      try {
        List<Future<Boolean>> outcomes =
            threads.invokeAll(
                IntStream.range(0, 120)
                    .mapToObj(
                        i ->
                            (Callable<Boolean>)
                                () -> {
                                  byte[] message = {(byte) i};
                                  return key.verify(
                                      SignatureAlgorithm.ECDSA_SHA256,
                                      message,
                                      key.sign(SignatureAlgorithm.ECDSA_SHA256, message));
                                })
                    .toList());
        for (Future<Boolean> outcome : outcomes) {
          try {
            assertThat(outcome.get()).isTrue();
            right++;
          } catch (java.util.concurrent.ExecutionException e) {
            assertThat(e.getCause())
                .isInstanceOfAny(ThrottledException.class, BackendUnavailableException.class);
            refused++;
          }
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(right + refused).isEqualTo(120);
      // A quarter of the requests fail; repeating within its budget saves most calls.
      assertThat(right).isGreaterThan(95);
      assertThat(server.requests().count("Sign")).isBetween(120L, 180L);
    }
  }

  @Test
  void aStallEndsAtTheCallsDeadlineAndTheBackendIsUsedAgain() {
    String signer = fixture.create(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
    try (ManagedKeys keys = host().key("aws:k", Map.of("key-id", signer)).open()) {
      ManagedKey key = keys.key("aws:k").within(Duration.ofMillis(700));
      key.publicKey();
      server.faults().on("Sign").next(1, Fault.stall(Duration.ofSeconds(30)));
      long start = System.nanoTime();
      assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE))
          .isInstanceOf(BackendUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
      keys.key("aws:k").sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
    }
  }

  @Test
  void aSignatureOfTheWrongKeyIsNotReleased() {
    String signer = fixture.create(KeySpec.ECC_NIST_EDWARDS25519, KeyUsageType.SIGN_VERIFY);
    try (ManagedKeys keys = host().key("aws:k", Map.of("key-id", signer)).open()) {
      server.faults().on("Sign").next(1, Fault.corruptAnswer());
      assertThatThrownBy(() -> keys.key("aws:k").sign(SignatureAlgorithm.ED25519, new byte[] {1}))
          .isInstanceOf(ManagedKeyException.class);
      server.faults().on("Sign").next(1, Fault.otherKeyId());
      assertThatThrownBy(() -> keys.key("aws:k").sign(SignatureAlgorithm.ED25519, new byte[] {1}))
          .isInstanceOf(IdentityChangedException.class);
      keys.key("aws:k").sign(SignatureAlgorithm.ED25519, new byte[] {1});
    }
  }

  @Test
  void failuresNameBackendKeyOperationCodeAndRequest() {
    String signer = fixture.create(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
    try (ManagedKeys keys = host().key("aws:k", Map.of("key-id", signer)).open()) {
      keys.key("aws:k").publicKey();
      server.requests().reset();
      fixture.sdk.disableKey(r -> r.keyId(signer));
      assertThatThrownBy(() -> keys.key("aws:k").sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE))
          .isInstanceOfSatisfying(
              ManagedKeyException.class,
              e -> {
                ReceivedRequest last =
                    server.requests().all().get(server.requests().all().size() - 1);
                assertThat(e.backend()).isEqualTo("aws");
                assertThat(e.key()).contains("k");
                assertThat(e.operation()).isEqualTo("sign");
                assertThat(e.serviceCode()).isEqualTo("DisabledException");
                assertThat(e.requestId()).isEqualTo(last.requestId());
              });
    }
  }

  private List<String> actions() {
    return server.requests().all().stream().map(ReceivedRequest::action).toList();
  }
}
