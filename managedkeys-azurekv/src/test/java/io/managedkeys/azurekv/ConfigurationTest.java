package io.managedkeys.azurekv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  private final AzureKeyVaultProvider provider = new AzureKeyVaultProvider();

  @Test
  void theProviderIsFoundByItsType() {
    assertThat(ServiceLoader.load(BackendProvider.class))
        .anySatisfy(found -> assertThat(found.type()).isEqualTo("azurekv"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "name, public, vault, https://name.vault.azure.net, https://vault.azure.net/.default",
        "Name, public, managed-hsm, https://name.managedhsm.azure.net,"
            + " https://managedhsm.azure.net/.default",
        "name, china, vault, https://name.vault.azure.cn, https://vault.azure.cn/.default",
        "name, us-government, vault, https://name.vault.usgovcloudapi.net,"
            + " https://vault.usgovcloudapi.net/.default"
      })
  void theAddressFollowsFromNameCloudAndService(
      String name, String cloud, String service, String url, String scope) {
    VaultAddress address =
        VaultAddress.of(
            values(
                Map.of(
                    "vault-name", name,
                    "cloud", cloud,
                    "service", service,
                    "credential", "host")));

    assertThat(address.url()).isEqualTo(url);
    assertThat(address.scope()).isEqualTo(scope);
    assertThat(address.authorityHost()).startsWith("https://login.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "credential=host|vault-url",
        "vault-url=https://a.vault.azure.net;vault-name=abc;credential=host|not both",
        "vault-url=http://a.vault.azure.net;credential=host|https",
        "vault-url=https://a.vault.azure.net/keys;credential=host|https",
        "vault-url=https://user@a.vault.azure.net;credential=host|https",
        "vault-url=https://a.vault.azure.net?x=1;credential=host|https",
        "vault-url=https://a b;credential=host|vault-url",
        "vault-name=a/b;credential=host|vault-name",
        "vault-name=a.evil.example;credential=host|vault-name",
        "vault-name=abc;authority-host=http://login;credential=host|authority-host",
        "vault-name=abc;token-resource=vault;credential=host|token-resource",
        "vault-name=abc;credential=client-secret;client-id=c;client-secret=s|tenant-id",
        "vault-name=abc;credential=client-secret;tenant-id=t;client-id=c|client-secret",
        "vault-name=abc;credential=client-certificate;tenant-id=t;client-id=c|client-certificate",
        "vault-name=abc;credential=host;client-secret=s|no meaning",
        "vault-name=abc;credential=client-secret;managed-identity-client-id=i;tenant-id=t;client-id=c;client-secret=s|no"
            + " meaning",
        "vault-name=abc;credential=managed-identity|surroundings",
        "vault-name=abc;credential=default-chain|surroundings",
        "vault-name=abc;credential=workload-identity;tenant-id=t|client-id",
        "vault-name=abc;credential=host;ca-file=missing.pem|ca-file"
      })
  void mistakesAreNamedBeforeAnyRequest(String fields, String named) {
    assertThatThrownBy(
            () ->
                provider.open(
                    new BackendConfig("kv", UUID.randomUUID(), 1, values(parse(fields))),
                    new TestHost()))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(named);
  }

  @Test
  void twoSelectionsOfAManagedIdentityAreRefused() {
    TestHost host = new TestHost();
    host.ambient = true;
    assertThatThrownBy(
            () ->
                provider.open(
                    new BackendConfig(
                        "kv",
                        UUID.randomUUID(),
                        1,
                        values(
                            parse(
                                "vault-name=abc;credential=managed-identity;"
                                    + "managed-identity-client-id=a;managed-identity-object-id=b"))),
                    host))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("one field");
  }

  @Test
  void secretsAreSensitiveAndTargetsAreMarked() {
    ConfigSchema schema = provider.backendSchema();
    assertThat(schema.fields().stream().filter(ConfigField::sensitive).map(ConfigField::name))
        .containsExactly("client-secret", "client-certificate-password");
    assertThat(
            schema.fields().stream()
                .filter(ConfigField::decidesCredentialTarget)
                .map(ConfigField::name))
        .containsExactlyInAnyOrder(
            "vault-url",
            "vault-name",
            "service",
            "cloud",
            "tenant-id",
            "authority-host",
            "token-resource",
            "ca-file");
    assertThat(
            values(parse("vault-name=abc;credential=client-secret;client-secret=hush")).toString())
        .doesNotContain("hush");
  }

  private io.managedkeys.spi.ConfigValues values(Map<String, String> fields) {
    return Fixture.values(provider.backendSchema(), fields, "backend \"kv\"");
  }

  private static Map<String, String> parse(String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String pair : text.split(";", -1)) {
      int equals = pair.indexOf('=');
      fields.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return fields;
  }
}
