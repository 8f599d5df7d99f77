package io.managedkeys.testkit.azurekv;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClientBuilder;
import java.time.Duration;
import java.time.OffsetDateTime;
import reactor.core.publisher.Mono;

/** The official SDK, pointed at a server of ours, without retries. */
record Sdk(AzureKeyVaultServer server, HttpClient http, TokenCredential credential) {

  static Sdk of(AzureKeyVaultServer server) {
    TokenCredential credential =
        request ->
            Mono.fromSupplier(
                () -> new AccessToken(server.issueToken(), OffsetDateTime.now().plusHours(1)));
    return new Sdk(server, http(server), credential);
  }

  static HttpClient http(AzureKeyVaultServer server) {
    return new JdkHttpClientBuilder(
            java.net.http.HttpClient.newBuilder().sslContext(server.clientSslContext()))
        .responseTimeout(Duration.ofSeconds(20))
        .build();
  }

  static RetryOptions noRetry() {
    return new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1)));
  }

  KeyClient keys() {
    return keys(credential);
  }

  KeyClient keys(TokenCredential other) {
    return new KeyClientBuilder()
        .vaultUrl(server.url())
        .httpClient(http)
        .credential(other)
        .retryOptions(noRetry())
        .disableChallengeResourceVerification()
        .buildClient();
  }

  /** Everything goes to the server: nothing is computed locally. */
  CryptographyClient crypto(String keyId) {
    return new CryptographyClientBuilder()
        .keyIdentifier(keyId)
        .httpClient(http)
        .credential(credential)
        .retryOptions(noRetry())
        .disableChallengeResourceVerification()
        .disableKeyCaching()
        .buildClient();
  }
}
