package io.managedkeys.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.ThrottledException;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.codec.Spki;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.DataKeys;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.testkit.awskms.AwsKmsServer;
import io.managedkeys.testkit.awskms.Fault;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/** What goes wrong gets its type within the deadline, gives no wrong result, and passes by itself. */
class FaultTest {
  private AwsKmsServer server;
  private Fixture fixture;
  private String arn;
  private Signing signing;

  @BeforeEach
  void open() {
    server = AwsKmsServer.start();
    fixture = new Fixture(server);
    arn = fixture.create(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
    signing = fixture.key(arn, Signing.class);
    server.requests().reset();
  }

  @AfterEach
  void close() {
    fixture.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "NotFoundException, 400, io.managedkeys.KeyNotFoundException, false",
    "DisabledException, 400, io.managedkeys.KeyStateException, false",
    "KMSInvalidStateException, 400, io.managedkeys.KeyStateException, false",
    "KeyUnavailableException, 500, io.managedkeys.BackendUnavailableException, true",
    "DependencyTimeoutException, 500, io.managedkeys.BackendUnavailableException, true",
    "KMSInternalException, 500, io.managedkeys.BackendUnavailableException, true",
    "InvalidCiphertextException, 400, io.managedkeys.InvalidCiphertextException, false",
    "IncorrectKeyException, 400, io.managedkeys.InvalidCiphertextException, false",
    "InvalidKeyUsageException, 400, io.managedkeys.UnsupportedKeyOperationException, false",
    "UnsupportedOperationException, 400, io.managedkeys.UnsupportedKeyOperationException, false",
    "AccessDeniedException, 400, io.managedkeys.UsageDeniedException, false",
    "InvalidGrantTokenException, 400, io.managedkeys.UsageDeniedException, false",
    "UnrecognizedClientException, 400, io.managedkeys.BackendAuthenticationException, false",
    "ExpiredTokenException, 400, io.managedkeys.BackendAuthenticationException, false",
    "InvalidSignatureException, 400, io.managedkeys.BackendAuthenticationException, false",
    "ThrottlingException, 400, io.managedkeys.ThrottledException, true",
    "ValidationException, 400, io.managedkeys.InvalidInputException, false",
    "SomethingNew, 429, io.managedkeys.ThrottledException, true",
    "SomethingNew, 503, io.managedkeys.BackendUnavailableException, true",
    "SomethingNew, 400, io.managedkeys.ManagedKeyException, false"
  })
  void everyCodeHasItsTypeAndKeepsCodeAndRequestId(
      String code, int status, String type, boolean retryable) throws Exception {
    server.faults().on("Sign").next(1, Fault.error(code, status));
    assertThatThrownBy(this::sign)
        .isExactlyInstanceOf(Class.forName(type))
        .isInstanceOfSatisfying(
            ManagedKeyException.class,
            e -> {
              assertThat(e.serviceCode()).isEqualTo(code);
              assertThat(e.requestId()).isEqualTo(server.requests().all().get(0).requestId());
              assertThat(e.retryable()).isEqualTo(retryable);
            });
    // One failure, one request: nothing below the registry repeats it.
    assertThat(server.requests().count()).isEqualTo(1);
    sign();
  }

