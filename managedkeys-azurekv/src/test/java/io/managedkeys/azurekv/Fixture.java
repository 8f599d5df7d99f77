package io.managedkeys.azurekv;

import com.azure.core.credential.AccessToken;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import io.managedkeys.KeyRef;
import io.managedkeys.SecretBytes;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.Pin;
import io.managedkeys.testkit.azurekv.AzureKeyVaultServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** A server, its certificate in a file, and the backend as a registry would open it. */
final class Fixture implements AutoCloseable {
  final AzureKeyVaultServer server;
  final Path caFile;
  final AzureKeyVaultProvider provider = new AzureKeyVaultProvider();

  Fixture(AzureKeyVaultServer server) {
    this.server = server;
    try {
      caFile = Files.createTempFile("managedkeys", ".pem");
      Files.writeString(caFile, pem(server.certificate().getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Fixture vault() {
    return new Fixture(AzureKeyVaultServer.start());
  }

  static Fixture managedHsm() {
    return new Fixture(AzureKeyVaultServer.builder().managedHsm().start());
  }

  private static String pem(byte[] der) {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END CERTIFICATE-----\n";
  }

  /** What reaches the server, without a credential. */
  Map<String, String> address(boolean managedHsm) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("vault-url", server.url());
    fields.put("service", managedHsm ? "managed-hsm" : "vault");
    fields.put("authority-host", server.url());
    fields.put("ca-file", caFile.toString());
    return fields;
  }

  Map<String, String> clientSecret(boolean managedHsm) {
    Map<String, String> fields = address(managedHsm);
    fields.put("credential", "client-secret");
    fields.put("tenant-id", server.tenantId());
    fields.put("client-id", server.clientId());
    fields.put("client-secret", server.clientSecret());
    return fields;
  }

  KeyBackend open() {
    return open(clientSecret(false), new TestHost());
  }

  KeyBackend openHsm() {
    return open(clientSecret(true), new TestHost());
  }

  KeyBackend open(Map<String, String> fields, TestHost host) {
    return provider.open(
        new BackendConfig(
            "kv", UUID.randomUUID(), 1, values(provider.backendSchema(), fields, "backend")),
        host);
  }

  KeyConfig entry(Map<String, String> fields) {
    return entry(fields, EnumSet.allOf(Usage.class));
  }

  KeyConfig entry(Map<String, String> fields, Set<Usage> usages) {
    return new KeyConfig(
        KeyRef.parse("kv:key"),
        UUID.randomUUID(),
        usages,
        values(provider.keySchema(), fields, "key"),
        null);
  }

  KeyConfig named(String name) {
    return entry(Map.of("key-name", name));
  }

  static KeyConfig pinned(KeyConfig entry, BackendKey key) {
    return entry.withPin(Pin.decode(Pin.of(key.info(), null).encode()));
  }

  static ConfigValues values(ConfigSchema schema, Map<String, String> fields, String owner) {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    fields.forEach(
        (name, text) -> {
          boolean secret = schema.field(name).map(field -> field.sensitive()).orElse(false);
          values.put(
              name,
              secret
                  ? ConfigValue.of(SecretBytes.copyOf(text.getBytes(StandardCharsets.UTF_8)))
                  : ConfigValue.of(text));
        });
    return schema.check(owner, values);
  }

  static CallContext call() {
    return CallContext.within(Duration.ofSeconds(20));
  }

  /** The official SDK beside the backend, to prepare keys and look at them. */
  KeyClient sdk() {
    return new KeyClientBuilder()
        .vaultUrl(server.url())
        .httpClient(http())
        .credential(
            request ->
                Mono.fromSupplier(
                    () -> new AccessToken(server.issueToken(), OffsetDateTime.now().plusHours(1))))
        .retryOptions(Credentials.noRetry())
        .disableChallengeResourceVerification()
        .buildClient();
  }

  HttpClient http() {
    return new JdkHttpClientBuilder(
            java.net.http.HttpClient.newBuilder().sslContext(server.clientSslContext()))
        .build();
  }

  @Override
  public void close() {
    server.close();
    try {
      Files.deleteIfExists(caFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
