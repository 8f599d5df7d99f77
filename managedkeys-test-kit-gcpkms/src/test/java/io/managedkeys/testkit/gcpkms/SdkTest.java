package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** What the tests share: one server, one client for each transport, a fresh key ring for a test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SdkTest {
  static final String LOCATION = "projects/test/locations/global";
  static final ByteString MESSAGE = ByteString.copyFromUtf8("a message to be protected");

  private final Map<SdkClients, KeyManagementServiceClient> clients =
      new EnumMap<>(SdkClients.class);
  GcpKmsServer server;
  String ring;

  @BeforeAll
  void start() throws IOException {
    server = GcpKmsServer.start();
    for (SdkClients transport : SdkClients.values()) {
      clients.put(transport, transport.open(server));
    }
  }

  @BeforeEach
  void freshRing() {
    server.faults().clear();
    server.requests().reset();
    ring = server.createKeyRing(LOCATION, "ring-" + UUID.randomUUID());
  }

  @AfterAll
  void stop() {
    clients.values().forEach(KeyManagementServiceClient::close);
    server.close();
  }

  KeyManagementServiceClient client(SdkClients transport) {
    return clients.get(transport);
  }

  KeyManagementServiceClient client() {
    return client(SdkClients.GRPC);
  }

  /** CRC32C by the JDK alone, not by the code under test. */
  static Int64Value crc(ByteString data) {
    CRC32C crc = new CRC32C();
    crc.update(data.toByteArray());
    return Int64Value.of(crc.getValue());
  }

  static ByteString text(String text) {
    return ByteString.copyFrom(text.getBytes(StandardCharsets.UTF_8));
  }
}
