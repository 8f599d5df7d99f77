package io.managedkeys.azurekv;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.HttpLogDetailLevel;
import com.azure.core.http.policy.HttpLogOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.Configuration;
import com.azure.identity.ClientCertificateCredentialBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.CredentialBuilderBase;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.identity.WorkloadIdentityCredentialBuilder;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.SecretBytes;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the credential that a configuration describes. The SDK takes secrets as String, which cannot
 * be wiped: the client's secret and a certificate's password live in its objects until the backend
 * is closed and collected.
 */
final class Credentials {

  private static final Set<String> MANAGED_IDENTITY =
      Set.of(Fields.IDENTITY_CLIENT_ID, Fields.IDENTITY_OBJECT_ID, Fields.IDENTITY_RESOURCE_ID);

  /** Which fields each way may use; a field of another way is a mistake and refused. */
  private static final Map<String, Set<String>> FIELDS =
      Map.of(
          "client-secret", Set.of(Fields.TENANT_ID, Fields.CLIENT_ID, Fields.CLIENT_SECRET),
          "client-certificate",
              Set.of(
                  Fields.TENANT_ID,
                  Fields.CLIENT_ID,
                  Fields.CLIENT_CERTIFICATE,
                  Fields.CLIENT_CERTIFICATE_PASSWORD),
          "managed-identity", MANAGED_IDENTITY,
          "workload-identity",
              Set.of(Fields.TENANT_ID, Fields.CLIENT_ID, Fields.WORKLOAD_TOKEN_FILE),
          "default-chain", Set.of(Fields.TENANT_ID, Fields.IDENTITY_CLIENT_ID),
          "host", Set.of());

  private final ConfigValues values;
  private final Host host;
  private final VaultAddress address;
  private final HttpClient http;

  Credentials(ConfigValues values, Host host, VaultAddress address, HttpClient http) {
    this.values = values;
    this.host = host;
    this.address = address;
    this.http = http;
  }

  /** The credential, or null where the host gave a whole client instead. */
  @Nullable TokenCredential create() {
    String way = values.text(Fields.CREDENTIAL);
    refuseForeignFields(way);
    return switch (way) {
      case "client-secret" -> clientSecret();
      case "client-certificate" -> clientCertificate();
      case "managed-identity" -> managedIdentity();
      case "workload-identity" -> workloadIdentity();
      case "default-chain" -> defaultChain();
      default -> host.client(TokenCredential.class).orElse(null);
    };
  }

  private TokenCredential clientSecret() {
    ClientSecretCredentialBuilder builder =
        common(new ClientSecretCredentialBuilder())
            .tenantId(values.text(Fields.TENANT_ID))
            .clientId(values.text(Fields.CLIENT_ID))
            .authorityHost(address.authorityHost())
            .clientSecret(secretText(Fields.CLIENT_SECRET));
    return (address.ownAuthority() ? builder.disableInstanceDiscovery() : builder).build();
  }

  private TokenCredential clientCertificate() {
    String path = host.file(values.text(Fields.CLIENT_CERTIFICATE)).toString();
    ClientCertificateCredentialBuilder builder =
        common(new ClientCertificateCredentialBuilder())
            .tenantId(values.text(Fields.TENANT_ID))
            .clientId(values.text(Fields.CLIENT_ID))
            .authorityHost(address.authorityHost());
    if (values.has(Fields.CLIENT_CERTIFICATE_PASSWORD)) {
      builder
          .pfxCertificate(path)
          .clientCertificatePassword(secretText(Fields.CLIENT_CERTIFICATE_PASSWORD));
    } else {
      builder.pemCertificate(path);
    }
    return (address.ownAuthority() ? builder.disableInstanceDiscovery() : builder).build();
  }

