package io.managedkeys.interop;

import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** One connection between two contexts, with a byte each way. */
final class TlsPair {

  /** Whom each side saw. */
  record Seen(String protocol, String server, String client) {}

  private static final int TIMEOUT = 10_000;

  private TlsPair() {}

  static Seen connect(SSLContext server, SSLContext client, String protocol, boolean clientAuth)
      throws Exception {
    try (SSLServerSocket listening =
        (SSLServerSocket)
            server
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      listening.setNeedClientAuth(clientAuth);
      listening.setEnabledProtocols(new String[] {protocol});
      listening.setSoTimeout(TIMEOUT);
      CompletableFuture<String> peer =
          CompletableFuture.supplyAsync(
              () -> {
                try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                  accepted.setSoTimeout(TIMEOUT);
                  int read = accepted.getInputStream().read();
                  accepted.getOutputStream().write(read + 1);
                  accepted.getOutputStream().flush();
                  return clientAuth ? accepted.getSession().getPeerPrincipal().getName() : "";
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      String protocolSeen;
      String serverSeen;
      try (SSLSocket socket =
          (SSLSocket)
              client
                  .getSocketFactory()
                  .createSocket(InetAddress.getByName("127.0.0.1"), listening.getLocalPort())) {
        socket.setSoTimeout(TIMEOUT);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.startHandshake();
        socket.getOutputStream().write(41);
        socket.getOutputStream().flush();
        if (socket.getInputStream().read() != 42) {
          throw new IllegalStateException("the answer did not come");
        }
        protocolSeen = socket.getSession().getProtocol();
        serverSeen = socket.getSession().getPeerPrincipal().getName();
      } catch (Exception e) {
        // The reason is often on the other side.
        peer.exceptionally(
                reason -> {
                  e.addSuppressed(reason);
                  return "";
                })
            .get(20, TimeUnit.SECONDS);
        throw e;
      }
      // After our end closed: in TLS 1.3 the other one waits for that.
      return new Seen(protocolSeen, serverSeen, peer.get(20, TimeUnit.SECONDS));
    }
  }
}
