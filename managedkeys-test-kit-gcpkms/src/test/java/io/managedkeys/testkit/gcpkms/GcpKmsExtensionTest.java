package io.managedkeys.testkit.gcpkms;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** The extension as a user has it. */
@ExtendWith(GcpKmsExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GcpKmsExtensionTest {
  private static String endpointOfTheFirst;

  @Test
  @Order(1)
  void parameterIsARunningServer(GcpKmsServer server) throws Exception {
    endpointOfTheFirst = server.grpcEndpoint();
    String ring = server.createKeyRing("projects/p/locations/l", "extension");
    String version = server.createKey(ring, "k", CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
    try (KeyManagementServiceClient client = SdkClients.GRPC.open(server)) {
      assertThat(client.getPublicKey(version).getName()).isEqualTo(version);
    }
    assertThat(server.requests().byMethod())
        .containsExactly(java.util.Map.entry("GetPublicKey", 1L));
    server.faults().add(GcpKmsFault.unavailable(), FaultTrigger.always());
  }

  @Test
  @Order(2)
  void nextTestHasTheSameServerWithoutTheFaults(GcpKmsServer server) throws Exception {
    assertThat(server.grpcEndpoint()).isEqualTo(endpointOfTheFirst);
    assertThat(server.requests().total()).isZero();
    try (KeyManagementServiceClient client = SdkClients.REST.open(server)) {
      assertThat(client.getKeyRing("projects/p/locations/l/keyRings/extension").getName())
          .endsWith("extension");
    }
  }
}