  @Test
  void aThrottledCallCarriesTheServicesHint() {
    server.faults().on("Sign").next(1, Fault.throttle(Duration.ofSeconds(7)));
    assertThatThrownBy(this::sign)
        .isInstanceOfSatisfying(
            ThrottledException.class,
            e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(7)));
  }

  @Test
  void aCutConnectionIsUnavailableAndTheNextCallWorks() {
    server.faults().on("Sign").next(1, Fault.cutConnection());
    assertThatThrownBy(this::sign).isInstanceOf(BackendUnavailableException.class);
    sign();
    assertThat(server.requests().count()).isEqualTo(2);
  }

  @Test
  void aStallEndsAtTheDeadline() {
    server.faults().on("Sign").next(1, Fault.stall(Duration.ofSeconds(30)));
    long start = System.nanoTime();
    assertThatThrownBy(() -> sign(CallContext.within(Duration.ofMillis(400))))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("deadline");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    sign();
  }

  @Test
  void aDeadlineThatHasPassedCostsNoRequest() {
    assertThatThrownBy(() -> sign(new CallContext(System.nanoTime() - 1, 1)))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(server.requests().count()).isZero();
  }

  @Test
  void anInterruptedCallerStaysInterrupted() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(this::sign).isInstanceOf(BackendUnavailableException.class);
    } finally {
      // Also clears the flag for the tests that follow.
      assertThat(Thread.interrupted()).isTrue();
    }
    sign();
  }

  @Test
  void anAnswerOfAnotherKeyIsDropped() {
    server.faults().on("Sign").next(1, Fault.otherKeyId());
    assertThatThrownBy(this::sign)
        .isInstanceOfSatisfying(
            IdentityChangedException.class, e -> assertThat(e.requestId()).isNotNull());
    String symmetric = fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    SecretEncrypting sealing = fixture.key(symmetric, SecretEncrypting.class);
    server.faults().onAny().always(Fault.otherKeyId());
    assertThatThrownBy(
            () ->
                sealing.encrypt(
                    EncryptionAlgorithm.SERVICE, new byte[1], null, null, Fixture.soon()))
        .isInstanceOf(IdentityChangedException.class);
    assertThatThrownBy(
            () -> fixture.backend.key(Fixture.entry(Map.of("key-id", arn)), Fixture.soon()))
        .isInstanceOf(IdentityChangedException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, SIGN_VERIFY",
    "ECC_NIST_P256, SIGN_VERIFY",
    "ECC_NIST_EDWARDS25519, SIGN_VERIFY",
    "ML_DSA_44, SIGN_VERIFY",
    "HMAC_256, GENERATE_VERIFY_MAC",
    "ECC_NIST_P256, KEY_AGREEMENT"
  })
  void anAnswerWithoutItsFormIsDropped(KeySpec spec, KeyUsageType usage) {
    String other = fixture.create(spec, usage);
    BackendKey key = fixture.backend.key(Fixture.entry(Map.of("key-id", other)), Fixture.soon());
    server.faults().onAny().next(1, Fault.truncateAnswer());
    assertThat(fixture.backend.check(key, Fixture.soon()))
        .satisfies(
            health -> {
              assertThat(health.up()).isFalse();
              assertThat(health.detail()).contains("the answer is dropped");
            });
    assertThat(fixture.backend.check(key, Fixture.soon()).up()).isTrue();
  }

  @Test
  void aDataKeyOfAnotherLengthIsDropped() {
    String symmetric = fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    DataKeys making = fixture.key(symmetric, DataKeys.class);
    server.faults().on("GenerateDataKey").next(1, Fault.truncateAnswer());
    assertThatThrownBy(() -> making.generateDataKey(32, null, Fixture.soon()))
        .isInstanceOf(ManagedKeyException.class)
        .hasMessageContaining("a data key of 31 bytes");
  }

  @Test
  void aKeyDisabledInTheMiddleAndEnabledAgain() {
    sign();
    fixture.sdk.disableKey(r -> r.keyId(arn));
    assertThatThrownBy(this::sign).isInstanceOf(KeyStateException.class);
    assertThatThrownBy(
            () -> fixture.backend.key(Fixture.entry(Map.of("key-id", arn)), Fixture.soon()))
        .isInstanceOf(KeyStateException.class);
    fixture.sdk.enableKey(r -> r.keyId(arn));
    sign();
    fixture.sdk.scheduleKeyDeletion(r -> r.keyId(arn).pendingWindowInDays(7));
    assertThatThrownBy(this::sign).isInstanceOf(KeyStateException.class);
  }

  @Test
  void whatIsNotThereOrNotAllowedHasItsType() {
    assertThatThrownBy(
            () -> fixture.backend.key(Fixture.entry(Map.of("alias", "nothing")), Fixture.soon()))
        .isInstanceOf(KeyNotFoundException.class);
    server.faults().on("GenerateRandom").next(2, Fault.error("AccessDeniedException", 400));
    assertThatThrownBy(() -> ((AwsKmsBackend) fixture.backend).random(1, Fixture.soon()))
        .isInstanceOf(UsageDeniedException.class);
    // Refused the permission, but reached and authenticated: the backend is up.
    assertThat(fixture.backend.check(null, Fixture.soon()).up()).isTrue();
    server.faults().on("GenerateRandom").next(1, Fault.internalError());
    assertThat(fixture.backend.check(null, Fixture.soon()).up()).isFalse();
  }

  @Test
  void underThrottlingAndCutsEverySignatureThatComesIsRight() throws Exception {
    byte[] spki = fixture.sdk.getPublicKey(r -> r.keyId(arn)).publicKey().asByteArray();
    PublicKey publicKey = Spki.publicKey(spki);
    server.faults().on("Sign").share(0.20, 1, Fault.throttle());
    server.faults().on("Sign").share(0.05, 2, Fault.cutConnection());
    server.requests().reset();
    int calls = 200;
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      var outcomes =
          threads.invokeAll(
              IntStream.range(0, calls)
                  .mapToObj(
                      i ->
                          (Callable<String>)
                              () -> {
                                byte[] digest = HashAlgorithm.SHA256.digest(new byte[] {(byte) i});
                                try {
                                  byte[] signature =
                                      signing.sign(
                                          SignatureAlgorithm.ECDSA_SHA256,
                                          Message.digest(HashAlgorithm.SHA256, digest),
                                          Fixture.soon());
                                  Signature verifier = Signature.getInstance("SHA256withECDSA");
                                  verifier.initVerify(publicKey);
                                  verifier.update(new byte[] {(byte) i});
                                  return verifier.verify(signature) ? "right" : "wrong";
                                } catch (ThrottledException e) {
                                  return "throttled";
                                } catch (BackendUnavailableException e) {
                                  return "cut";
                                }
                              })
                  .toList());
      Map<String, Long> count =
          outcomes.stream()
              .map(
                  outcome -> {
                    try {
                      return outcome.get();
                    } catch (Exception e) {
                      return e.toString();
                    }
                  })
              .collect(
                  java.util.stream.Collectors.groupingBy(
                      outcome -> outcome, java.util.stream.Collectors.counting()));
      assertThat(count).containsOnlyKeys("right", "throttled", "cut");
      assertThat(count.get("throttled")).isBetween(20L, 60L);
      assertThat(count.get("cut")).isBetween(1L, 25L);
      assertThat(server.requests().count()).isEqualTo(calls);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void refusedCredentialsAreAuthenticationAndTheSecretIsNowhere() {
    Map<String, String> fields = Fixture.fields(server);
    fields.put("secret-key", "wrong-secret-value");
    try (var wrong = Fixture.open(fields, TestHost.BARE)) {
      assertThatThrownBy(() -> ((AwsKmsBackend) wrong).random(1, Fixture.soon()))
          .isInstanceOf(BackendAuthenticationException.class)
          .satisfies(
              e -> {
                for (Throwable t = e; t != null; t = t.getCause()) {
                  assertThat(t.toString()).doesNotContain("wrong-secret-value");
                }
              });
    }
  }

  private void sign() {
    sign(Fixture.soon());
  }

  private void sign(CallContext context) {
    signing.sign(
        SignatureAlgorithm.ECDSA_SHA256,
        Message.digest(HashAlgorithm.SHA256, new byte[32]),
        context);
  }
}
