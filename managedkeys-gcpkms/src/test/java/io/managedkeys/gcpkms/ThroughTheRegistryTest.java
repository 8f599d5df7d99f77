package io.managedkeys.gcpkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Namespace;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.ThrottledException;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.ManagedKeysBuilder;
import io.managedkeys.testkit.gcpkms.FaultTrigger;
import io.managedkeys.testkit.gcpkms.GcpKmsFault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a host sees: counts, faults and recovery with the registry's chain above the backend. */
class ThroughTheRegistryTest extends BackendTest {
  @TempDir Path folder;

  private ManagedKeysBuilder host(Transport transport) {
    return ManagedKeys.builder()
        .pinsFile(folder.resolve("pins"))
        .backend("gcp", "gcpkms", backendFields(transport));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void privateKeyOperationIsOneRequestAndAPublicOneNone(Transport transport) {
    String signer = shared(CryptoKeyVersionAlgorithm.RSA_SIGN_PSS_2048_SHA256);
    String opener = shared(CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_2048_SHA256);
    String symmetric = shared(CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION);
    for (int run = 1; run <= 2; run++) {
      try (ManagedKeys keys =
          host(transport)
              .key("gcp:signer", Map.of("crypto-key", signer))
              .key("gcp:opener", Map.of("crypto-key", opener, "usages", "encrypt,decrypt"))
              .key("gcp:symmetric", Map.of("crypto-key", symmetric, "usages", "encrypt,decrypt"))
              .open()) {
        server.requests().reset();
        keys.key("gcp:signer").publicKey();
        keys.key("gcp:opener").publicKey();
        if (run == 2) {
          // The pins file holds the public keys.
          assertThat(server.requests().total()).isZero();
        }
        // A secret key proves by its witness, once a process, that it is the same.
        keys.key("gcp:symmetric").info();
        server.requests().reset();
        ManagedKey key = keys.key("gcp:signer");
        byte[] message = new byte[100_000];
        byte[] signature = key.sign(SignatureAlgorithm.RSA_PSS_SHA256, message);
        assertThat(server.requests().byMethod()).isEqualTo(Map.of("AsymmetricSign", 1L));
        assertThat(key.verify(SignatureAlgorithm.RSA_PSS_SHA256, message, signature)).isTrue();
        signature[5] ^= 1;
        assertThat(key.verify(SignatureAlgorithm.RSA_PSS_SHA256, message, signature)).isFalse();
        byte[] sealed = keys.key("gcp:opener").encrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, AAD);
        assertThat(server.requests().total()).isEqualTo(1);
        assertThat(keys.key("gcp:opener").decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, sealed))
            .isEqualTo(AAD);
        byte[] opaque =
            keys.key("gcp:symmetric").encrypt(EncryptionAlgorithm.SERVICE, MESSAGE, AAD);
        assertThat(keys.key("gcp:symmetric").decrypt(EncryptionAlgorithm.SERVICE, opaque, AAD))
            .isEqualTo(MESSAGE);
        assertThat(server.requests().byMethod())
            .isEqualTo(
                Map.of(
                    "AsymmetricSign", 1L, "AsymmetricDecrypt", 1L, "Encrypt", 1L, "Decrypt", 1L));
      }
    }
  }

  @Test
  void generatedKeyWhoseAnswerWasLostIsOneKeyAndWorks() {
    try (ManagedKeys keys =
        host(Transport.GRPC)
            .key("gcp:ca", Map.of("crypto-key", "ca", "allow-generate-key", "true"))
            .open()) {
      server.faults().add(GcpKmsFault.cutAfterActing(), FaultTrigger.on("CreateCryptoKey").nth(1));
      keys.registry().generate(Namespace.ROOT, KeyRef.parse("gcp:ca"), KeyType.EC_P384);
      keys.key("gcp:ca").sign(SignatureAlgorithm.ECDSA_SHA384, MESSAGE);
      assertThat(server.requests().of("CreateCryptoKey")).isEqualTo(1);
    }
  }

  @Test
  void throttlingAndCutsAreRepeatedByOneLayerAndNoSignatureIsWrong() throws Exception {
    String signer = shared(CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    try (ManagedKeys keys =
        host(Transport.GRPC).key("gcp:k", Map.of("crypto-key", signer)).open()) {
      ManagedKey key = keys.key("gcp:k");
      key.publicKey();
      server
          .faults()
          .add(
              GcpKmsFault.throttle(Duration.ofMillis(20)),
              FaultTrigger.on("AsymmetricSign").percent(20, 3));
      server.faults().add(GcpKmsFault.cut(), FaultTrigger.on("AsymmetricSign").percent(5, 4));
      server
          .faults()
          .add(GcpKmsFault.wrongChecksum(), FaultTrigger.on("AsymmetricSign").percent(3, 5));
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
          } catch (ExecutionException e) {
            assertThat(e.getCause())
                .isInstanceOfAny(ThrottledException.class, BackendUnavailableException.class);
            refused++;
          }
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(right + refused).isEqualTo(120);
      // One connection carries all calls, so a cut fails its neighbours too, and the circuit may
      // open: how many got through is chance. That each was tried three times at most is not.
      assertThat(right).isPositive();
      assertThat(server.requests().of("AsymmetricSign")).isLessThanOrEqualTo(360);
      server.faults().clear();
      recovers(key);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void stallEndsAtTheCallsDeadlineAndTheBackendIsUsedAgain(Transport transport) {
    String signer = shared(CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    try (ManagedKeys keys = host(transport).key("gcp:k", Map.of("crypto-key", signer)).open()) {
      ManagedKey key = keys.key("gcp:k");
      key.publicKey();
      server.faults().add(GcpKmsFault.stall(), FaultTrigger.on("AsymmetricSign").nth(1));
      long start = System.nanoTime();
      assertThatThrownBy(
              () ->
                  key.within(Duration.ofMillis(700)).sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE))
          .isInstanceOf(BackendUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
      recovers(key);
    }
  }

  @Test
  void expiredCredentialsAndADisabledKeyInTheMiddleAreNotRepeated() {
    String version =
        server.createKey(ring, "middle", CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    try (ManagedKeys keys =
        host(Transport.GRPC).key("gcp:k", Map.of("crypto-key", "middle")).open()) {
      ManagedKey key = keys.key("gcp:k");
      key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
      server.requests().reset();
      server
          .faults()
          .add(GcpKmsFault.expiredCredentials(), FaultTrigger.on("AsymmetricSign").nth(1));
      assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE))
          .isInstanceOf(BackendAuthenticationException.class);
      server.setEnabled(version, false);
      assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE))
          .isInstanceOfSatisfying(
              KeyStateException.class,
              e -> {
                assertThat(e.backend()).isEqualTo("gcp");
                assertThat(e.key()).contains("k");
                assertThat(e.operation()).isEqualTo("sign");
                assertThat(e.serviceCode()).isEqualTo("FAILED_PRECONDITION/KEY_DISABLED");
                assertThat(e.requestId()).isNotBlank();
              });
      assertThat(server.requests().of("AsymmetricSign")).isEqualTo(2);
      server.setEnabled(version, true);
      recovers(key);
    }
  }

  @Test
  void signatureOfAnotherKeyIsNotReleased() {
    String signer = shared(CryptoKeyVersionAlgorithm.EC_SIGN_ED25519);
    try (ManagedKeys keys =
        host(Transport.GRPC).key("gcp:k", Map.of("crypto-key", signer)).open()) {
      ManagedKey key = keys.key("gcp:k");
      key.publicKey();
      server.faults().add(GcpKmsFault.wrongName(), FaultTrigger.on("AsymmetricSign").nth(1));
      assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ED25519, MESSAGE))
          .isInstanceOf(IdentityChangedException.class);
      // A damaged answer is asked for again, and the next one is right.
      server.faults().add(GcpKmsFault.corruptData(), FaultTrigger.on("AsymmetricSign").nth(1));
      server.requests().reset();
      byte[] signature = key.sign(SignatureAlgorithm.ED25519, MESSAGE);
      assertThat(server.requests().of("AsymmetricSign")).isEqualTo(2);
      assertThat(key.verify(SignatureAlgorithm.ED25519, MESSAGE, signature)).isTrue();
    }
  }

  /** The circuit may rest a moment after failures; without a restart it closes again. */
  private static void recovers(ManagedKey key) {
    ManagedKeyException last = null;
    for (int i = 0; i < 100; i++) {
      try {
        key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
        return;
      } catch (ThrottledException | BackendUnavailableException e) {
        last = e;
        try {
          Thread.sleep(100);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(interrupted);
        }
      }
    }
    throw new AssertionError("the backend was not used again", last);
  }
}
