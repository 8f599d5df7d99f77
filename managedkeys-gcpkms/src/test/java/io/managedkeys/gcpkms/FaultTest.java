package io.managedkeys.gcpkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.rpc.Code;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.ThrottledException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.RandomSource;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.VerifyMac;
import io.managedkeys.testkit.gcpkms.FaultTrigger;
import io.managedkeys.testkit.gcpkms.GcpKmsFault;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One fault, one attempt, the right type; the next call works. */
class FaultTest extends BackendTest {

  static Stream<Arguments> statusCodes() {
    return Stream.of(Transport.values())
        .flatMap(
            transport ->
                Map.ofEntries(
                        Map.entry(Code.NOT_FOUND, KeyNotFoundException.class),
                        Map.entry(Code.ALREADY_EXISTS, ConflictException.class),
                        Map.entry(Code.UNAUTHENTICATED, BackendAuthenticationException.class),
                        Map.entry(Code.PERMISSION_DENIED, BackendAuthenticationException.class),
                        Map.entry(Code.RESOURCE_EXHAUSTED, ThrottledException.class),
                        Map.entry(Code.FAILED_PRECONDITION, KeyStateException.class),
                        Map.entry(Code.INVALID_ARGUMENT, InvalidInputException.class),
                        Map.entry(Code.UNIMPLEMENTED, UnsupportedKeyOperationException.class),
                        Map.entry(Code.UNAVAILABLE, BackendUnavailableException.class),
                        Map.entry(Code.INTERNAL, BackendUnavailableException.class),
                        Map.entry(Code.ABORTED, BackendUnavailableException.class),
                        Map.entry(Code.DEADLINE_EXCEEDED, BackendUnavailableException.class))
                    .entrySet()
                    .stream()
                    .map(entry -> Arguments.of(transport, entry.getKey(), entry.getValue())));
  }

