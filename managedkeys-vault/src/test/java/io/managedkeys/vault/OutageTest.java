package io.managedkeys.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ManagedKey;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.testkit.openbao.OpenBaoExtension;
import io.managedkeys.testkit.openbao.OpenBaoServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server with TLS and storage that is sealed, unsealed, restarted and given a new certificate. */
class OutageTest {

  private static final byte[] TEXT = "hello".getBytes(StandardCharsets.US_ASCII);

  @RegisterExtension static final OpenBaoExtension BAO = OpenBaoExtension.production();

  @Test
  void outagesUnderLoadAreTypedAndEndWithoutARestartOfOurs() throws Exception {
    OpenBaoServer server = BAO.server();
    server.admin().mount("load", "transit", Map.of());
    server.admin().post("load/keys/k", Map.of("type", "ed25519"));
    try (ManagedKeys keys = open(server, "load", server.caFile(), Map.of())) {
      ManagedKey key = keys.key("bao:key");
      key.sign(SignatureAlgorithm.ED25519, TEXT);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicInteger signed = new AtomicInteger();
      Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Thread thread = new Thread(() -> load(key, stop, signed, unexpected));
        threads.add(thread);
        thread.start();
      }

      server.seal();
      Thread.sleep(300);
      server.unseal();
      server.changeCertificate();
      server.restart();

      stop.set(true);
      for (Thread thread : threads) {
        thread.join(60_000);
        assertThat(thread.isAlive()).isFalse();
      }
      assertThat(unexpected).isEmpty();
      assertThat(signed.get()).isPositive();
      assertServesAgain(key);
    }
  }

  private static void load(
      ManagedKey key, AtomicBoolean stop, AtomicInteger signed, Queue<Throwable> unexpected) {
    while (!stop.get()) {
      try {
        byte[] signature = key.sign(SignatureAlgorithm.ED25519, TEXT);
        if (!key.verify(SignatureAlgorithm.ED25519, TEXT, signature)) {
          unexpected.add(new AssertionError("a wrong signature"));
        }
        signed.incrementAndGet();
      } catch (BackendUnavailableException e) {
        // What an outage is called.
      } catch (Throwable e) {
        unexpected.add(e);
      }
    }
  }

  /** The registry's circuit looks again after its pause; the library needs no restart. */
  private static void assertServesAgain(ManagedKey key) throws InterruptedException {
    BackendUnavailableException last = null;
    for (int i = 0; i < 300; i++) {
      try {
        assertThat(key.sign(SignatureAlgorithm.ED25519, TEXT)).hasSize(64);
        return;
      } catch (BackendUnavailableException e) {
        last = e;
        Thread.sleep(100);
      }
    }
    throw new AssertionError("the backend did not come back", last);
  }

  @Test
  void foreignAuthorityAndForeignNameAreRefusedBeforeTheTokenIsSent() {
    OpenBaoServer server = BAO.server();
    server.admin().mount("tls", "transit", Map.of());
    server.admin().post("tls/keys/k", Map.of("type", "ed25519"));

    assertThatThrownBy(() -> sign(server, null, Map.of()))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageNotContaining(server.rootToken());
    assertThatThrownBy(() -> sign(server, server.caFile(), Map.of("server-name", "other.example")))
        .isInstanceOf(BackendUnavailableException.class);
    sign(server, server.caFile(), Map.of("server-name", "openbao.test"));
    sign(server, server.caFile(), Map.of());
  }

  private static void sign(OpenBaoServer server, Path ca, Map<String, String> more) {
    try (ManagedKeys keys = open(server, "tls", ca, more)) {
      keys.key("bao:key").sign(SignatureAlgorithm.ED25519, TEXT);
    }
  }

  private static ManagedKeys open(
      OpenBaoServer server, String mount, Path ca, Map<String, String> more) {
    Map<String, String> fields = new HashMap<>(more);
    fields.put("address", server.address().toString());
    fields.put("mount", mount);
    if (ca != null) {
      fields.put("ca-file", ca.toString());
    }
    return ManagedKeys.builder()
        .backend(
            "bao",
            "vault",
            fields,
            Map.of("token", SecretBytes.copyOf(server.rootToken().toCharArray())))
        .key("bao:key", Map.of("name", "k"))
        .allowAmbient()
        .open();
  }
}
