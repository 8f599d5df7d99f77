package io.managedkeys.gcpkms;

import com.google.api.gax.grpc.GrpcCallContext;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.ApiCallContext;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import io.grpc.ManagedChannelBuilder;
import java.util.Optional;

/** What only gRPC needs; loaded only where it is the transport. */
final class GrpcTransport {
  private GrpcTransport() {}

  static KeyManagementServiceSettings.Builder settings(Optional<String> plaintextEndpoint) {
    KeyManagementServiceSettings.Builder settings = KeyManagementServiceSettings.newBuilder();
    plaintextEndpoint.ifPresent(
        endpoint ->
            settings.setTransportChannelProvider(
                InstantiatingGrpcChannelProvider.newBuilder()
                    .setEndpoint(endpoint)
                    .setChannelConfigurator(ManagedChannelBuilder::usePlaintext)
                    .build()));
    return settings;
  }

  static ApiCallContext callContext() {
    return GrpcCallContext.createDefault();
  }
}
