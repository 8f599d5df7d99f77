package io.managedkeys.jca;

import static org.assertj.core.api.Assertions.assertThat;

import io.managedkeys.Usage;
import io.managedkeys.jca.ProviderList.Position;
import java.net.InetAddress;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS by the JDK itself, both sides with managed keys. */
@Isolated
class TlsTest {

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Position position : Position.values()) {
      for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
        for (String key : List.of("RSA", "EC", "Ed25519")) {
          cases.add(Arguments.of(position, protocol, key));
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void serverAndClientAuthenticateWithManagedKeys(
      Position position, String protocol, String algorithm) throws Exception {
    TestAuthority authority = new TestAuthority();
    int bits = algorithm.equals("RSA") ? 2048 : algorithm.equals("EC") ? 256 : 0;
    SoftwareKeys server = new SoftwareKeys();
    SoftwareKeys client = new SoftwareKeys();
    for (SoftwareKeys side : List.of(server, client)) {
      // What this handshake cannot use stands beside what it can.
      side.addPair("soft:a-bare", SoftwareKeys.pair("Ed25519", 0), Set.of(Usage.SIGN));
      side.addPair(
          "soft:tls",
          SoftwareKeys.pair(algorithm, bits),
          Set.of(Usage.SIGN),
          authority.issue(
              side == server ? "server" : "client", SoftwareKeys.pair(algorithm, bits).getPublic()),
          authority.certificate);
    }
    ManagedKeysProvider serverSide = ManagedKeysProvider.of("server", server);
    ManagedKeysProvider clientSide = ManagedKeysProvider.of("client", client);
    try (ProviderList one = new ProviderList(serverSide, position);
        ProviderList two = new ProviderList(clientSide, position)) {
      SSLContext serverContext = context(serverSide, authority);
      SSLContext clientContext = context(clientSide, authority);
      try (SSLServerSocket listening =
          (SSLServerSocket)
              serverContext
                  .getServerSocketFactory()
                  .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        listening.setNeedClientAuth(true);
        listening.setEnabledProtocols(new String[] {protocol});
        CompletableFuture<String> peer =
            CompletableFuture.supplyAsync(
                () -> {
                  try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                    accepted.setSoTimeout(10_000);
                    int read = accepted.getInputStream().read();
                    accepted.getOutputStream().write(read + 1);
                    return accepted.getSession().getPeerPrincipal().getName();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
        try (SSLSocket socket =
            (SSLSocket)
                clientContext
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
          socket.setSoTimeout(10_000);
          socket.setEnabledProtocols(new String[] {protocol});
          socket.getOutputStream().write(41);
          assertThat(socket.getInputStream().read()).isEqualTo(42);
          assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
          assertThat(socket.getSession().getPeerPrincipal().getName()).isEqualTo("CN=server");
        }
        assertThat(peer.get(10, TimeUnit.SECONDS)).isEqualTo("CN=client");
      }
    }
    assertThat(server.software("soft:tls").operations).hasValue(1);
    assertThat(client.software("soft:tls").operations).hasValue(1);
  }

  private static SSLContext context(ManagedKeysProvider provider, TestAuthority authority)
      throws Exception {
    KeyStore store = KeyStore.getInstance("ManagedKeys", provider);
    store.load(null, null);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store, null);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(authority.trust());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
