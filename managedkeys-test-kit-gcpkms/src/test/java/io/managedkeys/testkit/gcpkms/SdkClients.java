package io.managedkeys.testkit.gcpkms;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.httpjson.InstantiatingHttpJsonChannelProvider;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;

/** The official client on the two transports it has. */
enum SdkClients {
  GRPC {
    @Override
    KeyManagementServiceClient open(GcpKmsServer server) throws IOException {
      return KeyManagementServiceClient.create(
          KeyManagementServiceSettings.newBuilder()
              .setCredentialsProvider(NoCredentialsProvider.create())
              .setTransportChannelProvider(
                  InstantiatingGrpcChannelProvider.newBuilder()
                      .setEndpoint(server.grpcEndpoint())
                      .setChannelConfigurator(ManagedChannelBuilder::usePlaintext)
                      .build())
              .build());
    }
  },
  REST {
    @Override
    KeyManagementServiceClient open(GcpKmsServer server) throws IOException {
      return KeyManagementServiceClient.create(
          KeyManagementServiceSettings.newHttpJsonBuilder()
              .setCredentialsProvider(NoCredentialsProvider.create())
              .setTransportChannelProvider(
                  InstantiatingHttpJsonChannelProvider.newBuilder()
                      .setEndpoint(server.restEndpoint())
                      .build())
              .build());
    }
  };

  abstract KeyManagementServiceClient open(GcpKmsServer server) throws IOException;
}
