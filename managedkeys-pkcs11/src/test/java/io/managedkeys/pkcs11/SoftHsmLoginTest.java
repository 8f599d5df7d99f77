package io.managedkeys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.AmbiguousKeyException;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.Message;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.token.Deadline;
import io.managedkeys.pkcs11.token.SessionWork;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.Signing;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Signature;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins, identities and handles on a real token, with others at work in the same process. */
class SoftHsmLoginTest {

  private static final Message DIGEST = Message.digest(HashAlgorithm.SHA256, new byte[32]);

  private SoftHsmToken token;

  @TempDir Path folder;

  @BeforeEach
  void make() {
    token = SoftHsmToken.create();
  }

  @AfterEach
  void delete() {
    if (token != null) {
      token.close();
    }
  }

  @Test
  void aSecondBackendWithAnotherPinIsRefusedAlthoughTheTokenIsLoggedIn() {
    try (Pkcs11Backend first = TestBackend.open(token)) {
      assertThatThrownBy(() -> TestBackend.open(token, "pin", "4321"))
          .isInstanceOf(BackendAuthenticationException.class)
          .hasMessageContaining("another PIN");
      // Had the token been asked, it would now say that a wrong PIN was entered.
      try (Pkcs11Backend second = TestBackend.open(token)) {
        TestBackend.generate(second, "shared", KeyType.EC_P256, Usage.defaults());
        first.key(TestBackend.entry("shared"), TestBackend.soon());
      }
      first.key(TestBackend.entry("shared"), TestBackend.soon());
    }
  }

  @Test
  void aBackendWithoutPinDoesNotRideOnTheLoginOfAnother() {
    try (Pkcs11Backend first = TestBackend.open(token)) {
      assertThat(first.connection().pool().open()).isPositive();
      assertThatThrownBy(
              () ->
                  TestBackend.open(
                      token.library(),
                      Map.of("library", "softhsm", "token-label", token.label()),
                      1,
                      Optional.empty()))
          .isInstanceOf(BackendAuthenticationException.class);
    }
  }

  @Test
  void aWrongPinIsNotTriedAgainUntilTheConfigurationChanges() {
    Map<String, String> wrong =
        Map.of("library", "softhsm", "token-label", token.label(), "pin", "0000");
    assertThatThrownBy(() -> TestBackend.open(token.library(), wrong, 1, Optional.of(folder)))
        .isInstanceOf(BackendAuthenticationException.class)
        .hasMessageContaining("CKR_PIN_INCORRECT")
        .hasMessageNotContaining("0000");
    // The token now says that its PIN count is low, and that is not overridden.
    Map<String, String> right =
        Map.of("library", "softhsm", "token-label", token.label(), "pin", SoftHsmToken.PIN);
    assertThatThrownBy(() -> TestBackend.open(token.library(), right, 2, Optional.of(folder)))
        .isInstanceOf(BackendAuthenticationException.class)
        .hasMessageContaining("allow-login-when-count-low");
    Map<String, String> allowed =
        Map.of(
            "library",
            "softhsm",
            "token-label",
            token.label(),
            "pin",
            SoftHsmToken.PIN,
            "allow-login-when-count-low",
            "true");
    // Same version: the record of the failure holds, although the PIN is right now.
    assertThatThrownBy(() -> TestBackend.open(token.library(), allowed, 1, Optional.of(folder)))
        .isInstanceOf(BackendAuthenticationException.class)
        .hasMessageContaining("pin-generation");
    TestBackend.open(token.library(), allowed, 2, Optional.of(folder)).close();
    TestBackend.open(token.library(), right, 2, Optional.of(folder)).close();
  }

  @Test
  void aLoginThatOthersMadeIsNotTakenForOurs() throws Exception {
    try (ForeignUser foreign = ForeignUser.of(token)) {
      foreign.login(SoftHsmToken.PIN);
      assertThatThrownBy(() -> TestBackend.open(token))
          .isInstanceOf(BackendAuthenticationException.class)
          .hasMessageContaining("allow-existing-login");
      TestBackend.open(token, "allow-existing-login", "true").close();
    }
  }

  @Test
  void aLibraryThatIsNoModuleIsRefusedWithoutBeingLoaded() {
    for (String path :
        new String[] {
          "/lib/x86_64-linux-gnu/libz.so.1",
          "/lib/x86_64-linux-gnu/libc.so.6",
          "/bin/ls",
          "/etc/passwd",
          "/nonexistent.so",
          "/tmp"
        }) {
      assertThatThrownBy(
              () -> TestBackend.open(Path.of(path), TestBackend.fields(token), 1, Optional.empty()))
          .as(path)
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("library");
    }
  }

