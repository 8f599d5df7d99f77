package io.managedkeys.gcpkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import com.sun.net.httpserver.HttpServer;
import io.grpc.ManagedChannelBuilder;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.KeyBackend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a configuration may say, what it may not, and that no secret of it is shown. */
class ConfigurationTest extends BackendTest {
  @TempDir static Path folder;

  static Stream<Arguments> bad() {
    return Stream.of(
        Arguments.of(Map.of("project", "Not A Project"), "field \"project\""),
        Arguments.of(Map.of("location", "eu/west"), "field \"location\""),
        Arguments.of(Map.of("key-ring", "projects/p/locations/l/keyRings/r"), "field \"key-ring\""),
        Arguments.of(Map.of("transport", "soap"), "transport"),
        Arguments.of(Map.of("credentials", "magic"), "credentials"),
        Arguments.of(Map.of("credentials", "ambient"), "credentials = none only"),
        Arguments.of(
            Map.of("credentials", "ambient", "plaintext", "false"), "the host does not allow"),
        Arguments.of(
            Map.of("credentials", "file", "plaintext", "false"),
            "needs the field \"credentials-file\""),
        Arguments.of(
            Map.of("credentials", "json", "plaintext", "false"),
            "needs the field \"credentials-json\""),
        Arguments.of(Map.of("credentials-json", "{}"), "\"credentials-json\" is of no use"),
        Arguments.of(Map.of("credentials-file", "key.json"), "\"credentials-file\" is of no use"),
        Arguments.of(
            Map.of(
                "credentials", "workload-identity",
                "credentials-file", "federation.json",
                "plaintext", "false"),
            "the host does not allow"),
        Arguments.of(Map.of("endpoint", "kms.example.com:443"), "on this machine"),
        Arguments.of(Map.of("endpoint", "127.0.0.1.example.com:443"), "on this machine"),
        Arguments.of(Map.of("endpoint", "127.0.0.1@example.com:443"), "on this machine"),
        Arguments.of(Map.of("endpont", "127.0.0.1:1"), "unknown field \"endpont\""));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badConfigurationIsRefusedByName(Map<String, String> change, String text) {
    Map<String, String> fields = new HashMap<>(backendFields(Transport.GRPC));
    fields.putAll(change);
    assertThatThrownBy(() -> open(fields, TestHost.STRICT).close())
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(text);
  }

  @Test
  void fieldsThatDecideWhereACredentialGoesSaySo() {
    assertThat(
            provider().backendSchema().fields().stream()
                .filter(ConfigField::decidesCredentialTarget)
                .map(ConfigField::name))
        .contains("endpoint", "universe-domain", "credentials", "credentials-file", "plaintext");
    assertThat(
            provider().backendSchema().fields().stream()
                .filter(ConfigField::sensitive)
                .map(ConfigField::name))
        .containsExactly("credentials-json");
  }

  @Test
  void entryWithAPathForAnIdIsRefused() {
    assertThatThrownBy(() -> key("../other/cryptoKeys/k"))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("crypto-key");
  }

  @Test
  void hostsOwnClientIsUsedAndNeverClosed() throws Exception {
    try (KeyManagementServiceClient client =
        KeyManagementServiceClient.create(
            KeyManagementServiceSettings.newBuilder()
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setTransportChannelProvider(
                    InstantiatingGrpcChannelProvider.newBuilder()
                        .setEndpoint(server.grpcEndpoint())
                        .setChannelConfigurator(ManagedChannelBuilder::usePlaintext)
                        .build())
                .build())) {
      Map<String, String> fields =
          Map.of("project", "test", "location", "global", "key-ring", "ring");
      KeyBackend backend = open(fields, new TestHost(false, null, client));
      String id = shared(CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
      assertThat(backend.key(entry(id), context()).info().version()).contains("1");
      backend.close();
      assertThat(client.isShutdown()).isFalse();
      assertThat(client.getKeyRing(ring).getName()).isEqualTo(ring);
    }
  }

  @Test
  void ownClientIsClosedWithTheBackend() {
    KeyBackend backend = open(backendFields(Transport.GRPC), TestHost.STRICT);
    String id = shared(CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    backend.close();
    backend.close();
    assertThatThrownBy(() -> backend.key(entry(id), context()))
        .isInstanceOf(ManagedKeyException.class);
  }

  @Test
  void serviceAccountKeyObtainsATokenAtItsOwnEndpoint() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer tokens = tokenServer(200, "{\"access_token\":\"t0ken\",\"expires_in\":3600}", asked);
    try {
      Map<String, String> fields = withJson(serviceAccount(tokens));
      assertThatCode(() -> open(fields, TestHost.STRICT).close()).doesNotThrowAnyException();
      assertThat(asked).hasValue(1);
      Files.writeString(folder.resolve("key.json"), serviceAccount(tokens));
      Map<String, String> byFile = new HashMap<>(fields);
      byFile.remove("credentials-json");
      byFile.put("credentials", "file");
      byFile.put("credentials-file", "key.json");
      assertThatCode(() -> open(byFile, new TestHost(false, folder, null)).close())
          .doesNotThrowAnyException();
      assertThat(asked).hasValue(2);
    } finally {
      tokens.stop(0);
    }
  }

  @Test
  void refusedServiceAccountKeyIsAnAuthenticationFailureWithoutItsSecret() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer tokens =
        tokenServer(400, "{\"error\":\"invalid_grant\",\"error_description\":\"gone\"}", asked);
    try {
      String json = serviceAccount(tokens);
      assertThatThrownBy(() -> open(withJson(json), TestHost.STRICT))
          .isInstanceOf(BackendAuthenticationException.class)
          .satisfies(e -> assertThatNothingOf(json, e));
      assertThat(asked).hasValue(1);
    } finally {
      tokens.stop(0);
    }
  }

  @Test
  void credentialsOfAnotherKindAndBrokenOnesAreRefusedWithoutTheirContent() throws Exception {
    String federation =
        "{\"type\":\"external_account\",\"audience\":\"a\",\"subject_token_type\":\"t\","
            + "\"token_url\":\"http://127.0.0.1:1/\",\"credential_source\":{\"file\":\"/s3cret\"}}";
    for (String json :
        new String[] {
          federation,
          "{\"type\":\"service_account\",\"private_key\":\"s3cret\"}",
          "s3cret",
          "{\"type\":\"authorized_user\",\"refresh_token\":\"s3cret\"}"
        }) {
      assertThatThrownBy(() -> open(withJson(json), TestHost.STRICT))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("service_account")
          .satisfies(
              e -> {
                for (Throwable t = e; t != null; t = t.getCause()) {
                  assertThat(String.valueOf(t)).doesNotContain("s3cret");
                }
              });
    }
  }

  @Test
  void checkedValuesMaskTheKey() {
    assertThat(
            provider()
                .backendSchema()
                .check("backend", values(withJson("{\"private_key\":\"s3cret\"}")))
                .toString())
        .doesNotContain("s3cret")
        .contains("(redacted)");
  }

  private static void assertThatNothingOf(String json, Throwable failure) {
    String key = json.replaceAll("(?s).*BEGIN PRIVATE KEY-----\\\\n(.{40}).*", "$1");
    assertThat(key).hasSize(40);
    for (Throwable t = failure; t != null; t = t.getCause()) {
      assertThat(String.valueOf(t)).doesNotContain(key);
    }
  }

  private static Map<String, String> withJson(String json) {
    Map<String, String> fields = new HashMap<>();
    fields.put("project", "test");
    fields.put("location", "global");
    fields.put("key-ring", "ring");
    fields.put("credentials", "json");
    fields.put("credentials-json", json);
    return fields;
  }

  private static String serviceAccount(HttpServer tokens) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    String key =
        Base64.getEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
    return "{\"type\":\"service_account\",\"project_id\":\"test\",\"private_key_id\":\"1\","
        + "\"client_id\":\"1\",\"client_email\":\"kms@test.iam.gserviceaccount.com\","
        + "\"private_key\":\"-----BEGIN PRIVATE KEY-----\\n"
        + key
        + "\\n-----END PRIVATE KEY-----\\n\",\"token_uri\":\"http://127.0.0.1:"
        + tokens.getAddress().getPort()
        + "/token\"}";
  }

  private static HttpServer tokenServer(int status, String body, AtomicInteger asked)
      throws Exception {
    HttpServer tokens =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    tokens.createContext(
        "/token",
        exchange -> {
          asked.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    tokens.start();
    return tokens;
  }
}
