package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import io.managedkeys.KeyRef;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.testkit.gcpkms.GcpKmsServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** One server, and one backend for each transport, on a key ring of the class's own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BackendTest {
  static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);
  static final byte[] AAD = "associated".getBytes(StandardCharsets.UTF_8);

  enum Transport {
    GRPC,
    REST
  }

  private final Map<Transport, KeyBackend> backends = new EnumMap<>(Transport.class);
  private final Map<CryptoKeyVersionAlgorithm, String> keys = new HashMap<>();
  GcpKmsServer server;
  String ring;

  @BeforeAll
  void start() throws IOException {
    server = GcpKmsServer.start();
    ring = server.createKeyRing("projects/test/locations/global", "ring");
    for (Transport transport : Transport.values()) {
      backends.put(transport, open(backendFields(transport), TestHost.STRICT));
    }
  }

  @BeforeEach
  void noFaults() {
    server.faults().clear();
    server.requests().reset();
  }

  @AfterAll
  void stop() {
    backends.values().forEach(KeyBackend::close);
    server.close();
  }

  static BackendProvider provider() {
    return ServiceLoader.load(BackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.type().equals("gcpkms"))
        .findFirst()
        .orElseThrow();
  }

  Map<String, String> backendFields(Transport transport) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("project", "test");
    fields.put("location", "global");
    fields.put("key-ring", "ring");
    fields.put("credentials", "none");
    fields.put("plaintext", "true");
    fields.put("transport", transport.name().toLowerCase(java.util.Locale.ROOT));
    fields.put(
        "endpoint", transport == Transport.GRPC ? server.grpcEndpoint() : server.restEndpoint());
    return fields;
  }

  static KeyBackend open(Map<String, String> fields, Host host) {
    return provider()
        .open(
            new BackendConfig(
                "gcp",
                UUID.randomUUID(),
                1,
                provider().backendSchema().check("backend \"gcp\"", values(fields))),
            host);
  }

  static Map<String, ConfigValue> values(Map<String, String> fields) {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    fields.forEach((name, value) -> values.put(name, ConfigValue.of(value)));
    return values;
  }

  KeyBackend backend() {
    return backend(Transport.GRPC);
  }

  KeyBackend backend(Transport transport) {
    return backends.get(transport);
  }

  static KeyConfig entry(Map<String, String> fields, Usage... usages) {
    return new KeyConfig(
        KeyRef.parse("gcp:key"),
        UUID.randomUUID(),
        usages.length == 0 ? Usage.defaults() : Set.of(usages),
        provider().keySchema().check("key \"gcp:key\"", values(fields)),
        null);
  }

  static KeyConfig entry(String cryptoKey, Usage... usages) {
    return entry(Map.of("crypto-key", cryptoKey), usages);
  }

  BackendKey key(Transport transport, String cryptoKey) {
    return backend(transport).key(entry(cryptoKey), context());
  }

  BackendKey key(String cryptoKey) {
    return key(Transport.GRPC, cryptoKey);
  }

  static CallContext context() {
    return CallContext.within(Duration.ofSeconds(20));
  }

  /** A key of this class's own for an algorithm, made once; returns the crypto key's id. */
  String shared(CryptoKeyVersionAlgorithm algorithm) {
    return keys.computeIfAbsent(
        algorithm,
        a -> {
          String id = "shared-" + a.name();
          server.createKey(ring, id, a);
          return id;
        });
  }
}
