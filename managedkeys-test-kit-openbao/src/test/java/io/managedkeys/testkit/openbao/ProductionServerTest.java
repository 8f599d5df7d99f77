package io.managedkeys.testkit.openbao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProductionServerTest {

  @RegisterExtension static final OpenBaoExtension BAO = OpenBaoExtension.production();

  @Test
  void sealedServerRefusesAndUnsealedOneServes() {
    OpenBaoServer server = BAO.server();
    server.seal();
    assertThat(server.admin().status("sys/mounts")).isEqualTo(503);
    server.unseal();
    assertThat(server.admin().status("sys/mounts")).isEqualTo(200);
  }

  @Test
  void storageSurvivesARestartOnTheSamePort() {
    OpenBaoServer server = BAO.server();
    var address = server.address();
    server.admin().mount("survives", "transit", Map.of());

    server.restart();

    assertThat(server.address()).isEqualTo(address);
    assertThat(server.admin().get("sys/mounts").at("/data/survives~1").isMissingNode()).isFalse();
  }

  @Test
  void changedCertificateIsServedAndStillTrusted() throws Exception {
    OpenBaoServer server = BAO.server();
    X509Certificate before = served(server);

    server.changeCertificate();

    X509Certificate after = before;
    for (int i = 0; i < 100 && after.equals(before); i++) {
      Thread.sleep(50);
      after = served(server);
    }
    assertThat(after).isNotEqualTo(before);
    assertThat(server.admin().status("sys/health")).isEqualTo(200);
  }

  @Test
  void nothingIsLeftBehindAfterClose() {
    Path folder;
    String address;
    try (OpenBaoServer server = OpenBaoServer.startProduction()) {
      folder = server.caFile().getParent();
      address = server.address().toString();
      assertThat(folder).isDirectory();
      assertThat(address).startsWith("https://127.0.0.1:");
    }
    assertThat(Files.exists(folder)).isFalse();
  }

  @Test
  void devModeHasNoCertificates() {
    try (OpenBaoServer server = OpenBaoServer.startDev()) {
      assertThatThrownBy(server::authority).isInstanceOf(IllegalStateException.class);
    }
  }

  private static X509Certificate served(OpenBaoServer server) throws Exception {
    var store = java.security.KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", server.authority().certificate());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = javax.net.ssl.SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLSocketFactory factory = context.getSocketFactory();
    try (SSLSocket socket =
        (SSLSocket) factory.createSocket("127.0.0.1", server.address().getPort())) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }
}
