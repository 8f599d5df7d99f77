package io.managedkeys.azurekv;

import static io.managedkeys.testkit.azurekv.KeyVaultOperation.CREATE;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.DECRYPT;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.ENCRYPT;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.GET;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.SIGN;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.UNWRAP_KEY;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.WRAP_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateOctKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.KeyCurveName;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.ThrottledException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.ManagedKeysBuilder;
import io.managedkeys.testkit.azurekv.Fault;
import io.managedkeys.testkit.azurekv.KeyVaultOperation;
import io.managedkeys.testkit.azurekv.Requests;
import java.nio.file.Path;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backend as a host meets it: behind the registry's checks, retries, proofs and pins. */
class ThroughTheRegistryTest {
  private static final byte[] MESSAGE = new byte[50_000];

  @TempDir Path folder;
  private final Fixture vault = Fixture.vault();
  private final Fixture hsm = Fixture.managedHsm();

  @AfterEach
  void stop() {
    vault.close();
    hsm.close();
  }

  private ManagedKeysBuilder host() {
    return ManagedKeys.builder()
        .allowAmbient()
        .pinsFile(folder.resolve("pins"))
        .backend("kv", "azurekv", vault.clientSecret(false))
        .backend("hsm", "azurekv", hsm.clientSecret(true));
  }

