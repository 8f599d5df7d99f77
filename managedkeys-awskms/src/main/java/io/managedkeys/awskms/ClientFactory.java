package io.managedkeys.awskms;

import io.managedkeys.BackendAuthenticationException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;

/**
 * Builds a backend's client, on the Apache 5 transport: the SDK's url-connection transport loses over
 * a millisecond per call, because the JDK probes each kept-alive connection before it uses it again.
 *
 * <p>The SDK's retries are off. Deadlines come with each request; the socket's own timeout only ends
 * what no deadline would.
 */
final class ClientFactory {
  private static final Duration SOCKET_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STS_TIMEOUT = Duration.ofSeconds(10);

  private ClientFactory() {}

  /** A client and what has to be closed with it. */
  record Opened(KmsClient client, CredentialSource credentials, SdkHttpClient http) {
    void close() {
      client.close();
      credentials.close();
      http.close();
    }
  }

  static Opened open(ClientSettings settings) {
    SdkHttpClient http = http(settings);
    CredentialSource credentials = CredentialSource.of(settings, base -> sts(settings, http, base));
    KmsClientBuilder builder =
        KmsClient.builder()
            .region(settings.region())
            .credentialsProvider(credentials)
            .httpClient(http)
            .fipsEnabled(settings.fips())
            .dualstackEnabled(settings.dualStack())
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()));
    URI endpoint = settings.endpoint();
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    Opened opened = new Opened(builder.build(), credentials, http);
    try {
      credentials.resolveCredentials();
    } catch (CredentialSource.NoCredentialsException e) {
      opened.close();
      throw ErrorTable.noCredentials(e);
    } catch (RuntimeException e) {
      opened.close();
      throw new BackendAuthenticationException(
          "no credentials could be had from " + settings.credentials(), e);
    }
    return opened;
  }

  private static StsClient sts(
      ClientSettings settings, SdkHttpClient http, AwsCredentialsProvider credentials) {
    StsClientBuilder builder =
        StsClient.builder()
            .region(settings.region())
            .credentialsProvider(credentials)
            .httpClient(http)
            .fipsEnabled(settings.fips())
            .dualstackEnabled(settings.dualStack())
            // Renewals run beside the registry's calls and are not repeated by it: the SDK's own
            // retries stay on for them.
            .overrideConfiguration(o -> o.apiCallTimeout(STS_TIMEOUT));
    URI endpoint = settings.stsEndpoint();
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    return builder.build();
  }

  private static SdkHttpClient http(ClientSettings settings) {
    @Nullable URI proxy = settings.proxy();
    ProxyConfiguration.Builder proxies =
        ProxyConfiguration.builder()
            .useSystemPropertyValues(proxy == null && settings.ambientProxy())
            .useEnvironmentVariableValues(proxy == null && settings.ambientProxy());
    if (proxy != null) {
      proxies.endpoint(proxy);
    }
    return Apache5HttpClient.builder()
        .maxConnections(settings.maxConnections())
        .connectionTimeout(settings.connectTimeout())
        .connectionAcquisitionTimeout(SOCKET_TIMEOUT)
        .socketTimeout(SOCKET_TIMEOUT)
        .tcpKeepAlive(true)
        .proxyConfiguration(proxies.build())
        .build();
  }
}
