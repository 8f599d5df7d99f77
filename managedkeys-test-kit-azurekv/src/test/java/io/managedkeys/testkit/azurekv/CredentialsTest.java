package io.managedkeys.testkit.azurekv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.TokenCredential;
import com.azure.identity.ClientAssertionCredentialBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import org.junit.jupiter.api.Test;

/** azure-identity is driven for real, against the server's own token endpoint. */
class CredentialsTest {

  @Test
  void aClientSecretGetsOneTokenForManyCalls() {
    try (AzureKeyVaultServer server = AzureKeyVaultServer.start()) {
      TokenCredential credential = clientSecret(server, server.clientSecret());
      var keys = Sdk.of(server).keys(credential);

      keys.createEcKey(new CreateEcKeyOptions("k"));
      keys.getKey("k");

      assertThat(server.requests().count(KeyVaultOperation.TOKEN)).isEqualTo(1);
      assertThat(server.requests().count(KeyVaultOperation.CHALLENGE)).isEqualTo(1);
    }
  }

  @Test
  void aWrongClientSecretIsRefused() {
    try (AzureKeyVaultServer server = AzureKeyVaultServer.start()) {
      var keys = Sdk.of(server).keys(clientSecret(server, "not-it"));

      assertThatThrownBy(() -> keys.getKey("k")).hasMessageContaining("AADSTS7000215");
      assertThat(server.requests().toVault()).isZero();
    }
  }

  @Test
  void aFederatedTokenIsAnAssertion() {
    try (AzureKeyVaultServer server =
        AzureKeyVaultServer.builder().federatedToken("projected-token").start()) {
      TokenCredential credential =
          new ClientAssertionCredentialBuilder()
              .authorityHost(server.url())
              .tenantId(server.tenantId())
              .clientId(server.clientId())
              .clientAssertion(() -> "projected-token")
              .disableInstanceDiscovery()
              .httpClient(Sdk.http(server))
              .build();

      assertThat(Sdk.of(server).keys(credential).createEcKey(new CreateEcKeyOptions("k")).getName())
          .isEqualTo("k");
    }
  }

  private static TokenCredential clientSecret(AzureKeyVaultServer server, String secret) {
    return new ClientSecretCredentialBuilder()
        .authorityHost(server.url())
        .tenantId(server.tenantId())
        .clientId(server.clientId())
        .clientSecret(secret)
        .disableInstanceDiscovery()
        .httpClient(Sdk.http(server))
        .build();
  }
}