  @Test
  void onlyWhatNeedsThePrivateKeyIsARequest() throws Exception {
    vault.sdk().createRsaKey(new CreateRsaKeyOptions("rsa"));
    vault.sdk().createEcKey(new CreateEcKeyOptions("ec"));
    for (boolean known : new boolean[] {false, true}) {
      try (ManagedKeys keys =
          host()
              .key("kv:ec", Map.of("key-name", "ec"))
              .key("kv:rsa", Map.of("key-name", "rsa", "usages", "encrypt,decrypt,wrap,unwrap"))
              .open()) {
        vault.server.requests().clear();
        keys.key("kv:ec").publicKey();
        keys.key("kv:rsa").publicKey();
        assertThat(asked(vault)).isEqualTo(known ? List.of() : List.of(GET, GET));

        vault.server.requests().clear();
        ManagedKey ec = keys.key("kv:ec");
        byte[] signature = ec.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
        Signature jdk = Signature.getInstance("SHA256withECDSA");
        jdk.initVerify(ec.publicKey());
        jdk.update(MESSAGE);
        assertThat(jdk.verify(signature)).isTrue();
        assertThat(ec.verify(SignatureAlgorithm.ECDSA_SHA256, MESSAGE, signature)).isTrue();
        ManagedKey rsa = keys.key("kv:rsa");
        byte[] sealed = rsa.encrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, new byte[] {1});
        byte[] wrapped = rsa.wrapBytes(WrapAlgorithm.RSA_AES_KWP_SHA256, new byte[1000]);
        assertThat(asked(vault)).containsExactly(SIGN);
        assertThat(rsa.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, sealed)).containsExactly(1);
        try (SecretBytes opened = rsa.unwrapBytes(WrapAlgorithm.RSA_AES_KWP_SHA256, wrapped)) {
          assertThat(opened.length()).isEqualTo(1000);
        }
        assertThat(asked(vault)).containsExactly(SIGN, DECRYPT, DECRYPT);
      }
    }
  }

  @Test
  void secp256k1IsVerifiedInTheVaultWhereTheJdkKnowsNoSuchCurve() {
    vault.sdk().createEcKey(new CreateEcKeyOptions("koblitz").setCurveName(KeyCurveName.P_256K));
    try (ManagedKeys keys = host().key("kv:koblitz", Map.of("key-name", "koblitz")).open()) {
      ManagedKey key = keys.key("kv:koblitz");
      byte[] signature = key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
      assertThat(key.verify(SignatureAlgorithm.ECDSA_SHA256, MESSAGE, signature)).isTrue();
      signature[20] ^= 1;
      assertThat(key.verify(SignatureAlgorithm.ECDSA_SHA256, MESSAGE, signature)).isFalse();
    }
  }

  @Test
  void aKeyThatMayOnlyUnwrapIsAskedToUnwrap() {
    vault
        .sdk()
        .createRsaKey(
            new CreateRsaKeyOptions("kek")
                .setKeyOperations(
                    com.azure.security.keyvault.keys.models.KeyOperation.WRAP_KEY,
                    com.azure.security.keyvault.keys.models.KeyOperation.UNWRAP_KEY));
    try (ManagedKeys keys =
        host().key("kv:kek", Map.of("key-name", "kek", "usages", "wrap,unwrap")).open()) {
      ManagedKey kek = keys.key("kv:kek");
      byte[] wrapped = kek.wrapBytes(WrapAlgorithm.RSA_OAEP_SHA256, new byte[32]);
      try (SecretBytes opened = kek.unwrapBytes(WrapAlgorithm.RSA_OAEP_SHA256, wrapped)) {
        assertThat(opened.length()).isEqualTo(32);
      }
      assertThat(vault.server.requests().count(UNWRAP_KEY)).isEqualTo(1);
      assertThat(vault.server.requests().count(DECRYPT)).isZero();
    }
  }

  @Test
  void aSymmetricHsmKeyEncryptsWrapsAndIsKnownByItsWitness() {
    hsm.sdk().createOctKey(new CreateOctKeyOptions("aes").setHardwareProtected(true));
    byte[] aad = {9};
    byte[] sealed;
    try (ManagedKeys keys =
        host().key("hsm:aes", Map.of("key-name", "aes", "usages", "encrypt,decrypt")).open()) {
      sealed = keys.key("hsm:aes").encrypt(EncryptionAlgorithm.AES_GCM, MESSAGE, aad);
    }
    hsm.sdk().createOctKey(new CreateOctKeyOptions("aes").setHardwareProtected(true));
    hsm.server.requests().clear();
    try (ManagedKeys keys =
        host().key("hsm:aes", Map.of("key-name", "aes", "usages", "encrypt,decrypt")).open()) {
      assertThat(keys.key("hsm:aes").decrypt(EncryptionAlgorithm.AES_GCM, sealed, aad))
          .isEqualTo(MESSAGE);
      assertThat(hsm.server.requests().count(ENCRYPT)).isZero();
    }
    hsm.sdk().createOctKey(new CreateOctKeyOptions("kek").setHardwareProtected(true));
    try (ManagedKeys keys =
        host().key("hsm:kek", Map.of("key-name", "kek", "usages", "wrap,unwrap")).open()) {
      ManagedKey kek = keys.key("hsm:kek");
      byte[] wrapped = kek.wrapBytes(WrapAlgorithm.AES_KW, new byte[40]);
      try (SecretBytes opened = kek.unwrapBytes(WrapAlgorithm.AES_KW, wrapped)) {
        assertThat(opened.length()).isEqualTo(40);
      }
      assertThat(hsm.server.requests().count(WRAP_KEY)).isPositive();
    }
  }

  @Test
  void aGeneratedKeyWhoseAnswerWasLostIsOneKeyAndWorks() {
    try (ManagedKeys keys =
        host().key("kv:ca", Map.of("key-name", "ca", "allow-generate-key", "true")).open()) {
      vault.server.faults().add(Fault.cutAfter().on(CREATE).call(1));

      keys.registry().generate(Namespace.ROOT, KeyRef.parse("kv:ca"), KeyType.EC_P384);

      keys.key("kv:ca").sign(SignatureAlgorithm.ECDSA_SHA384, MESSAGE);
      assertThat(vault.server.requests().count(CREATE)).isEqualTo(1);
      assertThat(vault.sdk().listPropertiesOfKeyVersions("ca").stream().count()).isEqualTo(1);
    }
  }

  @Test
  void aFifthThrottledAndATwentiethCutGiveNoWrongSignature() throws Exception {
    vault.sdk().createEcKey(new CreateEcKeyOptions("busy"));
    try (ManagedKeys keys = host().key("kv:busy", Map.of("key-name", "busy")).open()) {
      ManagedKey key = keys.key("kv:busy");
      key.publicKey();
      vault.server.faults().add(Fault.error(429, "Throttled").on(SIGN).percent(20, 11));
      vault.server.faults().add(Fault.cutBefore().on(SIGN).percent(5, 12));
      ExecutorService threads = Executors.newFixedThreadPool(6);
      int refused = 0;
      try {
        List<Future<Boolean>> outcomes = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
          byte[] message = {(byte) i};
          outcomes.add(
              threads.submit(
                  () ->
                      key.verify(
                          SignatureAlgorithm.ECDSA_SHA256,
                          message,
                          key.sign(SignatureAlgorithm.ECDSA_SHA256, message))));
        }
        for (Future<Boolean> outcome : outcomes) {
          try {
            assertThat(outcome.get()).isTrue();
          } catch (ExecutionException e) {
            assertThat(e.getCause())
                .isInstanceOfAny(ThrottledException.class, BackendUnavailableException.class);
            refused++;
          }
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(refused).isLessThan(20);
      vault.server.faults().clear();
      key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
    }
  }

  @Test
  void aStallEndsAtTheDeadlineAndTheVaultIsUsedAgain() {
    vault.sdk().createEcKey(new CreateEcKeyOptions("slow"));
    try (ManagedKeys keys = host().key("kv:slow", Map.of("key-name", "slow")).open()) {
      ManagedKey key = keys.key("kv:slow");
      key.publicKey();
      vault.server.faults().add(Fault.stall(Duration.ofSeconds(30)).on(SIGN).call(1));
      long start = System.nanoTime();

      assertThatThrownBy(
              () ->
                  key.within(Duration.ofMillis(800)).sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE))
          .isInstanceOf(BackendUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
      key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
    }
  }

  @Test
  void aSignatureThatIsNotTheKeysIsNotReleased() {
    vault.sdk().createEcKey(new CreateEcKeyOptions("bits"));
    try (ManagedKeys keys = host().key("kv:bits", Map.of("key-name", "bits")).open()) {
      vault.server.faults().add(Fault.corruptValue().on(SIGN).call(1));
      assertThatThrownBy(() -> keys.key("kv:bits").sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE))
          .isInstanceOf(IdentityChangedException.class);
      vault.server.faults().clear();
      vault.server.faults().add(Fault.otherKeyId().on(SIGN).call(1));
      assertThatThrownBy(() -> keys.key("kv:bits").sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE))
          .isInstanceOf(IdentityChangedException.class);
      keys.key("kv:bits").sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
    }
  }

  @Test
  void aKeyDisabledInTheMiddleSaysSoWithTheServicesWords() {
    KeyVaultKey made = vault.sdk().createEcKey(new CreateEcKeyOptions("off"));
    try (ManagedKeys keys = host().key("kv:off", Map.of("key-name", "off")).open()) {
      ManagedKey key = keys.key("kv:off");
      key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
      vault.sdk().updateKeyProperties(made.getProperties().setEnabled(false));

      assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE))
          .isInstanceOfSatisfying(
              KeyStateException.class,
              e -> {
                List<Requests.Request> all = vault.server.requests().all();
                assertThat(e.backend()).isEqualTo("kv");
                assertThat(e.operation()).isEqualTo("sign");
                assertThat(e.serviceCode()).isEqualTo("KeyDisabled");
                assertThat(e.requestId()).isEqualTo(all.get(all.size() - 1).requestId());
              });
      vault.sdk().updateKeyProperties(made.getProperties().setEnabled(true));
      key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
    }
  }

  private static List<KeyVaultOperation> asked(Fixture fixture) {
    return fixture.server.requests().all().stream()
        .map(Requests.Request::operation)
        .filter(operation -> operation != KeyVaultOperation.TOKEN)
        .toList();
  }
}
