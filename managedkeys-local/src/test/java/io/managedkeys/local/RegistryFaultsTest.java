package io.managedkeys.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Namespace;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.ThrottledException;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.testkit.fault.Faults;
import io.managedkeys.testkit.fault.FaultyBackendProvider;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the registry makes of a backend that is late, fails or answers wrongly. */
class RegistryFaultsTest {

  private static final byte[] DATA = {1, 2, 3};
  private static final KeyType HMAC = KeyType.hmac(HashAlgorithm.SHA256);

  private final Faults faults = new Faults();
  private final ManagedKeys keys =
      ManagedKeys.builder()
          .provider(new FaultyBackendProvider(new LocalBackendProvider(), faults))
          .backend("f", "faulty", Map.of("verify-signatures", "always"))
          .key("f:ec", entry("sign,verify,agree"))
          .key("f:mac", entry("mac,verify-mac"))
          .open();

  private static Map<String, String> entry(String usages) {
    return Map.of("usages", usages, "allow-generate-key", "true");
  }

  @AfterEach
  void close() {
    keys.close();
  }

  private ManagedKey generated(String ref, KeyType type) {
    return keys.registry().generate(Namespace.ROOT, KeyRef.parse(ref), type);
  }

  @Test
  void shortOutageIsRepeatedWithinTheCall() {
    ManagedKey key = generated("f:mac", HMAC);
    byte[] code = key.mac(MacAlgorithm.HMAC_SHA256, DATA);
    long before = faults.count(Faults.Call.MAC);
    faults
        .on(Faults.Call.MAC)
        .next(2)
        .fail(() -> new BackendUnavailableException("the line is down"));
    assertThat(key.mac(MacAlgorithm.HMAC_SHA256, DATA)).isEqualTo(code);
    assertThat(faults.count(Faults.Call.MAC) - before).isEqualTo(3);
  }

  @Test
  void failureThatRepetitionCannotMendIsNotRepeated() {
    ManagedKey key = generated("f:mac", HMAC);
    key.mac(MacAlgorithm.HMAC_SHA256, DATA);
    long before = faults.count(Faults.Call.MAC);
    faults.on(Faults.Call.MAC).fail(() -> new KeyStateException("disabled"));
    assertThatThrownBy(() -> key.mac(MacAlgorithm.HMAC_SHA256, DATA))
        .isInstanceOf(KeyStateException.class)
        .hasMessageContaining("key=mac")
        .hasMessageContaining("operation=mac");
    assertThat(faults.count(Faults.Call.MAC) - before).isEqualTo(1);
  }

  @Test
  void throttlingWaitsAsLongAsTheServiceSays() {
    ManagedKey key = generated("f:mac", HMAC);
    faults
        .on(Faults.Call.MAC)
        .nth(1)
        .fail(() -> new ThrottledException("slow down", null, Duration.ofMillis(300)));
    long start = System.nanoTime();
    key.mac(MacAlgorithm.HMAC_SHA256, DATA);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(299));
  }

  @Test
  void lateBackendIsNotAskedAgainAfterTheDeadline() {
    ManagedKey key = generated("f:mac", HMAC);
    key.mac(MacAlgorithm.HMAC_SHA256, DATA);
    long before = faults.count(Faults.Call.MAC);
    faults.on(Faults.Call.MAC).delay(Duration.ofMillis(400));
    assertThatThrownBy(() -> key.within(Duration.ofMillis(200)).mac(MacAlgorithm.HMAC_SHA256, DATA))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(faults.count(Faults.Call.MAC) - before).isEqualTo(1);
  }

  @Test
  void wrongSignatureIsNotReleased() {
    ManagedKey key = generated("f:ec", KeyType.EC_P256);
    key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    byte[] first = key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    faults.on(Faults.Call.SIGN).nth(1).answer(right -> first);
    byte[] other = {4, 5, 6};
    assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, other))
        .isInstanceOf(IdentityChangedException.class)
        .hasMessageContaining("not released");
    assertThat(
            key.verify(
                SignatureAlgorithm.ECDSA_SHA256,
                other,
                key.sign(SignatureAlgorithm.ECDSA_SHA256, other)))
        .isTrue();
  }

  @Test
  void malformedAnswersAreNotReleased() {
    ManagedKey key = generated("f:ec", KeyType.EC_P256);
    faults.on(Faults.Call.SIGN).nth(1).answer(right -> new byte[0]);
    assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(ManagedKeyException.class);
    faults.on(Faults.Call.AGREE).nth(1).answer(right -> Arrays.copyOf(right, 31));
    assertThatThrownBy(() -> key.agree(AgreementAlgorithm.ECDH, key.publicKey()))
        .isInstanceOf(ManagedKeyException.class);
    faults.on(Faults.Call.AGREE).nth(1).answer(right -> new byte[32]);
    assertThatThrownBy(() -> key.agree(AgreementAlgorithm.ECDH, key.publicKey()))
        .isInstanceOf(ManagedKeyException.class);
  }

  @Test
  void generationWhoseAnswerIsLostMakesOneKey() {
    faults
        .on(Faults.Call.GENERATE_ANSWER)
        .nth(1)
        .fail(() -> new BackendUnavailableException("the answer is lost"));
    ManagedKey key = generated("f:mac", HMAC);
    assertThat(key.mac(MacAlgorithm.HMAC_SHA256, DATA)).hasSize(32);
    assertThat(faults.count(Faults.Call.GENERATE)).isEqualTo(1);
    assertThat(keys.registry().remoteKeys(Namespace.ROOT, "f")).hasSize(1);
    assertThatThrownBy(() -> generated("f:mac", HMAC)).isInstanceOf(ConflictException.class);
  }

  @Test
  void generationThatNeverHappenedIsReportedAndNotRepeated() {
    faults
        .on(Faults.Call.GENERATE)
        .nth(1)
        .fail(() -> new BackendUnavailableException("the line is down"));
    assertThatThrownBy(() -> generated("f:mac", HMAC))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(faults.count(Faults.Call.GENERATE)).isEqualTo(1);
    assertThat(keys.registry().remoteKeys(Namespace.ROOT, "f")).isEmpty();
    assertThat(generated("f:mac", HMAC).mac(MacAlgorithm.HMAC_SHA256, DATA)).hasSize(32);
  }

  @Test
  void deadBackendIsLeftAloneAndUsedAgainWhenItIsBack() throws Exception {
    ManagedKey key = generated("f:mac", HMAC);
    key.mac(MacAlgorithm.HMAC_SHA256, DATA);
    faults.on(Faults.Call.MAC).fail(() -> new BackendUnavailableException("dead"));
    faults.on(Faults.Call.CHECK).fail(() -> new BackendUnavailableException("dead"));
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> key.mac(MacAlgorithm.HMAC_SHA256, DATA))
          .isInstanceOf(BackendUnavailableException.class);
    }
    long asked = faults.count(Faults.Call.MAC);
    assertThatThrownBy(() -> key.mac(MacAlgorithm.HMAC_SHA256, DATA))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("down");
    assertThat(faults.count(Faults.Call.MAC)).isEqualTo(asked);

    faults.clear();
    assertThat(keys.registry().health(Namespace.ROOT, "f").up()).isTrue();
    assertThat(key.mac(MacAlgorithm.HMAC_SHA256, DATA)).hasSize(32);
  }
}
