package io.managedkeys.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.Grant;
import io.managedkeys.GrantMissingException;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyAccess;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.Namespace;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Subject;
import io.managedkeys.Usage;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.Replacement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {

  private static final byte[] DATA = {1, 2, 3};
  private static final Subject PKI = Subject.mount("pki");

  private final MemoryProvider provider = new MemoryProvider();
  private final List<AuditEvent> audited = new ArrayList<>();
  private ManagedKeys keys = build().open();

  private ManagedKeysBuilder build() {
    for (String name : new String[] {"ec", "rsa", "aes", "mac", "ed"}) {
      provider.store.remove(name);
    }
    provider.make("ec", KeyType.EC_P256);
    provider.make("rsa", KeyType.RSA_2048);
    provider.make("aes", KeyType.AES_256);
    provider.make("mac", KeyType.hmac(HashAlgorithm.SHA256));
    provider.make("ed", KeyType.ED25519);
    return ManagedKeys.builder()
        .provider(provider)
        .audit(audited::add)
        .backend("m", "memory", Map.of("pin", "1234", "deadline", "3s"))
        .key("m:ec", Map.of("label", "ec", "usages", "sign,verify,agree,random"))
        .key("m:rsa", Map.of("label", "rsa", "usages", "encrypt,decrypt,wrap,unwrap,verify"))
        .key("m:aes", Map.of("label", "aes", "usages", "encrypt,decrypt"))
        .key("m:mac", Map.of("label", "mac", "usages", "mac,verify-mac"))
        .key("m:ed", Map.of("label", "ed"));
  }

  @AfterEach
  void close() {
    keys.close();
    assertThat(provider.closed.get()).isEqualTo(provider.opened.get());
  }

  @Test
  void signaturesVerifyHereAndInTheJdk() throws Exception {
    ManagedKey key = keys.key("m:ec");
    byte[] signature = key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    assertThat(key.verify(SignatureAlgorithm.ECDSA_SHA256, DATA, signature)).isTrue();
    Signature jdk = Signature.getInstance("SHA256withECDSA");
    jdk.initVerify(key.publicKey());
    jdk.update(DATA);
    assertThat(jdk.verify(signature)).isTrue();
    Message digest = Message.digest(HashAlgorithm.SHA256, HashAlgorithm.SHA256.digest(DATA));
    assertThat(key.verify(SignatureAlgorithm.ECDSA_SHA256, digest, signature)).isTrue();
    signature[signature.length - 1] ^= 1;
    assertThat(key.verify(SignatureAlgorithm.ECDSA_SHA256, DATA, signature)).isFalse();
  }

  @Test
  void verifyingMakesNoRemoteCall() {
    ManagedKey key = keys.key("m:ec");
    byte[] signature = key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    int before = provider.primitives.get();
    assertThat(key.verify(SignatureAlgorithm.ECDSA_SHA256, DATA, signature)).isTrue();
    assertThat(keys.key("m:rsa").encrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, DATA)).hasSize(256);
    assertThat(provider.primitives.get()).isEqualTo(before);
  }

  @Test
  void oneSignatureIsOneRemoteCallAndTheKeyIsLookedForOnce() {
    ManagedKey key = keys.key("m:ec");
    key.info();
    int looked = provider.looked.get();
    for (int i = 0; i < 10; i++) {
      key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    }
    assertThat(provider.primitives.get()).isEqualTo(10);
    assertThat(provider.looked.get()).isEqualTo(looked);
  }

  @Test
  void rsaEncryptsWrapsAndUnwraps() {
    ManagedKey key = keys.key("m:rsa");
    byte[] ciphertext = key.encrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, DATA);
    assertThat(key.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, ciphertext)).isEqualTo(DATA);
    byte[] material = new byte[1000];
    byte[] wrapped = key.wrapBytes(WrapAlgorithm.RSA_AES_KWP_SHA256, material);
    try (var unwrapped = key.unwrapBytes(WrapAlgorithm.RSA_AES_KWP_SHA256, wrapped)) {
      assertThat(unwrapped.copy()).isEqualTo(material);
    }
    wrapped[wrapped.length - 1] ^= 1;
    assertThatThrownBy(() -> key.unwrapBytes(WrapAlgorithm.RSA_AES_KWP_SHA256, wrapped))
        .isInstanceOf(InvalidCiphertextException.class);
    assertThatThrownBy(() -> key.encrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, new byte[191]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("190 bytes, not 191");
  }

  @Test
  void aesMakesItsNonceAndBindsAssociatedData() {
    ManagedKey key = keys.key("m:aes");
    byte[] aad = {9};
    byte[] ciphertext = key.encrypt(EncryptionAlgorithm.AES_GCM, DATA, aad);
    assertThat(ciphertext).hasSize(1 + 12 + 3 + 16).startsWith(12);
    assertThat(key.decrypt(EncryptionAlgorithm.AES_GCM, ciphertext, aad)).isEqualTo(DATA);
    assertThatThrownBy(() -> key.decrypt(EncryptionAlgorithm.AES_GCM, ciphertext))
        .isInstanceOf(InvalidCiphertextException.class);
    try (var dataKey = key.generateDataKey(32, aad)) {
      assertThat(key.decrypt(EncryptionAlgorithm.AES_GCM, dataKey.wrapped(), aad))
          .isEqualTo(dataKey.plaintext().copy());
    }
  }

  @Test
  void macsAndSecretsAreChecked() throws Exception {
    ManagedKey mac = keys.key("m:mac");
    byte[] code = mac.mac(MacAlgorithm.HMAC_SHA256, DATA);
    assertThat(mac.verifyMac(MacAlgorithm.HMAC_SHA256, DATA, code)).isTrue();
    assertThat(mac.verifyMac(MacAlgorithm.HMAC_SHA256, DATA, new byte[31])).isFalse();
    ManagedKey ec = keys.key("m:ec");
    assertThat(ec.agree(AgreementAlgorithm.ECDH, ec.publicKey()).length()).isEqualTo(32);
    var p384 = KeyPairGenerator.getInstance("EC");
    p384.initialize(384);
    var peer = p384.generateKeyPair().getPublic();
    assertThatThrownBy(() -> ec.agree(AgreementAlgorithm.ECDH, peer))
        .isInstanceOf(InvalidInputException.class);
    assertThat(ec.random(40)).hasSize(40);
  }

  @Test
  void pureAlgorithmsRefuseADigest() {
    Message digest = Message.digest(HashAlgorithm.SHA256, new byte[32]);
    assertThatThrownBy(() -> keys.key("m:ed").sign(SignatureAlgorithm.ED25519, digest))
        .isInstanceOf(InvalidInputException.class);
    assertThat(provider.primitives.get()).isZero();
  }

  @Test
  void usagesAndAlgorithmsAreRefusedBeforeAnyCall() {
    assertThatThrownBy(() -> keys.key("m:aes").sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(UsageDeniedException.class)
        .hasMessageContaining("operation=sign");
    assertThatThrownBy(() -> keys.key("m:ec").sign(SignatureAlgorithm.ECDSA_NONE, DATA))
        .isInstanceOf(UsageDeniedException.class)
        .hasMessageContaining("algorithms");
    assertThat(audited).anyMatch(event -> event.outcome().equals("UsageDeniedException"));
  }

  @Test
  void grantsAreCheckedAtEveryCall() {
    Registry registry = keys.registry();
    KeyAccess pki = keys.access(Namespace.ROOT, PKI);
    assertThatThrownBy(() -> pki.key("m:ec"))
        .isInstanceOf(GrantMissingException.class)
        .hasMessageContaining("mount \"pki/\" is missing grant for key \"m:ec\"");
    Grant grant = Grant.allow(PKI, "m:ec", Set.of(Usage.SIGN));
    registry.grant(Namespace.ROOT, grant);
    ManagedKey key = pki.key("m:ec");
    key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    assertThat(key.usages()).containsExactly(Usage.SIGN);
    assertThatThrownBy(() -> key.verify(SignatureAlgorithm.ECDSA_SHA256, DATA, DATA))
        .isInstanceOf(GrantMissingException.class);
    assertThat(registry.revoke(Namespace.ROOT, grant)).isTrue();
    assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(GrantMissingException.class);
    assertThat(audited).anyMatch(e -> e.call().operation() == Operation.LOOK_UP);
  }

  @Test
  void aDenialWinsOverEveryPermission() {
    Registry registry = keys.registry();
    registry.grant(Namespace.ROOT, Grant.allow(PKI, "*", Set.of(Usage.SIGN, Usage.VERIFY)));
    registry.grant(Namespace.ROOT, Grant.deny(PKI, "m:e*", Set.of(Usage.SIGN)));
    ManagedKey key = keys.access(Namespace.ROOT, PKI).key("m:ec");
    assertThat(key.usages()).containsExactly(Usage.VERIFY);
    assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(GrantMissingException.class);
  }

  @Test
  void namespacesAreInvisibleToEachOther() {
    KeyAccess other = keys.registry().hostAccess(Namespace.parse("team/a"));
    assertThatThrownBy(() -> other.key("m:ec")).isInstanceOf(KeyNotFoundException.class);
    assertThat(other.keys()).isEmpty();
    assertThat(keys.keys()).hasSize(5);
  }

  @Test
  void aReplacedKeyIsNeverUsed() {
    ManagedKey key = keys.key("m:ec");
    key.info();
    Pin pin = keys.registry().pin(Namespace.ROOT, KeyRef.parse("m:ec")).orElseThrow();
    ManagedKey aes = keys.key("m:aes");
    aes.info();
    Pin witness = keys.registry().pin(Namespace.ROOT, KeyRef.parse("m:aes")).orElseThrow();
    assertThat(witness.witness()).isPresent();
    provider.make("ec", KeyType.EC_P256);
    provider.make("aes", KeyType.AES_256);
    keys.registry().replaceBackend(Namespace.ROOT, "m", fields("pin", "1234"));
    assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(IdentityChangedException.class);
    assertThatThrownBy(() -> aes.encrypt(EncryptionAlgorithm.AES_GCM, DATA))
        .isInstanceOf(IdentityChangedException.class);
    keys.registry().repin(Namespace.ROOT, KeyRef.parse("m:ec"), pin);
    key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    assertThatThrownBy(() -> keys.registry().repin(Namespace.ROOT, KeyRef.parse("m:ec"), pin))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void aWrongSignatureIsNotReleased() {
    provider.signatures =
        signature -> {
          byte[] wrong = signature.clone();
          wrong[wrong.length - 1] ^= 1;
          return wrong;
        };
    assertThatThrownBy(() -> keys.key("m:ec").sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(IdentityChangedException.class);
    provider.signatures = signature -> signature;
    keys.key("m:ec").sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    provider.epoch = 2;
    provider.signatures = signature -> new byte[] {0x30, 6, 2, 1, 1, 2, 1, 1};
    assertThatThrownBy(() -> keys.key("m:ec").sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(IdentityChangedException.class);
  }

  @Test
  void whatMayBeRepeatedIsAndInputErrorsAreNot() {
    AtomicInteger left = new AtomicInteger(2);
    provider.fault =
        () -> {
          if (left.getAndDecrement() > 0) {
            throw new BackendUnavailableException("gone");
          }
        };
    keys.key("m:ec").sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    assertThat(provider.primitives.get()).isEqualTo(3);
    provider.fault =
        () -> {
          throw new InvalidCiphertextException("damaged");
        };
    int before = provider.primitives.get();
    assertThatThrownBy(
            () -> keys.key("m:rsa").decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, new byte[256]))
        .isInstanceOf(InvalidCiphertextException.class);
    assertThat(provider.primitives.get()).isEqualTo(before + 1);
  }

  @Test
  void aBackendThatIsDownFailsAtOnceAndComesBackByItself() throws Exception {
    ManagedKey key = keys.key("m:ec");
    key.info();
    provider.fault =
        () -> {
          throw new BackendUnavailableException("gone");
        };
    for (int i = 0; i < 6; i++) {
      assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
          .isInstanceOf(BackendUnavailableException.class);
    }
    long patience = System.nanoTime() + 10_000_000_000L;
    while (!saysDown(key)) {
      assertThat(System.nanoTime()).isLessThan(patience);
      Thread.sleep(20);
    }
    int before = provider.primitives.get();
    assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("is down");
    assertThat(provider.primitives.get()).isEqualTo(before);
    provider.fault = () -> {};
    while (true) {
      try {
        key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
        break;
      } catch (BackendUnavailableException e) {
        assertThat(System.nanoTime()).isLessThan(patience);
        Thread.sleep(50);
      }
    }
  }

  private static boolean saysDown(ManagedKey key) {
    try {
      key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
      return false;
    } catch (BackendUnavailableException e) {
      return e.getMessage().contains("is down");
    }
  }

  @Test
  void shortDeadlinesOfCallersDoNotShutAGoodBackend() {
    ManagedKey key = keys.key("m:ec");
    key.info();
    ManagedKey hasty = key.within(Duration.ofNanos(1));
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> hasty.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
          .isInstanceOf(BackendUnavailableException.class);
    }
    key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
  }

  @Test
  void thePinIsPresentedOnceHoweverManyCallersWait() throws Exception {
    ManagedKeysBuilder builder =
        ManagedKeys.builder()
            .provider(provider)
            .backend("lazy", "memory", Map.of("verify", "false", "pin", "1234"))
            .key("lazy:ec", Map.of("label", "ec"));
    int before = provider.opened.get();
    try (ManagedKeys lazy = builder.open()) {
      ExecutorService pool = Executors.newFixedThreadPool(8);
      CountDownLatch start = new CountDownLatch(1);
      List<Future<byte[]>> signed = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        signed.add(
            pool.submit(
                () -> {
                  start.await();
                  return lazy.key("lazy:ec").sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
                }));
      }
      start.countDown();
      for (Future<byte[]> future : signed) {
        assertThat(lazy.key("lazy:ec").verify(SignatureAlgorithm.ECDSA_SHA256, DATA, future.get()))
            .isTrue();
      }
      pool.shutdown();
    }
    assertThat(provider.opened.get()).isEqualTo(before + 1);
  }

  @Test
  void aBadReplacementChangesNothing() {
    for (Replacement replacement : Replacement.values()) {
      provider.replacement = replacement;
      assertThatThrownBy(
              () -> keys.registry().replaceBackend(Namespace.ROOT, "m", fields("pin", "wrong")))
          .isInstanceOf(BackendAuthenticationException.class)
          .hasMessageContaining("code=PIN_INCORRECT")
          .hasMessageNotContaining("wrong,");
      keys.key("m:ec").sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    }
    // The failed openings gave no backend to close.
    provider.closed.addAndGet(2);
  }

  @Test
  void usagesThatUndoEachOtherAreRefused() {
    keys.registry()
        .addKey(
            Namespace.ROOT,
            KeyRef.parse("m:both"),
            Map.of("label", ConfigValue.of("rsa"), "usages", ConfigValue.of("sign,decrypt")));
    assertThatThrownBy(() -> keys.key("m:both").info())
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("sign-with-decrypt");
  }

  @Test
  void exactlyOneKeyIsGenerated() throws Exception {
    KeyRef ref = KeyRef.parse("m:new");
    keys.registry()
        .addKey(
            Namespace.ROOT,
            ref,
            Map.of("label", ConfigValue.of("new"), "allow-generate-key", ConfigValue.of("true")));
    ExecutorService pool = Executors.newFixedThreadPool(8);
    List<Future<String>> outcomes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      outcomes.add(
          pool.submit(
              () -> {
                try {
                  keys.registry().generate(Namespace.ROOT, ref, KeyType.EC_P256);
                  return "made";
                } catch (ConflictException e) {
                  return "there";
                }
              }));
    }
    int made = 0;
    for (Future<String> outcome : outcomes) {
      made += outcome.get().equals("made") ? 1 : 0;
    }
    pool.shutdown();
    assertThat(made).isEqualTo(1);
    assertThat(provider.generated.get()).isEqualTo(1);
    keys.registry().test(Namespace.ROOT, ref, Usage.SIGN);
    assertThatThrownBy(
            () -> keys.registry().generate(Namespace.ROOT, KeyRef.parse("m:ec"), KeyType.EC_P256))
        .isInstanceOf(UsageDeniedException.class)
        .hasMessageContaining("allow-generate-key");
  }

  @Test
  void grantedEntriesAndUsedBackendsAreNotRemoved() {
    Registry registry = keys.registry();
    KeyRef ec = KeyRef.parse("m:ec");
    Grant grant = Grant.allow(PKI, "m:ec", Set.of(Usage.SIGN));
    registry.grant(Namespace.ROOT, grant);
    assertThatThrownBy(() -> registry.removeKey(Namespace.ROOT, ec))
        .isInstanceOf(ConflictException.class);
    assertThatThrownBy(() -> registry.removeBackend(Namespace.ROOT, "m"))
        .isInstanceOf(ConflictException.class);
    ManagedKey held = keys.key("m:ec");
    registry.revoke(Namespace.ROOT, grant);
    registry.removeKey(Namespace.ROOT, ec);
    assertThatThrownBy(() -> held.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(KeyNotFoundException.class);
    assertThat(provider.store).containsKey("ec");
  }

  @Test
  void readsMaskWhatIsSensitive() {
    assertThat(keys.registry().backendFields(Namespace.ROOT, "m"))
        .containsEntry("pin", "(redacted)")
        .containsEntry("type", "memory");
  }

  @Test
  void fatalAuditWithholdsTheResult() {
    try (ManagedKeys strict =
        ManagedKeys.builder()
            .provider(provider)
            .backend("m", "memory", Map.of())
            .key("m:ec", Map.of("label", "ec"))
            .audit(
                event -> {
                  if (event.phase() == AuditEvent.Phase.INTENT
                      && event.call().operation() == Operation.SIGN) {
                    throw new IllegalStateException("disk full");
                  }
                })
            .auditFailure(AuditFailure.FATAL)
            .open()) {
      strict.key("m:ec").info();
      int before = provider.primitives.get();
      assertThatThrownBy(() -> strict.key("m:ec").sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
          .isInstanceOf(ManagedKeyException.class)
          .hasMessageContaining("audit");
      assertThat(provider.primitives.get()).isEqualTo(before);
    }
  }

  @Test
  void aFileDeclaresEverythingAndPinsLieBesideIt(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("managedkeys.properties");
    Files.writeString(folder.resolve("pin.txt"), "1234\n");
    Files.writeString(
        file,
        """
        # A comment
        backend.m.type = memory
        backend.m.pin = ${file:pin.txt}
        key.m.root.label = ec
        key.m.root.usages = sign, verify
        grant.pki.subject = mount:pki
        grant.pki.keys = m:root
        grant.pki.usages = sign
        team/a/backend.m.type = memory
        """);
    try (ManagedKeys declared = ManagedKeys.builder().provider(provider).file(file).open()) {
      assertThat(declared.access(Namespace.ROOT, PKI).key("m:root").usages())
          .containsExactly(Usage.SIGN);
      declared.key("m:root").sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
      assertThat(declared.registry().backends(Namespace.parse("team/a"))).containsExactly("m");
    }
    assertThat(folder.resolve("managedkeys.properties.pins")).content().contains("m.root = ");
    provider.make("ec", KeyType.EC_P256);
    try (ManagedKeys declared = ManagedKeys.builder().provider(provider).file(file).open()) {
      assertThatThrownBy(() -> declared.key("m:root").sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
          .isInstanceOf(IdentityChangedException.class);
    }
  }

  @Test
  void badFilesAreRefusedWithTheLineOrField(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("bad.properties");
    Map<String, String> faults =
        Map.of(
            "backend.m.type = memory\nbackend.m.type = memory\n", "line 2",
            "backend.m.type = yubi\n", "found are [memory]",
            "backend.m.type = awskms\n", "io.managedkeys:managedkeys-awskms",
            "backend.m.type = memory\nbackend.m.colour = red\n", "unknown field \"colour\"",
            "backend.m.type = memory\nkey.m.a.usages = sign\n", "missing field \"label\"",
            "backend.M.type = memory\n", "is not a name",
            "backend.m.type = memory\nbackend.m.pin = C:\\keys\n", "bad escape",
            "backend.m.type = memory\nbackend.m.pin = ${env:NOPE_NOT_SET}\n", "NOPE_NOT_SET",
            "backends.m.type = memory\n", "unknown property");
    for (Map.Entry<String, String> fault : faults.entrySet()) {
      Files.writeString(file, fault.getKey());
      assertThatThrownBy(() -> ManagedKeys.builder().provider(provider).file(file).open())
          .as(fault.getKey())
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining(fault.getValue());
    }
  }

  private static Map<String, ConfigValue> fields(String name, String value) {
    return Map.of("type", ConfigValue.of("memory"), name, ConfigValue.of(value));
  }
}
