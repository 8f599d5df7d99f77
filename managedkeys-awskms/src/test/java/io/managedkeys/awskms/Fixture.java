package io.managedkeys.awskms;

import io.managedkeys.KeyRef;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Pin;
import io.managedkeys.testkit.awskms.AwsKmsServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/** The backend under test beside the bare SDK, both on one server. */
final class Fixture implements AutoCloseable {
  static final BackendProvider PROVIDER =
      ServiceLoader.load(BackendProvider.class).stream()
          .map(ServiceLoader.Provider::get)
          .filter(provider -> provider.type().equals("awskms"))
          .findFirst()
          .orElseThrow();

  final AwsKmsServer server;
  final KeyBackend backend;
  final KmsClient sdk;

  Fixture(AwsKmsServer server) {
    this.server = server;
    this.backend = open(fields(server), TestHost.BARE);
    this.sdk = sdk(server).build();
  }

  static Map<String, String> fields(AwsKmsServer server) {
    return new HashMap<>(
        Map.of(
            "region",
            server.region(),
            "endpoint",
            server.endpoint().toString(),
            "access-key",
            server.accessKeyId(),
            "secret-key",
            server.secretAccessKey()));
  }

  static KmsClientBuilder sdk(AwsKmsServer server) {
    return KmsClient.builder()
        .endpointOverride(server.endpoint())
        .region(Region.of(server.region()))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(server.accessKeyId(), server.secretAccessKey())))
        .httpClientBuilder(Apache5HttpClient.builder())
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()));
  }

  static KeyBackend open(Map<String, String> fields, Host host) {
    ConfigValues values = check(PROVIDER.backendSchema(), fields);
    KeyBackend backend =
        PROVIDER.open(new BackendConfig("aws", UUID.randomUUID(), 1, values), host);
    values.wipe();
    return backend;
  }

  static ConfigValues check(ConfigSchema schema, Map<String, String> fields) {
    Map<String, ConfigValue> values = new HashMap<>();
    fields.forEach((name, value) -> values.put(name, ConfigValue.of(value)));
    return schema.check("aws", values);
  }

  static KeyConfig entry(Map<String, String> fields, Usage... usages) {
    return new KeyConfig(
        KeyRef.parse("aws:k"),
        UUID.randomUUID(),
        Set.of(usages),
        check(PROVIDER.keySchema(), fields),
        null);
  }

  static CallContext soon() {
    return CallContext.within(Duration.ofSeconds(60));
  }

  String create(KeySpec spec, KeyUsageType usage) {
    return sdk.createKey(r -> r.keySpec(spec).keyUsage(usage)).keyMetadata().arn();
  }

  <C> C key(String arn, Class<C> capability) {
    BackendKey key = backend.key(entry(Map.of("key-id", arn)), soon());
    return key.capability(capability).orElseThrow();
  }

  static KeyConfig pinned(KeyConfig entry, BackendKey key) {
    return entry.withPin(Pin.decode(Pin.of(key.info(), null).encode()));
  }

  KeyLifecycle lifecycle() {
    return backend.capability(KeyLifecycle.class).orElseThrow();
  }

  @Override
  public void close() {
    backend.close();
    sdk.close();
  }
}