  @ParameterizedTest
  @MethodSource("statusCodes")
  void statusCodeBecomesItsTypeInOneRequest(
      Transport transport, Code code, Class<? extends ManagedKeyException> type) {
    BackendKey key = signer(transport);
    server.requests().reset();
    server
        .faults()
        .add(GcpKmsFault.error(code, "so it is"), FaultTrigger.on("AsymmetricSign").nth(1));
    assertThatThrownBy(() -> sign(key))
        .isInstanceOfSatisfying(
            type,
            e -> {
              assertThat(e.serviceCode()).startsWith(code.name());
              // The JDK's HTTP client drops the body of a 401 that answers a streamed request.
              if (transport == Transport.GRPC || code != Code.UNAUTHENTICATED) {
                assertThat(e.requestId()).isNotBlank();
                assertThat(e).hasMessageContaining("so it is");
              }
            });
    assertThat(server.requests().of("AsymmetricSign")).isEqualTo(1);
    assertThat(sign(key)).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void throttlingCarriesTheServicesHint(Transport transport) {
    BackendKey key = signer(transport);
    server
        .faults()
        .add(
            GcpKmsFault.throttle(Duration.ofMillis(2500)),
            FaultTrigger.on("AsymmetricSign").nth(1));
    assertThatThrownBy(() -> sign(key))
        .isInstanceOfSatisfying(
            ThrottledException.class,
            e -> {
              assertThat(e.retryAfter()).contains(Duration.ofMillis(2500));
              assertThat(e.retryable()).isTrue();
              assertThat(e.serviceCode()).isEqualTo("RESOURCE_EXHAUSTED/RATE_LIMIT_EXCEEDED");
            });
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void stallEndsAtTheDeadlineAndTheBackendIsUsedAgain(Transport transport) {
    BackendKey key = signer(transport);
    server.faults().add(GcpKmsFault.stall(), FaultTrigger.on("AsymmetricSign").nth(1));
    long start = System.nanoTime();
    assertThatThrownBy(() -> sign(key, CallContext.within(Duration.ofMillis(300))))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(sign(key)).isNotEmpty();
  }

  @Test
  void passedDeadlineSendsNothing() {
    BackendKey key = signer(Transport.GRPC);
    server.requests().reset();
    assertThatThrownBy(() -> sign(key, CallContext.within(Duration.ZERO)))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(server.requests().total()).isZero();
  }

  @Test
  void cutConnectionIsUnavailableAndReplaced() {
    BackendKey key = signer(Transport.GRPC);
    server.requests().reset();
    server.faults().add(GcpKmsFault.cut(), FaultTrigger.on("AsymmetricSign").nth(1));
    assertThatThrownBy(() -> sign(key)).isInstanceOf(BackendUnavailableException.class);
    assertThat(server.requests().of("AsymmetricSign")).isEqualTo(1);
    assertThat(sign(key)).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void signatureThatIsDamagedOrAnothersIsNotReleased(Transport transport) {
    BackendKey key = signer(transport);
    String rpc = "AsymmetricSign";
    struck(rpc, GcpKmsFault.wrongChecksum(), () -> sign(key), BackendUnavailableException.class);
    struck(rpc, GcpKmsFault.missingChecksum(), () -> sign(key), BackendUnavailableException.class);
    struck(rpc, GcpKmsFault.corruptData(), () -> sign(key), BackendUnavailableException.class);
    struck(rpc, GcpKmsFault.unverified(), () -> sign(key), BackendUnavailableException.class);
    struck(rpc, GcpKmsFault.wrongName(), () -> sign(key), IdentityChangedException.class);
    struck(rpc, GcpKmsFault.wrongVersion(), () -> sign(key), IdentityChangedException.class);
    assertThat(sign(key)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GOOGLE_SYMMETRIC_ENCRYPTION, Encrypt, Decrypt",
    "AES_256_GCM, RawEncrypt, RawDecrypt",
  })
  void ciphertextAndPlaintextThatAreDamagedAreNotReleased(
      CryptoKeyVersionAlgorithm algorithm, String encrypts, String decrypts) {
    BackendKey key = key(shared(algorithm));
    SecretEncrypting encrypting = key.capability(SecretEncrypting.class).orElseThrow();
    EncryptionAlgorithm wanted = key.info().encryptionAlgorithms().iterator().next();
    Runnable encrypt = () -> encrypting.encrypt(wanted, MESSAGE, AAD, null, context());
    for (GcpKmsFault fault :
        new GcpKmsFault[] {
          GcpKmsFault.wrongChecksum(),
          GcpKmsFault.missingChecksum(),
          GcpKmsFault.corruptData(),
          GcpKmsFault.unverified()
        }) {
      struck(encrypts, fault, encrypt, BackendUnavailableException.class);
    }
    struck(encrypts, GcpKmsFault.wrongName(), encrypt, IdentityChangedException.class);
    byte[] sealed = encrypting.encrypt(wanted, MESSAGE, AAD, null, context());
    Runnable decrypt = () -> encrypting.decrypt(wanted, sealed, AAD, context());
    for (GcpKmsFault fault :
        new GcpKmsFault[] {
          GcpKmsFault.wrongChecksum(), GcpKmsFault.missingChecksum(), GcpKmsFault.corruptData()
        }) {
      struck(decrypts, fault, decrypt, BackendUnavailableException.class);
    }
  }

  @Test
  void decryptedRsaPlaintextThatIsDamagedIsNotReleased() throws Exception {
    BackendKey key = key(shared(CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_2048_SHA1));
    javax.crypto.Cipher cipher =
        javax.crypto.Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
    cipher.init(javax.crypto.Cipher.ENCRYPT_MODE, key.info().publicKey());
    byte[] sealed = cipher.doFinal(MESSAGE);
    Decrypting decrypting = key.capability(Decrypting.class).orElseThrow();
    Runnable decrypt =
        () -> decrypting.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA1, sealed, context());
    for (GcpKmsFault fault :
        new GcpKmsFault[] {
          GcpKmsFault.wrongChecksum(),
          GcpKmsFault.missingChecksum(),
          GcpKmsFault.corruptData(),
          GcpKmsFault.unverified()
        }) {
      struck("AsymmetricDecrypt", fault, decrypt, BackendUnavailableException.class);
    }
    decrypt.run();
  }

  @Test
  void macAndVerdictThatAreDamagedOrAnothersAreNotReleased() {
    BackendKey key = key(shared(CryptoKeyVersionAlgorithm.HMAC_SHA256));
    Macing macing = key.capability(Macing.class).orElseThrow();
    Runnable mac = () -> macing.mac(MacAlgorithm.HMAC_SHA256, MESSAGE, context());
    struck("MacSign", GcpKmsFault.wrongChecksum(), mac, BackendUnavailableException.class);
    struck("MacSign", GcpKmsFault.corruptData(), mac, BackendUnavailableException.class);
    struck("MacSign", GcpKmsFault.unverified(), mac, BackendUnavailableException.class);
    struck("MacSign", GcpKmsFault.wrongName(), mac, IdentityChangedException.class);
    byte[] code = macing.mac(MacAlgorithm.HMAC_SHA256, MESSAGE, context());
    VerifyMac verifying = key.capability(VerifyMac.class).orElseThrow();
    Runnable verify = () -> verifying.verifyMac(MacAlgorithm.HMAC_SHA256, MESSAGE, code, context());
    struck("MacVerify", GcpKmsFault.unverified(), verify, BackendUnavailableException.class);
    struck("MacVerify", GcpKmsFault.wrongName(), verify, IdentityChangedException.class);
  }

  @Test
  void publicKeyThatIsDamagedOrAnothersIsNotBound() {
    String id = shared(CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    Runnable bind = () -> key(id);
    struck("GetPublicKey", GcpKmsFault.wrongChecksum(), bind, BackendUnavailableException.class);
    struck("GetPublicKey", GcpKmsFault.corruptData(), bind, BackendUnavailableException.class);
    struck("GetPublicKey", GcpKmsFault.wrongName(), bind, IdentityChangedException.class);
    struck("GetCryptoKey", GcpKmsFault.wrongName(), bind, IdentityChangedException.class);
  }

  @Test
  void randomBytesThatAreDamagedAreNotReleased() {
    RandomSource random = backend().capability(RandomSource.class).orElseThrow();
    struck(
        "GenerateRandomBytes",
        GcpKmsFault.corruptData(),
        () -> random.random(32, context()),
        BackendUnavailableException.class);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void keyDisabledInTheMiddleIsAKeyState(Transport transport) {
    String id = "to-disable-" + transport;
    String version = server.createKey(ring, id, CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    BackendKey key = key(transport, id);
    assertThat(sign(key)).isNotEmpty();
    server.setEnabled(version, false);
    assertThatThrownBy(() -> sign(key))
        .isInstanceOfSatisfying(
            KeyStateException.class,
            e -> {
              assertThat(e.serviceCode()).isEqualTo("FAILED_PRECONDITION/KEY_DISABLED");
              assertThat(e).hasMessageContaining("KEY_DISABLED on " + version);
            });
    server.setEnabled(version, true);
    assertThat(sign(key)).isNotEmpty();
  }

  @Test
  void requestDamagedOnTheWayIsUnavailableAndNotABadCiphertext() {
    BackendKey key = key(shared(CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION));
    SecretEncrypting encrypting = key.capability(SecretEncrypting.class).orElseThrow();
    byte[] sealed = encrypting.encrypt(EncryptionAlgorithm.SERVICE, MESSAGE, null, null, context());
    server
        .faults()
        .add(
            GcpKmsFault.error(
                Code.INVALID_ARGUMENT, "ciphertext_crc32c does not match the checksum"),
            FaultTrigger.on("Decrypt").nth(1));
    assertThatThrownBy(
            () -> encrypting.decrypt(EncryptionAlgorithm.SERVICE, sealed, null, context()))
        .isInstanceOf(BackendUnavailableException.class);
  }

  private void struck(
      String rpc, GcpKmsFault fault, Runnable act, Class<? extends ManagedKeyException> type) {
    server.faults().clear();
    server.faults().add(fault, FaultTrigger.on(rpc));
    assertThatThrownBy(act::run).as("%s on %s", fault, rpc).isInstanceOf(type);
    server.faults().clear();
  }

  private BackendKey signer(Transport transport) {
    return key(transport, shared(CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256));
  }

  private static byte[] sign(BackendKey key) {
    return sign(key, context());
  }

  private static byte[] sign(BackendKey key, CallContext context) {
    SignatureAlgorithm algorithm = SignatureAlgorithm.ECDSA_SHA256;
    return key.capability(Signing.class)
        .orElseThrow()
        .sign(
            algorithm,
            Message.digest(
                io.managedkeys.HashAlgorithm.SHA256,
                io.managedkeys.HashAlgorithm.SHA256.digest(MESSAGE)),
            context);
  }
}
