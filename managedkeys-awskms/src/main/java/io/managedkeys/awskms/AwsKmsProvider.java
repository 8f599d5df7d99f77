package io.managedkeys.awskms;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import java.util.Optional;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * Backends of the type {@code awskms}: one region of AWS KMS, seen with one set of credentials.
 *
 * <p>A host that gives a {@link KmsClient} of its own ({@link Host#client}) keeps it: it is used as it
 * is and never closed here. Such a client must not repeat requests, because the registry does, and
 * because a repeated CreateKey makes two keys; one that would is refused when the backend is opened.
 *
 * <p>Secret keys and session tokens are handed to the SDK as {@code String}, which it demands, and so
 * stay in memory until they are collected.
 */
public final class AwsKmsProvider implements BackendProvider {
  /** The type's name in configurations. */
  public static final String TYPE = "awskms";

  private static final ConfigSchema BACKEND =
      ConfigSchema.of(
          ConfigField.text(
                  "region",
                  "The region, such as eu-central-1. Needed unless the host gives a client or allows"
                      + " the SDK's own region chain.")
              .decidingCredentialTarget(),
          ConfigField.text(
                  "endpoint",
                  "The URL of another endpoint than the region's own, such as a VPC endpoint or a test"
                      + " server.")
              .decidingCredentialTarget(),
          ConfigField.text("access-key", "The id of a static access key; goes with secret-key."),
          ConfigField.secret("secret-key", "The secret of the static access key."),
          ConfigField.secret(
              "session-token", "The session token of a temporary static access key."),
          ConfigField.text(
              "profile",
              "The profile to take credentials from: of profile-file, or of the SDK's own files where"
                  + " the host allows the process's surroundings."),
          ConfigField.of(
              "profile-file", ConfigField.Kind.FILE, "A credentials file with the profile."),
          ConfigField.of(
              "web-identity-token-file",
              ConfigField.Kind.FILE,
              "A file with an OIDC token that is exchanged for the role's credentials; needs role-arn."),
          ConfigField.text(
              "role-arn", "A role to assume with the credentials, or with the web identity."),
          ConfigField.text("role-session-name", "The name of the role's session, for audit logs.")
              .defaultsTo("managedkeys"),
          ConfigField.text("external-id", "The external id that the role's trust policy asks for."),
          ConfigField.text("sts-endpoint", "The URL of another STS endpoint than the region's own.")
              .decidingCredentialTarget(),
          ConfigField.of(
                  "fips", ConfigField.Kind.BOOLEAN, "Whether to use the region's FIPS endpoint.")
              .defaultsTo("false")
              .decidingCredentialTarget(),
          ConfigField.of(
                  "dual-stack",
                  ConfigField.Kind.BOOLEAN,
                  "Whether to use the region's endpoint for IPv4 and IPv6.")
              .defaultsTo("false")
              .decidingCredentialTarget(),
          ConfigField.text(
                  "proxy",
                  "The URL of an HTTP proxy. Proxies of the process's surroundings are used only where"
                      + " the host allows those.")
              .decidingCredentialTarget(),
          ConfigField.of(
                  "max-connections", ConfigField.Kind.INTEGER, "The most connections at a time.")
              .defaultsTo("64"),
          ConfigField.of(
                  "connect-timeout",
                  ConfigField.Kind.DURATION,
                  "How long connecting may take, within a call's deadline.")
              .defaultsTo("2s"));

  private static final ConfigSchema KEY =
      ConfigSchema.of(
          ConfigField.text(
              KeyReference.KEY_ID,
              "The key's id or ARN. Given without an alias it is the key itself."),
          ConfigField.text(
              KeyReference.ALIAS,
              "The alias, with or without alias/, or its ARN. Resolved once and then pinned to the"
                  + " key's ARN. Needed where keys may be generated or imported."),
          ConfigField.of(
              KeyReference.GRANT_TOKENS,
              ConfigField.Kind.LIST,
              "Grant tokens to send until their grants are known everywhere in the service."),
          ConfigField.of(
                  KeyReference.MULTI_REGION,
                  ConfigField.Kind.BOOLEAN,
                  "Whether a generated or imported key is a multi-Region key.")
              .defaultsTo("false"),
          ConfigField.text(
              KeyReference.DESCRIPTION, "The description of a generated or imported key."));

  /** Called by {@link java.util.ServiceLoader}. */
  public AwsKmsProvider() {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public ConfigSchema backendSchema() {
    return BACKEND;
  }

  @Override
  public ConfigSchema keySchema() {
    return KEY;
  }

  @Override
  public KeyBackend open(BackendConfig config, Host host) {
    Optional<KmsClient> hosts = host.client(KmsClient.class);
    if (hosts.isPresent()) {
      KmsClient client = hosts.get();
      ClientSettings.requireNoneWithHostsClient(config.values());
      requireNoRetries(client);
      return new AwsKmsBackend(
          new KmsCalls(client), client.serviceClientConfiguration().region().id(), () -> {});
    }
    ClientSettings settings = ClientSettings.of(config.values(), host);
    ClientFactory.Opened opened = ClientFactory.open(settings);
    return new AwsKmsBackend(new KmsCalls(opened.client()), settings.region().id(), opened::close);
  }

  private static void requireNoRetries(KmsClient client) {
    int attempts =
        client
            .serviceClientConfiguration()
            .overrideConfiguration()
            .retryStrategy()
            .map(RetryStrategy::maxAttempts)
            .orElse(0);
    if (attempts != 1) {
      throw new InvalidConfigurationException(
          "the host's KmsClient repeats requests by itself, which would double the registry's own"
              + " retries and could create a key twice; build it with overrideConfiguration(o ->"
              + " o.retryStrategy(AwsRetryStrategy.doNotRetry()))");
    }
  }
}
