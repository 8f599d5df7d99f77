package io.managedkeys.azurekv;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.Configuration;
import com.azure.security.keyvault.keys.KeyClient;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import java.time.Duration;

/**
 * The backend type {@code azurekv}: keys in Azure Key Vault (vaults) and Azure Managed HSM, over the
 * REST API that Microsoft documents as "Azure Key Vault keys", by the vendor's Java SDK.
 *
 * <p>The host application can register its own {@code com.azure.core.http.HttpClient} as the
 * transport, for a proxy or a trust store of its own; and its own {@code
 * com.azure.core.credential.TokenCredential}, or its own {@code
 * com.azure.security.keyvault.keys.KeyClient}, with {@code credential=host}. None is ever closed here. A {@code KeyClient} keeps its own retries, which should be off, since the
 * registry repeats what may be repeated; it makes one look-up of its own for each key, and gives no
 * access to certificates.
 *
 * <p>Client secrets and passwords of certificate files become {@link String}s inside the vendor's
 * SDK, which can't be wiped.
 */
public final class AzureKeyVaultProvider implements BackendProvider {
  private static final Duration OPENING = Duration.ofSeconds(30);
  private static final Duration TOKEN = Duration.ofSeconds(20);
  private static final Duration SILENCE = Duration.ofSeconds(5);

  /** Made by {@link java.util.ServiceLoader}. */
  public AzureKeyVaultProvider() {}

  @Override
  public String type() {
    return "azurekv";
  }

  @Override
  public ConfigSchema backendSchema() {
    return Fields.BACKEND;
  }

  @Override
  public ConfigSchema keySchema() {
    return Fields.KEY;
  }

  @Override
  public KeyBackend open(BackendConfig config, Host host) {
    ConfigValues values = config.values();
    VaultAddress address = VaultAddress.of(values);
    Vault vault = connect(values, host, address);
    CallContext opening = CallContext.within(OPENING);
    vault.authenticate(opening);
    AzureKeyBackend backend = new AzureKeyBackend(vault);
    backend.reach(opening);
    return backend;
  }

  private static Vault connect(ConfigValues values, Host host, VaultAddress address) {
    HttpClient http =
        new DeadlineHttpClient(
            transport(values.duration(Fields.CONNECT_TIMEOUT), values, host), TOKEN);
    TokenCredential credential = new Credentials(values, host, address, http).create();
    if (credential != null) {
      return Vault.of(address, http, new DeadlineCredential(credential, TOKEN), host.clock());
    }
    KeyClient hostsOwn =
        host.client(KeyClient.class)
            .orElseThrow(
                () ->
                    new InvalidConfigurationException(
                        "credential=host, but the host registered neither a TokenCredential nor a"
                            + " KeyClient for this backend"));
    if (!sameVault(hostsOwn.getVaultUrl(), address.url())) {
      throw new InvalidConfigurationException(
          "the host's KeyClient is for another vault than \"vault-url\" or \"vault-name\" says");
    }
    return Vault.of(address, hostsOwn, host.clock());
  }

  private static boolean sameVault(String clientUrl, String url) {
    String trimmed =
        clientUrl.endsWith("/") ? clientUrl.substring(0, clientUrl.length() - 1) : clientUrl;
    return trimmed.equalsIgnoreCase(url);
  }

  /**
   * One client for the vault and the token service: the host's own, or one that the JDK ends when it
   * is idle.
   */
  private static HttpClient transport(Duration connectTimeout, ConfigValues values, Host host) {
    HttpClient hostsOwn = host.client(HttpClient.class).orElse(null);
    if (hostsOwn != null) {
      if (values.has(Fields.CA_FILE)) {
        throw new InvalidConfigurationException(
            "\"ca-file\" has no effect on the HttpClient that the host registered; remove it");
      }
      return hostsOwn;
    }
    java.net.http.HttpClient.Builder jdk =
        java.net.http.HttpClient.newBuilder()
            .followRedirects(java.net.http.HttpClient.Redirect.NEVER);
    values
        .find(Fields.CA_FILE)
        .ifPresent(path -> jdk.sslContext(TrustedCertificates.only(host.file(path))));
    return new JdkHttpClientBuilder(jdk)
        .configuration(Configuration.NONE)
        .connectionTimeout(connectTimeout)
        .readTimeout(SILENCE)
        .writeTimeout(SILENCE)
        .build();
  }
}
