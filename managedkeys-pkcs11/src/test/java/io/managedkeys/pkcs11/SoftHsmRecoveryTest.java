package io.managedkeys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.Signing;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The token goes away under load and comes back: as it was, made anew, or with another key. */
class SoftHsmRecoveryTest {

  private static final Logger LOG = LoggerFactory.getLogger(SoftHsmRecoveryTest.class);
  private static final Duration SOON = Duration.ofSeconds(20);

  private SoftHsmToken token;
  private KeyPair pair;

  @TempDir Path folder;

  @BeforeEach
  void make() throws Exception {
    token = SoftHsmToken.create();
    pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    put(pair);
  }

  @AfterEach
  void delete() {
    if (token != null) {
      token.close();
    }
  }

  private void put(KeyPair keys) throws Exception {
    Path privateKey = Files.write(folder.resolve("private.der"), keys.getPrivate().getEncoded());
    Path publicKey = Files.write(folder.resolve("public.der"), keys.getPublic().getEncoded());
    token.pkcs11Tool(
        "--write-object", publicKey.toString(), "--type", "pubkey", "--label", "ca", "--id", "0a");
    token.pkcs11Tool(
        "--write-object",
        privateKey.toString(),
        "--type",
        "privkey",
        "--label",
        "ca",
        "--id",
        "0a",
        "--usage-sign");
    Files.delete(privateKey);
  }

  private Pkcs11Key key(Pkcs11Backend backend) {
    KeyConfig entry = TestBackend.entry("ca", Usage.defaults());
    Pkcs11Key key = (Pkcs11Key) backend.key(entry, TestBackend.soon());
    return (Pkcs11Key) backend.key(TestBackend.pinned(entry, key), TestBackend.soon());
  }

  @Test
  void aTokenThatWasAwayIsUsedAgainWithoutARestart() throws Exception {
    try (Pkcs11Backend backend = TestBackend.open(token, "allow-reinitialize", "true")) {
      Pkcs11Key key = key(backend);
      try (Load load = new Load(key, 8)) {
        assertThat(load.untilNextSuccess(SOON)).isLessThan(SOON.toMillis());
        Path away = token.tokensFolder().resolveSibling("away");
        Files.move(token.tokensFolder(), away);
        Thread.sleep(2000);
        int before = load.signed();
        Thread.sleep(500);
        assertThat(load.signed()).as("signatures while the token is away").isEqualTo(before);
        Files.move(away, token.tokensFolder());
        long back = load.untilNextSuccess(SOON);
        LOG.info("moved away: first signature {} ms after the token was back; {}", back, load);
        assertThat(back).isLessThan(SOON.toMillis());
        assertThat(load.wrong()).isZero();
        assertThat(load.failures().keySet())
            .isSubsetOf("BackendUnavailableException", "KeyLostException");
        assertThat(backend.check(key, TestBackend.soon()).up()).isTrue();
      }
    }
  }

  @Test
  void aTokenMadeAnewWithTheSameKeyIsUsedAgain() throws Exception {
    try (Pkcs11Backend backend = TestBackend.open(token, "allow-reinitialize", "true")) {
      Pkcs11Key key = key(backend);
      try (Load load = new Load(key, 8)) {
        assertThat(load.untilNextSuccess(SOON)).isLessThan(SOON.toMillis());
        token.initialize(SoftHsmToken.PIN);
        put(pair);
        long back = load.untilNextSuccess(SOON);
        LOG.info("made anew, same key: first signature after {} ms; {}", back, load);
        assertThat(back).isLessThan(SOON.toMillis());
        assertThat(load.wrong()).isZero();
      }
    }
  }

  @Test
  void aTokenMadeAnewWithAnotherKeyUnderTheSameNameIsNotUsed() throws Exception {
    try (Pkcs11Backend backend = TestBackend.open(token, "allow-reinitialize", "true")) {
      Pkcs11Key key = key(backend);
      try (Load load = new Load(key, 8)) {
        assertThat(load.untilNextSuccess(SOON)).isLessThan(SOON.toMillis());
        token.initialize(SoftHsmToken.PIN);
        put(KeyPairGenerator.getInstance("RSA").generateKeyPair());
        Thread.sleep(3000);
        int before = load.signed();
        Thread.sleep(1000);
        LOG.info("made anew, another key: {}", load);
        assertThat(load.signed()).isEqualTo(before);
        assertThat(load.wrong()).isZero();
        assertThat(load.failures()).containsKey("IdentityChangedException");
      }
      assertThatThrownBy(() -> sign(key)).isInstanceOf(IdentityChangedException.class);
    }
  }

  @Test
  void withoutLeaveTheModuleIsNotReinitialized() throws Exception {
    try (Pkcs11Backend backend = TestBackend.open(token)) {
      Pkcs11Key key = key(backend);
      sign(key);
      Path away = token.tokensFolder().resolveSibling("away");
      Files.move(token.tokensFolder(), away);
      try {
        assertThatThrownBy(() -> sign(key))
            .isInstanceOfAny(BackendUnavailableException.class, KeyNotFoundException.class);
      } finally {
        Files.move(away, token.tokensFolder());
      }
      // SoftHSM itself stays blind until it is initialised again, which was not allowed.
      assertThatThrownBy(() -> sign(key))
          .isInstanceOfAny(BackendUnavailableException.class, KeyNotFoundException.class);
      assertThat(backend.check(key, TestBackend.soon()).up()).isFalse();
    }
    try (Pkcs11Backend again = TestBackend.open(token)) {
      sign(key(again));
    }
  }

  @Test
  void oneBackendThatForbidsItProtectsAllOnTheModule() throws Exception {
    try (SoftHsmToken other = SoftHsmToken.create();
        Pkcs11Backend willing = TestBackend.open(token, "allow-reinitialize", "true");
        Pkcs11Backend unwilling = TestBackend.open(other)) {
      Pkcs11Key key = key(willing);
      Path away = token.tokensFolder().resolveSibling("away");
      Files.move(token.tokensFolder(), away);
      try {
        assertThatThrownBy(() -> sign(key))
            .isInstanceOfAny(BackendUnavailableException.class, KeyNotFoundException.class);
      } finally {
        Files.move(away, token.tokensFolder());
      }
      assertThatThrownBy(() -> sign(key))
          .isInstanceOfAny(BackendUnavailableException.class, KeyNotFoundException.class);
      assertThat(unwilling.check(null, TestBackend.soon()).detail()).contains("login epoch 1");
    }
  }

  private static void sign(Pkcs11Key key) {
    key.capability(Signing.class)
        .orElseThrow()
        .sign(
            SignatureAlgorithm.RSA_PKCS1_SHA256,
            Message.digest(HashAlgorithm.SHA256, new byte[32]),
            TestBackend.soon());
  }
}
