package io.managedkeys.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.ConflictException;
import io.managedkeys.Grant;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyAccess;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Namespace;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Subject;
import io.managedkeys.Usage;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.spi.ConfigValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdministrationTest {

  private static final byte[] DATA = {1, 2, 3};
  private static final Namespace TEAM = Namespace.parse("team");
  private static final Subject PKI = Subject.mount("pki");
  private static final KeyRef ROOT_KEY = KeyRef.parse("m:root");

  private final MemoryProvider provider = new MemoryProvider();
  private ManagedKeys keys;
  private Registry registry;

  @BeforeEach
  void open() {
    provider.make("ca-root", KeyType.EC_P256);
    provider.make("team-web", KeyType.EC_P256);
    keys =
        ManagedKeys.builder()
            .provider(provider)
            .backend("m", "memory", Map.of("pin", "1234", "endpoint", "here"))
            .key("m:root", Map.of("label", "ca-root"))
            .open();
    registry = keys.registry();
  }

  @AfterEach
  void close() {
    keys.close();
  }

  private static ConfigValue text(String text) {
    return ConfigValue.of(text);
  }

  @Test
  void aPatchThatSendsTheCredentialElsewhereNeedsItAgain() {
    assertThatThrownBy(
            () ->
                registry.patchBackend(
                    Namespace.ROOT, "m", Map.of("endpoint", Optional.of(text("there")))))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("\"pin\" again");
    registry.patchBackend(
        Namespace.ROOT,
        "m",
        Map.of("endpoint", Optional.of(text("there")), "pin", Optional.of(text("1234"))));
    registry.patchBackend(Namespace.ROOT, "m", Map.of("deadline", Optional.of(text("5s"))));
    assertThat(registry.backendFields(Namespace.ROOT, "m"))
        .containsEntry("endpoint", "there")
        .containsEntry("pin", "(redacted)");
    assertThatThrownBy(
            () ->
                registry.patchBackend(
                    Namespace.ROOT, "m", Map.of("pin", Optional.of(text("(redacted)")))))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("mask");
    assertThatThrownBy(
            () ->
                registry.patchBackend(
                    Namespace.ROOT, "m", Map.of("pin", Optional.of(text("wrong")))))
        .isInstanceOf(BackendAuthenticationException.class);
    assertThatThrownBy(() -> registry.patchBackend(Namespace.ROOT, "none", Map.of()))
        .isInstanceOf(KeyNotFoundException.class)
        .hasMessageContaining("backend \"none\" does not exist");
    keys.key("m:root").sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
  }

  @Test
  void aRenamedEntryKeepsItsIdItsPinAndItsGrants() {
    registry.grant(Namespace.ROOT, Grant.allow(PKI, "m:root", Set.of(Usage.SIGN)));
    ManagedKey held = keys.access(Namespace.ROOT, PKI).key("m:root");
    held.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    UUID id = held.id();
    registry.renameKey(Namespace.ROOT, ROOT_KEY, "anchor");
    held.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    assertThat(held.ref()).hasToString("m:anchor");
    ManagedKey found = keys.access(Namespace.ROOT, PKI).key("m:anchor");
    assertThat(found.id()).isEqualTo(id);
    assertThatThrownBy(() -> keys.key("m:root")).isInstanceOf(KeyNotFoundException.class);
    // Another key under the old name inherits nothing.
    registry.addKey(Namespace.ROOT, ROOT_KEY, Map.of("label", text("team-web")));
    assertThatThrownBy(() -> keys.access(Namespace.ROOT, PKI).key("m:root"))
        .isInstanceOf(ManagedKeyException.class);
    assertThatThrownBy(() -> registry.renameKey(Namespace.ROOT, ROOT_KEY, "anchor"))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void aPatchedEntryThatLeadsToAnotherKeyIsNoticed() {
    ManagedKey key = keys.key("m:root");
    key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    registry.patchKey(Namespace.ROOT, ROOT_KEY, Map.of("usages", Optional.of(text("verify"))));
    assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(UsageDeniedException.class);
    registry.patchKey(
        Namespace.ROOT,
        ROOT_KEY,
        Map.of("usages", Optional.empty(), "label", Optional.of(text("team-web"))));
    assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(IdentityChangedException.class);
  }

  @Test
  void whatAConsumerDependsOnIsNotDeleted() {
    KeyUse first = registry.use(Namespace.ROOT, ROOT_KEY, "pki/issuer-1");
    KeyUse second = registry.use(Namespace.ROOT, ROOT_KEY, "pki/issuer-1");
    first.close();
    first.close();
    assertThatThrownBy(() -> registry.removeKey(Namespace.ROOT, ROOT_KEY))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("pki/issuer-1");
    second.close();
    registry.removeKey(Namespace.ROOT, ROOT_KEY);
  }

  @Test
  void aLentBackendServesItsTermsOnlyAndCannotBeShadowed() {
    registry.lendBackend(Namespace.ROOT, "m", TEAM, LendingTerms.prefix("label", "team-"));
    assertThatThrownBy(() -> registry.addBackend(TEAM, "m", Map.of("type", text("memory")), 1))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("shadow");
    KeyRef web = KeyRef.parse("m:web");
    assertThatThrownBy(() -> registry.addKey(TEAM, web, Map.of("label", text("ca-root"))))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("terms");
    assertThatThrownBy(
            () -> registry.addKey(TEAM, web, Map.of("label", text("${file:/etc/passwd}"))))
        .isInstanceOf(InvalidConfigurationException.class);
    registry.addKey(TEAM, web, Map.of("label", text("team-web")));
    KeyAccess team = registry.hostAccess(TEAM);
    ManagedKey key = team.key("m:web");
    key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    assertThatThrownBy(
            () -> registry.patchKey(TEAM, web, Map.of("label", Optional.of(text("ca-root")))))
        .isInstanceOf(InvalidConfigurationException.class);
    assertThatThrownBy(() -> keys.key("m:web")).isInstanceOf(KeyNotFoundException.class);
    assertThatThrownBy(() -> registry.removeBackend(Namespace.ROOT, "m"))
        .isInstanceOf(ConflictException.class);
    assertThat(registry.endLending(TEAM, "m")).isTrue();
    assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(KeyNotFoundException.class);
    assertThatThrownBy(
            () ->
                registry.lendBackend(
                    Namespace.ROOT, "m", Namespace.ROOT, LendingTerms.value("label", "x")))
        .isInstanceOf(InvalidConfigurationException.class);
  }

  @Test
  void limitsHoldBelowTheNamespaceToo() {
    registry.limit(TEAM, new NamespaceLimits(Set.of("pkcs11"), null));
    assertThatThrownBy(
            () -> registry.addBackend(TEAM.child("a"), "m", Map.of("type", text("memory")), 1))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("allowed are [pkcs11]");
    registry.addBackend(Namespace.parse("other"), "m", Map.of("type", text("memory")), 1);
  }

  @Test
  void aRemovedNamespaceClosesItsClients() {
    registry.addBackend(TEAM, "own", Map.of("type", text("memory")), 1);
    registry.addKey(TEAM, KeyRef.parse("own:web"), Map.of("label", text("team-web")));
    ManagedKey key = registry.hostAccess(TEAM).key("own:web");
    key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
    int closed = provider.closed.get();
    registry.removeNamespace(TEAM);
    assertThat(provider.closed.get()).isEqualTo(closed + 1);
    assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, DATA))
        .isInstanceOf(KeyNotFoundException.class);
    assertThat(registry.keys(TEAM)).isEmpty();
  }

  @Test
  void environmentAndFilesAreForTheRootOnly() {
    assertThatThrownBy(
            () ->
                registry.addBackend(
                    TEAM, "m", Map.of("type", text("memory"), "pin", text("${env:PATH}")), 1))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("may not be read here");
  }

  @Test
  void aThousandMalformedFilesAreRefusedWithoutAnEcho(@TempDir Path folder) throws Exception {
    String good =
        """
        backend.m.type = memory
        backend.m.pin = hunter2-secret
        key.m.root.label = ca-root
        key.m.root.usages = sign, verify
        grant.a.subject = mount:pki
        grant.a.keys = m:root
        grant.a.usages = sign
        """;
    Random random = new Random(20261122);
    Path file = folder.resolve("generated.properties");
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] text = good.getBytes(StandardCharsets.UTF_8);
      int changes = 1 + random.nextInt(6);
      for (int c = 0; c < changes; c++) {
        text[random.nextInt(text.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, text);
      int opened = provider.opened.get();
      try (ManagedKeys maybe = ManagedKeys.builder().provider(provider).file(file).open()) {
        assertThat(maybe.registry().backends(Namespace.ROOT)).isNotNull();
      } catch (InvalidConfigurationException | KeyNotFoundException e) {
        refused++;
        for (Throwable t = e; t != null; t = t.getCause()) {
          assertThat(String.valueOf(t.getMessage())).doesNotContain("hunter2");
        }
        assertThat(provider.closed.get()).isGreaterThanOrEqualTo(opened - provider.opened.get());
      }
    }
    assertThat(refused).isGreaterThan(500);
    keys.key("m:root").sign(SignatureAlgorithm.ECDSA_SHA256, DATA);
  }
}
