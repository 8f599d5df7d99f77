package io.managedkeys.gcpkms;

import com.google.api.gax.core.CredentialsProvider;
import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** Makes a client as the configuration says. */
final class Connecting {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private Connecting() {}

  static ServiceClient open(ConfigValues values, Host host) {
    boolean rest = values.text("transport").equals(Schemas.REST);
    boolean plaintext = values.isTrue("plaintext");
    Optional<String> endpoint = values.find("endpoint");
    if (plaintext) {
      requireLoopback(values, endpoint);
    }
    Optional<GoogleCredentials> credentials = Credentials.of(values, host);
    CredentialsProvider provider =
        credentials.isPresent()
            ? FixedCredentialsProvider.create(credentials.get())
            : NoCredentialsProvider.create();
    try {
      // The two transports lie in classes of their own, so that either one's jars can be absent.
      KeyManagementServiceSettings.Builder settings =
          rest
              ? RestTransport.settings(plaintext ? endpoint : Optional.empty())
              : GrpcTransport.settings(plaintext ? endpoint : Optional.empty());
      settings.setCredentialsProvider(provider);
      settings.setUniverseDomain(values.text("universe-domain"));
      if (!plaintext) {
        endpoint.ifPresent(settings::setEndpoint);
      }
      return new ServiceClient(KeyManagementServiceClient.create(settings.build()), true);
    } catch (IOException e) {
      throw new BackendUnavailableException(
          "the Google Cloud KMS client cannot be made: " + e.getMessage(), e);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new InvalidConfigurationException(
          "endpoint, universe-domain or transport is not one that the Google Cloud KMS client"
              + " takes: "
              + e.getMessage(),
          e);
    }
  }

  private static void requireLoopback(ConfigValues values, Optional<String> endpoint) {
    if (!values.text("credentials").equals(Schemas.NONE)) {
      throw new InvalidConfigurationException(
          "field \"plaintext\" sends everything in the clear; it is allowed with credentials = none"
              + " only");
    }
    String host = endpoint.map(Connecting::host).orElse("");
    if (!LOOPBACK.contains(host)) {
      throw new InvalidConfigurationException(
          "field \"plaintext\" is for test servers on this machine; set \"endpoint\" to one on"
              + " 127.0.0.1, [::1] or localhost, or leave plaintext out");
    }
  }

  private static String host(String endpoint) {
    try {
      String host =
          URI.create(endpoint.contains("://") ? endpoint : "grpc://" + endpoint).getHost();
      return host == null ? "" : host;
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigurationException("field \"endpoint\" is not host:port", e);
    }
  }
}