  @Test
  void aMissingTokenIsNamedWithThoseThereAre() {
    assertThatThrownBy(() -> TestBackend.open(token, "token-label", "nowhere"))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("nowhere")
        .hasMessageContaining(token.label());
    assertThatThrownBy(() -> TestBackend.open(token, "token-serial", "00"))
        .isInstanceOf(BackendUnavailableException.class);
    assertThatThrownBy(() -> TestBackend.open(token, "slot", "x"))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("slot");
  }

  @Test
  void twoTokensWithOneLabelAreAmbiguous() {
    String label = "twin-" + ProcessHandle.current().pid();
    try (SoftHsmToken one = SoftHsmToken.create(label)) {
      SoftHsmToken.createAnother(label);
      assertThatThrownBy(() -> TestBackend.open(one))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("token-serial");
    } finally {
      SoftHsmToken.deleteAll(label);
    }
  }

  @Test
  void anAmbiguousKeyIsRefusedAndMadeExactByItsId() {
    token.pkcs11Tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "r", "--id", "01");
    token.pkcs11Tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "r", "--id", "02");
    try (Pkcs11Backend backend = TestBackend.open(token)) {
      assertThatThrownBy(() -> backend.key(TestBackend.entry("r"), TestBackend.soon()))
          .isInstanceOf(AmbiguousKeyException.class)
          .hasMessageContaining("key-id");
      backend.key(TestBackend.entry("r", Usage.defaults(), "key-id", "01"), TestBackend.soon());
      backend.key(TestBackend.entry(null, Usage.defaults(), "key-id", "0x02"), TestBackend.soon());
      assertThatThrownBy(
              () ->
                  backend.key(
                      TestBackend.entry("r", Usage.defaults(), "key-id", "03"), TestBackend.soon()))
          .isInstanceOf(KeyNotFoundException.class);
    }
  }

  @Test
  void signingGoesOnAfterOthersLoggedOutOrClosedAllSessions() throws Exception {
    try (Pkcs11Backend backend = TestBackend.open(token)) {
      Pkcs11Key key = TestBackend.generate(backend, "ec", KeyType.EC_P256, Usage.defaults());
      Signing signing = key.capability(Signing.class).orElseThrow();
      long before = key.epoch();
      signing.sign(SignatureAlgorithm.ECDSA_SHA256, DIGEST, TestBackend.soon());
      assertThat(key.epoch()).isEqualTo(before);

      inside(
          backend,
          (cryptoki, session) -> {
            cryptoki.logout(session.handle());
            return true;
          });
      signing.sign(SignatureAlgorithm.ECDSA_SHA256, DIGEST, TestBackend.soon());
      assertThat(key.epoch()).isGreaterThan(before);

      inside(
          backend,
          (cryptoki, session) -> {
            cryptoki.closeAllSessions(session.epoch().slot());
            return true;
          });
      verify(key, signing);
    }
  }

  private static void verify(Pkcs11Key key, Signing signing) throws Exception {
    byte[] data = "data".getBytes(StandardCharsets.UTF_8);
    byte[] signature =
        signing.sign(
            SignatureAlgorithm.ECDSA_SHA256,
            Message.digest(HashAlgorithm.SHA256, HashAlgorithm.SHA256.digest(data)),
            TestBackend.soon());
    Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
    verifier.initVerify(key.info().publicKey());
    verifier.update(data);
    assertThat(verifier.verify(signature)).isTrue();
  }

  /** What another component of the process does to the module behind the backend's back. */
  private static void inside(Pkcs11Backend backend, SessionWork<Boolean> work) {
    backend
        .connection()
        .call(
            Deadline.after(Duration.ofSeconds(10)),
            work,
            (cryptoki, session) -> true,
            Meaning.OF_INPUT::of);
  }

  @Test
  void anotherKeyUnderTheSameNameIsNotUsedAfterTheEpochChanged() {
    try (Pkcs11Backend backend = TestBackend.open(token)) {
      Pkcs11Key key =
          TestBackend.generate(backend, "ec", KeyType.EC_P256, Usage.defaults(), "key-id", "77");
      KeyConfig entry = TestBackend.entry("ec", Usage.defaults(), "key-id", "77");
      Signing signing = key.capability(Signing.class).orElseThrow();
      signing.sign(SignatureAlgorithm.ECDSA_SHA256, DIGEST, TestBackend.soon());
      KeyConfig pinned = TestBackend.pinned(entry, key);
      backend
          .capability(KeyLifecycle.class)
          .orElseThrow()
          .scheduleDestruction(pinned, null, TestBackend.soon());
      TestBackend.generate(backend, "ec", KeyType.EC_P256, Usage.defaults(), "key-id", "77");

      assertThatThrownBy(
              () -> signing.sign(SignatureAlgorithm.ECDSA_SHA256, DIGEST, TestBackend.soon()))
          .isInstanceOf(IdentityChangedException.class);
      assertThatThrownBy(() -> backend.key(pinned, TestBackend.soon()))
          .isInstanceOf(IdentityChangedException.class);
      backend.key(entry, TestBackend.soon());
    }
  }

  @Test
  void anotherSecretKeyUnderTheSameNameIsNotUsed() {
    try (Pkcs11Backend backend = TestBackend.open(token)) {
      KeyType type = KeyType.hmac(HashAlgorithm.SHA256);
      KeyConfig entry = TestBackend.entry("mac", Set.of(Usage.MAC), "key-id", "78");
      KeyLifecycle lifecycle = backend.capability(KeyLifecycle.class).orElseThrow();
      lifecycle.importKey(
          entry, type, SecretBytes.copyOf(new byte[32]), entry.id(), TestBackend.soon());
      Pkcs11Key key = (Pkcs11Key) backend.key(entry, TestBackend.soon());
      Macing macing = key.capability(Macing.class).orElseThrow();
      KeyConfig pinned = TestBackend.pinned(entry, key);
      Pkcs11Key same = (Pkcs11Key) backend.key(pinned, TestBackend.soon());
      lifecycle.scheduleDestruction(pinned, null, TestBackend.soon());
      byte[] other = new byte[32];
      other[0] = 1;
      lifecycle.importKey(entry, type, SecretBytes.copyOf(other), entry.id(), TestBackend.soon());

      for (Macing stale : new Macing[] {macing, same.capability(Macing.class).orElseThrow()}) {
        assertThatThrownBy(
                () ->
                    stale.mac(
                        key.info().macAlgorithms().iterator().next(),
                        new byte[3],
                        TestBackend.soon()))
            .isInstanceOf(IdentityChangedException.class);
      }
      assertThatThrownBy(() -> backend.key(pinned, TestBackend.soon()))
          .isInstanceOf(IdentityChangedException.class);
    }
  }

  @Test
  void alwaysAuthenticateKeysGetTheirOwnLogin() throws Exception {
    token.pkcs11Tool(
        "--keypairgen",
        "--key-type",
        "EC:prime256v1",
        "--label",
        "always",
        "--id",
        "05",
        "--always-auth");
    try (Pkcs11Backend backend = TestBackend.open(token)) {
      Pkcs11Key key = (Pkcs11Key) backend.key(TestBackend.entry("always"), TestBackend.soon());
      Signing signing = key.capability(Signing.class).orElseThrow();
      for (int i = 0; i < 3; i++) {
        verify(key, signing);
      }
      assertThat(key.epoch()).isEqualTo(1);
    }
  }

  @Test
  void aCallWhoseTimeIsOverWaitsForNoSession() {
    try (Pkcs11Backend backend = TestBackend.open(token, "max-sessions", "1")) {
      Pkcs11Key key = TestBackend.generate(backend, "ec", KeyType.EC_P256, Usage.defaults());
      key.handle()
          .run(
              TestBackend.soon(),
              (cryptoki, session, handle) -> {
                assertThatThrownBy(
                        () ->
                            backend
                                .capability(io.managedkeys.spi.RandomSource.class)
                                .orElseThrow()
                                .random(1, CallContext.within(Duration.ofMillis(20))))
                    .isInstanceOf(io.managedkeys.ThrottledException.class)
                    .hasMessageContaining("max-sessions");
                return true;
              },
              Probe.ofToken(),
              Meaning.OF_INPUT);
    }
  }

  /** Another component of this process that uses the same module directly. */
  private static final class ForeignUser implements AutoCloseable {

    private final Pkcs11Backend helper;
    private final Cryptoki cryptoki;
    private final long session;

    private ForeignUser(Pkcs11Backend helper, Cryptoki cryptoki, long session) {
      this.helper = helper;
      this.cryptoki = cryptoki;
      this.session = session;
    }

    static ForeignUser of(SoftHsmToken token) throws CkrException {
      // A backend on another token keeps the module initialised.
      SoftHsmToken other = SoftHsmToken.create("other-" + token.label());
      Pkcs11Backend helper = TestBackend.open(other);
      Cryptoki cryptoki = helper.connection().module().cryptoki();
      for (long slot : cryptoki.slots(true)) {
        if (cryptoki.tokenInfo(slot).label().equals(token.label())) {
          return new ForeignUser(helper, cryptoki, cryptoki.openSession(slot, false));
        }
      }
      throw new IllegalStateException("no token " + token.label());
    }

    void login(String pin) throws CkrException {
      cryptoki.login(session, Cryptoki.CKU_USER, pin.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws CkrException {
      cryptoki.closeSession(session);
      helper.close();
    }
  }
}