  private TokenCredential managedIdentity() {
    requireAmbient();
    List<String> selections = MANAGED_IDENTITY.stream().filter(values::has).toList();
    if (selections.size() > 1) {
      throw new InvalidConfigurationException(
          "a managed identity is selected by one field, not by " + selections);
    }
    ManagedIdentityCredentialBuilder builder =
        new ManagedIdentityCredentialBuilder()
            .httpClient(http)
            .retryOptions(noRetry())
            .httpLogOptions(noLog());
    values.find(Fields.IDENTITY_CLIENT_ID).ifPresent(builder::clientId);
    values.find(Fields.IDENTITY_OBJECT_ID).ifPresent(builder::objectId);
    values.find(Fields.IDENTITY_RESOURCE_ID).ifPresent(builder::resourceId);
    return builder.build();
  }

  private TokenCredential workloadIdentity() {
    WorkloadIdentityCredentialBuilder builder =
        common(new WorkloadIdentityCredentialBuilder())
            .tenantId(ambientOr(Fields.TENANT_ID, "AZURE_TENANT_ID"))
            .clientId(ambientOr(Fields.CLIENT_ID, "AZURE_CLIENT_ID"))
            .authorityHost(address.authorityHost())
            .tokenFilePath(
                values
                    .find(Fields.WORKLOAD_TOKEN_FILE)
                    .map(path -> host.file(path).toString())
                    .orElseGet(
                        () -> ambientOr(Fields.WORKLOAD_TOKEN_FILE, "AZURE_FEDERATED_TOKEN_FILE")));
    return (address.ownAuthority() ? builder.disableInstanceDiscovery() : builder).build();
  }

  private TokenCredential defaultChain() {
    requireAmbient();
    DefaultAzureCredentialBuilder builder =
        new DefaultAzureCredentialBuilder()
            .httpClient(http)
            .retryOptions(noRetry())
            .httpLogOptions(noLog())
            .authorityHost(address.authorityHost());
    values.find(Fields.TENANT_ID).ifPresent(builder::tenantId);
    values.find(Fields.IDENTITY_CLIENT_ID).ifPresent(builder::managedIdentityClientId);
    return (address.ownAuthority() ? builder.disableInstanceDiscovery() : builder).build();
  }

  /** Nothing of the process's surroundings: no proxy variables, no log level from outside. */
  private <B extends CredentialBuilderBase<B>> B common(B builder) {
    return builder
        .httpClient(http)
        .configuration(Configuration.NONE)
        .retryOptions(noRetry())
        .httpLogOptions(noLog());
  }

  private void refuseForeignFields(String way) {
    Set<String> own = FIELDS.getOrDefault(way, Set.of());
    for (Set<String> fields : FIELDS.values()) {
      for (String field : fields) {
        if (values.has(field) && !own.contains(field)) {
          throw new InvalidConfigurationException(
              "\"" + field + "\" has no meaning with credential=" + way + "; remove it");
        }
      }
    }
  }

  private void requireAmbient() {
    if (!host.ambientCredentialsAllowed()) {
      throw new InvalidConfigurationException(
          "credential="
              + values.text(Fields.CREDENTIAL)
              + " takes credentials from the process's surroundings, which the host does not allow"
              + " here; allow it, or use a credential of the backend's own");
    }
  }

  private String ambientOr(String field, String variable) {
    return values
        .find(field)
        .or(() -> host.environment(variable))
        .orElseThrow(
            () ->
                new InvalidConfigurationException(
                    "missing field \"" + field + "\" (or " + variable + ", where allowed)"));
  }

  private String secretText(String field) {
    try (SecretBytes secret = values.secret(field)) {
      return secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  /** The registry is the one layer that repeats. */
  static RetryOptions noRetry() {
    return new RetryOptions(new ExponentialBackoffOptions().setMaxRetries(0));
  }

  /** Bodies hold plaintexts, and the SDK would log them if an environment variable said so. */
  static HttpLogOptions noLog() {
    return new HttpLogOptions().setLogLevel(HttpLogDetailLevel.NONE);
  }
}
