package io.managedkeys.gcpkms;

import com.google.api.gax.httpjson.HttpJsonCallContext;
import com.google.api.gax.httpjson.InstantiatingHttpJsonChannelProvider;
import com.google.api.gax.rpc.ApiCallContext;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import java.util.Optional;

/** What only REST needs; loaded only where it is the transport. */
final class RestTransport {
  private RestTransport() {}

  static KeyManagementServiceSettings.Builder settings(Optional<String> plaintextEndpoint) {
    KeyManagementServiceSettings.Builder settings =
        KeyManagementServiceSettings.newHttpJsonBuilder();
    plaintextEndpoint.ifPresent(
        endpoint ->
            settings.setTransportChannelProvider(
                InstantiatingHttpJsonChannelProvider.newBuilder()
                    .setEndpoint(endpoint.contains("://") ? endpoint : "http://" + endpoint)
                    .build()));
    return settings;
  }

  static ApiCallContext callContext() {
    return HttpJsonCallContext.createDefault();
  }
}
