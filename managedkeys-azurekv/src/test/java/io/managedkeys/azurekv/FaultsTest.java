package io.managedkeys.azurekv;

import static io.managedkeys.azurekv.Fixture.call;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.DECRYPT;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.SIGN;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.ThrottledException;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.Signing;
import io.managedkeys.testkit.azurekv.Fault;
import java.security.spec.MGF1ParameterSpec;
import java.time.Duration;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
  private final Fixture fixture = Fixture.vault();
  private KeyBackend backend;
  private BackendKey key;

  @BeforeEach
  void open() {
    backend = fixture.open();
    fixture.sdk().createEcKey(new CreateEcKeyOptions("k"));
    key = backend.key(fixture.named("k"), call());
    sign(call());
    fixture.server.requests().clear();
  }

  @AfterEach
  void close() {
    backend.close();
    fixture.close();
  }

  @Test
  void throttlingCarriesTheServicesHintAndIsNotRepeatedHere() {
    fixture.server.faults().add(Fault.throttle(Duration.ofSeconds(7)).on(SIGN).call(1));
    ThrottledException e = catchThrowableOfType(ThrottledException.class, () -> sign(call()));

    assertThat(e.retryAfter()).contains(Duration.ofSeconds(7));
    assertThat(e.serviceCode()).isEqualTo("Throttled");
    assertThat(e.requestId()).isNotBlank();
    assertThat(e.retryable()).isTrue();
    assertThat(fixture.server.requests().count(SIGN)).isEqualTo(1);
    sign(call());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 500, 502, 503, 504})
  void failuresOfTheServiceAreUnavailabilityAndNotRepeatedHere(int status) {
    fixture.server.faults().add(Fault.error(status, "Broken").on(SIGN).call(1));

    assertThatThrownBy(() -> sign(call()))
        .isInstanceOfSatisfying(
            BackendUnavailableException.class,
            e -> {
              assertThat(e.serviceCode()).isEqualTo("Broken");
              assertThat(e.retryable()).isTrue();
            });
    assertThat(fixture.server.requests().count(SIGN)).isEqualTo(1);
    sign(call());
  }

  @Test
  void cutConnectionsAreUnavailabilityAndNotRepeatedHere() {
    for (Fault fault : new Fault[] {Fault.cutBefore(), Fault.cutAfter(), Fault.cutWithin()}) {
      fixture.server.faults().clear();
      fixture.server.requests().clear();
      fixture.server.faults().add(fault.on(SIGN).call(1));
      assertThatThrownBy(() -> sign(call())).isInstanceOf(BackendUnavailableException.class);
      assertThat(fixture.server.requests().count(SIGN)).isEqualTo(1);
      sign(call());
    }
  }

  @Test
  void aStallEndsAtTheDeadline() {
    fixture.server.faults().add(Fault.stall(Duration.ofSeconds(30)).on(SIGN).call(1));
    long start = System.nanoTime();

    assertThatThrownBy(() -> sign(CallContext.within(Duration.ofMillis(700))))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(600), Duration.ofSeconds(10));
    sign(call());
  }

  @Test
  void aDeadlineThatHasPassedMakesNoRequest() {
    CallContext late = new CallContext(System.nanoTime() - 1, 1);
    assertThatThrownBy(() -> sign(late)).isInstanceOf(BackendUnavailableException.class);
    assertThat(fixture.server.requests().all()).isEmpty();
  }

  @Test
  void aStalledTokenServiceEndsAtTheDeadline() {
    fixture.server.revokeTokens();
    fixture.server.faults().add(Fault.stall(Duration.ofSeconds(30)).on(TOKEN));
    long start = System.nanoTime();

    assertThatThrownBy(() -> sign(CallContext.within(Duration.ofSeconds(1))))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    fixture.server.faults().clear();
    sign(call());
  }

  @Test
  void aRevokedTokenIsReplacedWithinTheCall() {
    fixture.server.revokeTokens();
    sign(call());
    assertThat(fixture.server.requests().count(SIGN)).isEqualTo(1);
    assertThat(fixture.server.requests().count(TOKEN)).isEqualTo(1);
  }

  @Test
  void aCredentialThatIsRefusedInTheMiddleIsAuthenticationAndComesBack() {
    fixture.server.revokeTokens();
    fixture.server.faults().add(Fault.error(401, "invalid_client").on(TOKEN));

    assertThatThrownBy(() -> sign(call()))
        .isInstanceOfSatisfying(
            BackendAuthenticationException.class,
            e -> assertThat(e.getMessage()).doesNotContain(fixture.server.clientSecret()));
    fixture.server.faults().clear();
    sign(call());
  }

  @Test
  void permissionsThatAreMissingAreAuthentication() {
    fixture.server.faults().add(Fault.error(403, "ForbiddenByRbac").on(SIGN).call(1));
    assertThatThrownBy(() -> sign(call())).isInstanceOf(BackendAuthenticationException.class);
  }

  @Test
  void aDamagedCiphertextIsTheInputsFaultAndADeadServiceIsNot() throws Exception {
    fixture.sdk().createRsaKey(new CreateRsaKeyOptions("rsa"));
    BackendKey rsa = backend.key(fixture.named("rsa"), call());
    Decrypting decrypting = rsa.capability(Decrypting.class).orElseThrow();
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        rsa.info().publicKey(),
        new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
    byte[] ciphertext = cipher.doFinal(new byte[] {1, 2, 3});

    assertThat(decrypting.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, ciphertext, call()))
        .containsExactly(1, 2, 3);
    fixture.server.faults().add(Fault.error(500, "InternalServerError").on(DECRYPT).call(1));
    assertThatThrownBy(
            () -> decrypting.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, ciphertext, call()))
        .isInstanceOf(BackendUnavailableException.class);
    assertThatThrownBy(
            () -> decrypting.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA1, ciphertext, call()))
        .isInstanceOf(InvalidCiphertextException.class);
    ciphertext[9] ^= 1;
    assertThatThrownBy(
            () -> decrypting.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, ciphertext, call()))
        .isInstanceOf(InvalidCiphertextException.class);
  }

  @Test
  void throttledAndCutCallsHaveTheirTypesAndNoWrongResult() {
    fixture.server.faults().add(Fault.throttle(Duration.ofSeconds(1)).on(SIGN).percent(20, 1));
    fixture.server.faults().add(Fault.cutBefore().on(SIGN).percent(5, 2));
    int failures = 0;
    for (int i = 0; i < 60; i++) {
      try {
        assertThat(sign(call())).hasSize(64);
      } catch (ThrottledException | BackendUnavailableException e) {
        failures++;
      }
    }
    // Both faults can strike one request; none is sent twice.
    assertThat(failures).isBetween(1, fixture.server.faults().struck());
    assertThat(fixture.server.requests().count(SIGN)).isEqualTo(60);
  }

  @Test
  void aServerThatIsGoneIsUnavailableAtOpeningToo() {
    var fields = fixture.clientSecret(false);
    fixture.server.close();
    assertThatThrownBy(() -> fixture.open(fields, new TestHost()))
        .isInstanceOf(BackendUnavailableException.class);
    assertThatThrownBy(() -> sign(call())).isInstanceOf(ManagedKeyException.class);
  }

  private byte[] sign(CallContext context) {
    return key.capability(Signing.class)
        .orElseThrow()
        .sign(
            SignatureAlgorithm.ECDSA_SHA256,
            Message.digest(HashAlgorithm.SHA256, new byte[32]),
            context);
  }
}
