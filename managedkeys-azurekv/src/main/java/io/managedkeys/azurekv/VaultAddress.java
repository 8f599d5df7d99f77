package io.managedkeys.azurekv;

import com.azure.identity.AzureAuthorityHosts;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.ConfigValues;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where the keys are, and where tokens for them come from.
 *
 * @param url the vault's URL without a slash at its end
 * @param managedHsm whether it is a Managed HSM
 * @param scope the OAuth scope of tokens for the vault
 * @param authorityHost the URL of the token service
 * @param ownAuthority whether the configuration named the token service
 */
record VaultAddress(
    String url, boolean managedHsm, String scope, String authorityHost, boolean ownAuthority) {

  private enum Cloud {
    PUBLIC("azure.net", AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
    CHINA("azure.cn", AzureAuthorityHosts.AZURE_CHINA),
    US_GOVERNMENT("usgovcloudapi.net", AzureAuthorityHosts.AZURE_GOVERNMENT);

    final String domain;
    final String authorityHost;

    Cloud(String domain, String authorityHost) {
      this.domain = domain;
      this.authorityHost = authorityHost;
    }
  }

  static VaultAddress of(ConfigValues values) {
    boolean managedHsm = values.text(Fields.SERVICE).equals("managed-hsm");
    Cloud cloud =
        Cloud.valueOf(values.text(Fields.CLOUD).replace('-', '_').toUpperCase(Locale.ROOT));
    String resourceHost = (managedHsm ? "managedhsm." : "vault.") + cloud.domain;
    if (values.has(Fields.VAULT_URL) == values.has(Fields.VAULT_NAME)) {
      throw new InvalidConfigurationException(
          "give either \"vault-url\" or \"vault-name\", and not both");
    }
    String url =
        values
            .find(Fields.VAULT_URL)
            .map(text -> https(Fields.VAULT_URL, text))
            .orElseGet(
                () -> "https://" + name(values.text(Fields.VAULT_NAME)) + "." + resourceHost);
    String authorityHost =
        values
            .find(Fields.AUTHORITY_HOST)
            .map(text -> https(Fields.AUTHORITY_HOST, text))
            .orElse(cloud.authorityHost);
    return new VaultAddress(
        url,
        managedHsm,
        values
                .find(Fields.TOKEN_RESOURCE)
                .map(text -> https(Fields.TOKEN_RESOURCE, text))
                .orElse("https://" + resourceHost)
            + "/.default",
        authorityHost,
        values.has(Fields.AUTHORITY_HOST));
  }

  /** The id of a version of a key here, as the service writes it. */
  String keyId(String name, String version) {
    return url + "/keys/" + name + "/" + version;
  }

  private static String name(String text) {
    if (!text.matches("[0-9a-zA-Z](-?[0-9a-zA-Z]){2,23}")) {
      throw new InvalidConfigurationException(
          "\"vault-name\" must have 3 to 24 letters, digits and single hyphens");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  private static String https(String field, String text) {
    try {
      URI uri = new URI(text);
      boolean plain =
          "https".equalsIgnoreCase(uri.getScheme())
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getQuery() == null
              && uri.getFragment() == null
              && (uri.getPath().isEmpty() || uri.getPath().equals("/"));
      if (plain) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return "https://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
      }
    } catch (URISyntaxException e) {
      throw new InvalidConfigurationException("\"" + field + "\" is not a URL", e);
    }
    throw new InvalidConfigurationException(
        "\"" + field + "\" must be https://host or https://host:port and nothing more");
  }
}
