package io.managedkeys.awskms;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.SecretBytes;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * A backend's fields in a form in which they fit together.
 *
 * @param region the region
 * @param endpoint another endpoint than the region's, or null
 * @param credentials where credentials come from
 * @param role the role to assume with them, or null
 * @param stsEndpoint another STS endpoint than the region's, or null
 * @param fips whether to use the FIPS endpoint
 * @param dualStack whether to use the endpoint for IPv4 and IPv6
 * @param proxy the proxy, or null
 * @param ambientProxy whether system properties and environment variables may name a proxy
 * @param maxConnections the most connections at a time
 * @param connectTimeout how long connecting may take
 */
record ClientSettings(
    Region region,
    @Nullable URI endpoint,
    Credentials credentials,
    @Nullable Role role,
    @Nullable URI stsEndpoint,
    boolean fips,
    boolean dualStack,
    @Nullable URI proxy,
    boolean ambientProxy,
    int maxConnections,
    Duration connectTimeout) {

  /** Where the first credentials come from. */
  sealed interface Credentials {}

  /** An access key that stands in the configuration. */
  record Static(String accessKey, String secretKey, @Nullable String sessionToken)
      implements Credentials {
    @Override
    public String toString() {
      return "static access key " + accessKey + " (redacted)";
    }
  }

  /** A profile of a file, or of the SDK's own files. */
  record Profile(String name, @Nullable Path file) implements Credentials {}

  /** A file with an OIDC token, exchanged for the role's credentials. */
  record WebIdentity(Path tokenFile) implements Credentials {}

  /** The SDK's default chain: environment, system properties, files, metadata services. */
  record DefaultChain() implements Credentials {}

  /** A role to assume. */
  record Role(String arn, String sessionName, @Nullable String externalId) {}

  static ClientSettings of(ConfigValues values, Host host) {
    Credentials credentials = credentials(values, host);
    Role role =
        values
            .find("role-arn")
            .map(
                arn ->
                    new Role(
                        arn,
                        values.text("role-session-name"),
                        values.find("external-id").orElse(null)))
            .orElse(null);
    if (role == null) {
      refuseWithout(values, "role-arn", "external-id", "sts-endpoint");
      if (credentials instanceof WebIdentity) {
        throw new InvalidConfigurationException(
            "web-identity-token-file needs role-arn: the role that the token is exchanged for");
      }
    }
    URI endpoint = uri(values, "endpoint");
    boolean fips = values.isTrue("fips");
    boolean dualStack = values.isTrue("dual-stack");
    if (endpoint != null && (fips || dualStack)) {
      throw new InvalidConfigurationException(
          "endpoint names the endpoint itself; leave out fips and dual-stack, which choose among the"
              + " region's own");
    }
    int connections = values.integer("max-connections");
    if (connections < 1) {
      throw new InvalidConfigurationException("max-connections must be at least 1");
    }
    return new ClientSettings(
        region(values, host),
        endpoint,
        credentials,
        role,
        uri(values, "sts-endpoint"),
        fips,
        dualStack,
        uri(values, "proxy"),
        host.ambientCredentialsAllowed(),
        connections,
        values.duration("connect-timeout"));
  }

  /** A host that gives its own client has decided everything that these fields decide. */
  static void requireNoneWithHostsClient(ConfigValues values) {
    for (String field :
        List.of(
            "region",
            "endpoint",
            "access-key",
            "secret-key",
            "session-token",
            "profile",
            "profile-file",
            "web-identity-token-file",
            "role-arn",
            "external-id",
            "sts-endpoint",
            "proxy")) {
      if (values.has(field)) {
        throw new InvalidConfigurationException(
            "field \""
                + field
                + "\" has no effect on the KmsClient that the host gives; leave it out, or do not"
                + " give a client");
      }
    }
    if (values.isTrue("fips") || values.isTrue("dual-stack")) {
      throw new InvalidConfigurationException(
          "fips and dual-stack have no effect on the KmsClient that the host gives");
    }
  }

  private static Credentials credentials(ConfigValues values, Host host) {
    boolean fixed = values.has("access-key") || values.has("secret-key");
    boolean profile = values.has("profile") || values.has("profile-file");
    boolean web = values.has("web-identity-token-file");
    if ((fixed ? 1 : 0) + (profile ? 1 : 0) + (web ? 1 : 0) > 1) {
      throw new InvalidConfigurationException(
          "credentials come from one place: access-key and secret-key, or profile, or"
              + " web-identity-token-file");
    }
    if (fixed) {
      if (!values.has("access-key") || !values.has("secret-key")) {
        throw new InvalidConfigurationException("access-key and secret-key go together");
      }
      return new Static(
          values.text("access-key"),
          text(values.secret("secret-key")),
          values.findSecret("session-token").map(ClientSettings::text).orElse(null));
    }
    refuseWithout(values, "access-key", "session-token");
    if (web) {
      return new WebIdentity(host.file(values.text("web-identity-token-file")));
    }
    if (profile) {
      Optional<String> file = values.find("profile-file");
      if (file.isEmpty()) {
        requireAmbient(host, "a profile of the SDK's own files");
      }
      return new Profile(
          values.find("profile").orElse("default"), file.map(host::file).orElse(null));
    }
    requireAmbient(host, "the SDK's default credentials");
    return new DefaultChain();
  }

  private static Region region(ConfigValues values, Host host) {
    Optional<String> named = values.find("region");
    if (named.isPresent()) {
      if (!named.get().matches("[a-z]{2}[a-z0-9-]{1,40}")) {
        throw new InvalidConfigurationException(
            "region is a name such as eu-central-1, not \"" + named.get() + "\"");
      }
      return Region.of(named.get());
    }
    if (host.ambientCredentialsAllowed()) {
      try {
        return DefaultAwsRegionProviderChain.builder().build().getRegion();
      } catch (SdkClientException e) {
        throw new InvalidConfigurationException("no region: give the field, or set AWS_REGION", e);
      }
    }
    throw new InvalidConfigurationException(
        "missing field \"region\": the process's surroundings must not be asked for it here");
  }

  private static void requireAmbient(Host host, String what) {
    if (!host.ambientCredentialsAllowed()) {
      throw new InvalidConfigurationException(
          what
              + " belong to the process, and the host does not lend them here; give access-key and"
              + " secret-key, profile-file, or web-identity-token-file with role-arn");
    }
  }

  private static void refuseWithout(ConfigValues values, String needed, String... fields) {
    for (String field : fields) {
      if (values.has(field)) {
        throw new InvalidConfigurationException(
            "field \"" + field + "\" has no meaning without \"" + needed + "\"");
      }
    }
  }

  private static @Nullable URI uri(ConfigValues values, String field) {
    Optional<String> text = values.find(field);
    if (text.isEmpty()) {
      return null;
    }
    try {
      URI uri = new URI(text.get());
      boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // told below, without the text, which might hold a password
    }
    throw new InvalidConfigurationException(
        "field \"" + field + "\" must be an http or https URL with a host and without a user");
  }

  private static String text(SecretBytes secret) {
    try (secret) {
      return secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
