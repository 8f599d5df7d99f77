package io.managedkeys.testkit.azurekv;

import static io.managedkeys.testkit.azurekv.EncryptionTest.assertRefused;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.CHALLENGE;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.CREATE;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.GET;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.SIGN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static final byte[] DIGEST = new byte[32];

  private final AzureKeyVaultServer server = AzureKeyVaultServer.start();
  private final KeyClient keys = Sdk.of(server).keys();
  private KeyVaultKey key;
  private CryptographyClient crypto;

  @BeforeEach
  void createKey() {
    key = keys.createEcKey(new CreateEcKeyOptions("k"));
    crypto = Sdk.of(server).crypto(key.getId());
    server.requests().clear();
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void requestsAreCountedByWhatTheyAsk() {
    sign();
    sign();
    keys.getKey("k");

    assertThat(server.requests().count(SIGN)).isEqualTo(2);
    assertThat(server.requests().count(GET)).isEqualTo(1);
    assertThat(server.requests().count(CHALLENGE)).isZero();
    assertThat(server.requests().toVault()).isEqualTo(3);
    assertThat(server.requests().all().get(0).path())
        .isEqualTo("/keys/k/" + key.getProperties().getVersion() + "/sign");
  }

  @Test
  void theNthCallIsThrottledWithAHint() {
    server.faults().add(Fault.throttle(Duration.ofMillis(1500)).on(SIGN).call(2));
    sign();
    assertThatThrownBy(this::sign)
        .isInstanceOfSatisfying(
            HttpResponseException.class,
            e -> {
              assertThat(e.getResponse().getStatusCode()).isEqualTo(429);
              assertThat(e.getResponse().getHeaderValue(HttpHeaderName.RETRY_AFTER)).isEqualTo("2");
            });
    sign();
    assertThat(server.faults().struck()).isEqualTo(1);
  }

  @Test
  void errorsAreAnsweredWithTheirCode() {
    server.faults().add(Fault.error(503, "ServiceUnavailable").on(SIGN).first(2));
    assertRefused(this::sign, 503, "ServiceUnavailable");
    assertRefused(this::sign, 503, "ServiceUnavailable");
    sign();
  }

  @Test
  void aCutBeforeTheActLeavesNothingAndOneAfterItLeavesAKey() {
    server.faults().add(Fault.cutBefore().on(CREATE).call(1));
    server.faults().add(Fault.cutAfter().on(CREATE).call(2));

    assertThatThrownBy(() -> keys.createEcKey(new CreateEcKeyOptions("a")))
        .hasRootCauseInstanceOf(java.io.IOException.class);
    assertRefused(() -> keys.getKey("a"), 404, "KeyNotFound");
    assertThatThrownBy(() -> keys.createEcKey(new CreateEcKeyOptions("b")))
        .hasRootCauseInstanceOf(java.io.IOException.class);
    assertThat(keys.getKey("b").getName()).isEqualTo("b");
  }

  @Test
  void aCutWithinTheAnswerIsAnError() {
    server.faults().add(Fault.cutWithin().on(SIGN).call(1));
    assertThatThrownBy(this::sign).hasRootCauseInstanceOf(java.io.IOException.class);
    sign();
  }

  @Test
  void anAnswerCanNameAnotherKey() {
    server.faults().add(Fault.otherKeyId().on(SIGN, GET));
    assertThat(crypto.sign(SignatureAlgorithm.ES256, DIGEST).getKeyId())
        .isNotEqualTo(key.getId())
        .startsWith(server.url() + "/keys/k/");
    assertThat(keys.getKey("k").getId()).isNotEqualTo(key.getId());
  }

  @Test
  void aCorruptSignatureDoesNotVerify() {
    server.faults().add(Fault.corruptValue().on(SIGN));
    byte[] signature = crypto.sign(SignatureAlgorithm.ES256, DIGEST).getSignature();
    assertThat(crypto.verify(SignatureAlgorithm.ES256, DIGEST, signature).isValid()).isFalse();
  }

  @Test
  void theSameSeedGivesTheSameFaults() {
    assertThat(outcomes(7)).isEqualTo(outcomes(7)).contains("x").contains(".");
  }

  @Test
  void closingEndsAStall() throws Exception {
    server.faults().add(Fault.stall(Duration.ofMinutes(5)).on(SIGN));
    CompletableFuture<Void> call = CompletableFuture.runAsync(this::sign);
    while (server.faults().struck() == 0) {
      Thread.sleep(10);
    }
    server.close();
    assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(java.io.IOException.class);
  }

  @Test
  void aRevokedTokenIsChallengedAndReplaced() {
    sign();
    server.revokeTokens();
    server.requests().clear();
    sign();
    assertThat(server.requests().count(CHALLENGE)).isEqualTo(1);
    assertThat(server.requests().count(SIGN)).isEqualTo(1);
  }

  private String outcomes(long seed) {
    server.faults().clear();
    server.faults().add(Fault.error(500, "InternalServerError").on(SIGN).percent(50, seed));
    StringBuilder outcomes = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      try {
        sign();
        outcomes.append('.');
      } catch (HttpResponseException e) {
        outcomes.append('x');
      }
    }
    return outcomes.toString();
  }

  private void sign() {
    assertThat(crypto.sign(SignatureAlgorithm.ES256, DIGEST).getKeyId()).isEqualTo(key.getId());
  }
}
