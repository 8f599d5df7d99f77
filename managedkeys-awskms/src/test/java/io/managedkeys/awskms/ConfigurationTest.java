package io.managedkeys.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.RandomSource;
import io.managedkeys.testkit.awskms.AwsKmsExtension;
import io.managedkeys.testkit.awskms.AwsKmsServer;
import io.managedkeys.testkit.awskms.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

@ExtendWith(AwsKmsExtension.class)
class ConfigurationTest {
  private static final String STATIC = "region=eu-central-1 access-key=A secret-key=S ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "access-key=A secret-key=S | missing field \"region\"",
        "region=Frankfurt access-key=A secret-key=S | region is a name such as",
        "region=eu-central-1 | the host does not lend them",
        "region=eu-central-1 profile=p | the host does not lend them",
        "region=eu-central-1 access-key=A | go together",
        "region=eu-central-1 secret-key=S | go together",
        "region=eu-central-1 session-token=T | no meaning without \"access-key\"",
        STATIC + "profile=p | one place",
        STATIC + "web-identity-token-file=f role-arn=r | one place",
        "region=eu-central-1 web-identity-token-file=f | needs role-arn",
        STATIC + "external-id=e | no meaning without \"role-arn\"",
        STATIC + "endpoint=ftp://x | must be an http or https URL",
        STATIC + "endpoint=https://user:pw@x | must be an http or https URL",
        STATIC + "endpoint=https://x fips=true | leave out fips",
        STATIC + "max-connections=0 | at least 1",
        STATIC + "regions=x | unknown field \"regions\"",
        STATIC + "connect-timeout=5 | must be a time"
      })
  void bad(String fields, String refusal) {
    assertThatThrownBy(() -> Fixture.open(parse(fields), TestHost.BARE))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(refusal.trim().replace("\\\"", "\""))
        .hasMessageNotContaining("pw@");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        STATIC,
        STATIC + "session-token=T",
        STATIC + "fips=true dual-stack=true",
        STATIC + "proxy=http://127.0.0.1:3128 max-connections=5 connect-timeout=500ms",
        STATIC + "endpoint=https://vpce-1.kms.eu-central-1.vpce.amazonaws.com"
      })
  void good(String fields) {
    Fixture.open(parse(fields), TestHost.BARE).close();
  }

  private static Map<String, String> parse(String fields) {
    Map<String, String> map = new HashMap<>();
    Arrays.stream(fields.trim().split(" +"))
        .map(field -> field.split("=", 2))
        .forEach(field -> map.put(field[0], field[1]));
    return map;
  }

  @Test
  void theFieldsThatHoldSecretsAreSensitiveAndThoseThatMoveThemAreMarked() {
    List<ConfigField> fields = Fixture.PROVIDER.backendSchema().fields();
    assertThat(fields.stream().filter(ConfigField::sensitive).map(ConfigField::name))
        .containsExactlyInAnyOrder("secret-key", "session-token");
    assertThat(fields.stream().filter(ConfigField::decidesCredentialTarget).map(ConfigField::name))
        .containsExactlyInAnyOrder(
            "region", "endpoint", "sts-endpoint", "fips", "dual-stack", "proxy");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "description=d | give",
        "key-id=alias/x | holds an alias",
        "key-id=a/b | a key id or a key ARN",
        "alias=a b | letters, digits",
        "key-id=arn:aws:kms:us-east-1:111122223333:key/x | is in us-east-1",
        "key-id=arn:aws:kms:eu-central-1:111122223333:alias/x | not the ARN of a KMS key",
        "alias=arn:aws:kms:eu-central-1:111122223333:key/x | not the ARN of a KMS alias",
        "key-id=arn:aws:s3:eu-central-1:111122223333:key/x | not the ARN"
      })
  void badKey(String fields, String refusal, AwsKmsServer server) {
    try (Fixture fixture = new Fixture(server)) {
      server.requests().reset();
      int equals = fields.indexOf('=');
      KeyConfig entry =
          Fixture.entry(Map.of(fields.substring(0, equals), fields.substring(equals + 1)));
      assertThatThrownBy(() -> fixture.backend.key(entry, Fixture.soon()))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining(refusal);
      assertThat(server.requests().count()).isZero();
    }
  }

  @Test
  void aKeyIsNamedByIdArnAliasOrAliasArn(AwsKmsServer server) {
    try (Fixture fixture = new Fixture(server)) {
      String arn = fixture.create(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
      fixture.sdk.createAlias(r -> r.aliasName("alias/names/k_1").targetKeyId(arn));
      for (Map<String, String> fields :
          List.of(
              Map.of("key-id", arn),
              Map.of("key-id", arn.substring(arn.lastIndexOf('/') + 1)),
              Map.of("alias", "names/k_1"),
              Map.of("alias", "alias/names/k_1"),
              Map.of(
                  "alias",
                  "arn:aws:kms:eu-central-1:" + server.accountId() + ":alias/names/k_1"))) {
        assertThat(fixture.backend.key(Fixture.entry(fields), Fixture.soon()).info().resolvedId())
            .contains(arn);
      }
    }
  }

  @Test
  void anEntryEditedAfterItWasPinnedIsRefused(AwsKmsServer server) {
    try (Fixture fixture = new Fixture(server)) {
      String first = fixture.create(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
      String second = fixture.create(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
      BackendKey key = fixture.backend.key(Fixture.entry(Map.of("key-id", first)), Fixture.soon());
      KeyConfig edited = Fixture.pinned(Fixture.entry(Map.of("key-id", second)), key);
      assertThatThrownBy(() -> fixture.backend.key(edited, Fixture.soon()))
          .isInstanceOf(IdentityChangedException.class);
    }
  }

  @Test
  void theHostsOwnClientIsUsedAndNotClosed(AwsKmsServer server) {
    try (KmsClient client = Fixture.sdk(server).build()) {
      KeyBackend backend = Fixture.open(Map.of(), new TestHost(client, false));
      backend.capability(RandomSource.class).orElseThrow().random(1, Fixture.soon());
      backend.close();
      client.generateRandom(r -> r.numberOfBytes(1));
      assertThatThrownBy(
              () -> Fixture.open(Map.of("region", "eu-central-1"), new TestHost(client, false)))
          .isInstanceOf(InvalidConfigurationException.class);
    }
  }

  @Test
  void aClientThatRepeatsByItselfIsRefused(AwsKmsServer server) {
    try (KmsClient client = Fixture.sdk(server).overrideConfiguration(o -> {}).build()) {
      assertThatThrownBy(() -> Fixture.open(Map.of(), new TestHost(client, false)))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("doNotRetry");
    }
  }

  @Test
  void credentialsComeFromAProfileOfAFile(AwsKmsServer server, @TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("credentials");
    Files.writeString(
        file,
        "[work]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
            .formatted(server.accessKeyId(), server.secretAccessKey()));
    Map<String, String> fields = Fixture.fields(server);
    fields.keySet().removeAll(List.of("access-key", "secret-key"));
    fields.put("profile-file", file.toString());
    fields.put("profile", "work");
    assertWorks(fields);
    fields.put("profile", "other");
    assertThatThrownBy(() -> Fixture.open(fields, TestHost.BARE))
        .isInstanceOf(BackendAuthenticationException.class);
  }

  @Test
  void aRoleIsAssumedAndItsExpiryIsAuthentication(AwsKmsServer server) {
    Map<String, String> fields = Fixture.fields(server);
    fields.put("role-arn", "arn:aws:iam::111122223333:role/signer");
    fields.put("external-id", "x");
    fields.put("sts-endpoint", server.endpoint().toString());
    server.requests().reset();
    try (KeyBackend backend = Fixture.open(fields, TestHost.BARE)) {
      RandomSource random = backend.capability(RandomSource.class).orElseThrow();
      random.random(1, Fixture.soon());
      assertThat(server.requests().count("AssumeRole")).isEqualTo(1);
      assertThat(server.requests().all().get(1).accessKeyId()).startsWith("ASIA");
      server.expireTemporaryCredentials();
      assertThatThrownBy(() -> random.random(1, Fixture.soon()))
          .isInstanceOf(BackendAuthenticationException.class);
    }
  }

  @Test
  void aWebIdentityIsExchanged(AwsKmsServer server, @TempDir Path folder) throws Exception {
    Map<String, String> fields = Fixture.fields(server);
    fields.keySet().removeAll(List.of("access-key", "secret-key"));
    fields.put("role-arn", "arn:aws:iam::111122223333:role/signer");
    fields.put("sts-endpoint", server.endpoint().toString());
    Path token = folder.resolve("token");
    fields.put("web-identity-token-file", token.toString());
    assertThatThrownBy(() -> Fixture.open(fields, TestHost.BARE))
        .isInstanceOf(BackendAuthenticationException.class);
    Files.writeString(token, "eyJ0.jwt\n");
    assertWorks(fields);
    server.faults().on("AssumeRoleWithWebIdentity").always(Fault.error("AccessDenied", 403));
    assertThatThrownBy(() -> Fixture.open(fields, TestHost.BARE))
        .isInstanceOfSatisfying(
            BackendAuthenticationException.class,
            e -> assertThat(e.serviceCode()).isEqualTo("AccessDenied"));
  }

  private static void assertWorks(Map<String, String> fields) {
    try (KeyBackend backend = Fixture.open(fields, TestHost.BARE)) {
      assertThat(backend.capability(RandomSource.class).orElseThrow().random(1, Fixture.soon()))
          .hasSize(1);
    }
  }
}
