package io.managedkeys.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.managedkeys.jca.ManagedKeysProvider;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLSocket;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * TLS servers with every key of a backend in their store: what they cannot use must not disturb them.
 * The client is the JDK's and trusts the authority only.
 */
@ExtendWith(BackendFixture.Lifecycle.class)
class ServersTest {

  @TempDir private Path folder;

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (BackendKind kind : BackendKind.values()) {
      for (Position position : Position.values()) {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
          cases.add(Arguments.of(kind, position, protocol));
        }
      }
    }
    return cases;
  }

  private static void assertServes(BackendFixture fixture, String protocol, int port)
      throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            fixture
                .context(null)
                .getSocketFactory()
                .createSocket(InetAddress.getByName("127.0.0.1"), port)) {
      socket.setSoTimeout(10_000);
      socket.setEnabledProtocols(new String[] {protocol});
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      assertThat(socket.getSession().getPeerPrincipal().getName())
          .isIn("CN=rsa", "CN=ec", "CN=ed", "CN=rsa-raw", "CN=ec-raw");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tomcatServes(BackendKind kind, Position position, String protocol) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    ManagedKeysProvider provider = fixture.provider;
    try (var registered = position.register(provider)) {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(folder.toString());
      Connector connector = new Connector();
      connector.setPort(0);
      connector.setProperty("address", "127.0.0.1");
      connector.setProperty("SSLEnabled", "true");
      SSLHostConfig host = new SSLHostConfig();
      SSLHostConfigCertificate certificate =
          new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.RSA);
      certificate.setCertificateKeystore(BackendFixture.store(provider));
      certificate.setCertificateKeyAlias("it:rsa");
      host.addCertificate(certificate);
      connector.addSslHostConfig(host);
      tomcat.setConnector(connector);
      try {
        tomcat.start();
        assertServes(fixture, protocol, connector.getLocalPort());
      } finally {
        tomcat.stop();
        tomcat.destroy();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void jettyServes(BackendKind kind, Position position, String protocol) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    ManagedKeysProvider provider = fixture.provider;
    try (var registered = position.register(provider)) {
      Server server = new Server();
      SslContextFactory.Server factory = new SslContextFactory.Server();
      factory.setKeyStore(BackendFixture.store(provider));
      factory.setKeyStorePassword("");
      ServerConnector connector = new ServerConnector(server, factory);
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      try {
        server.start();
        assertServes(fixture, protocol, connector.getLocalPort());
      } finally {
        server.stop();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nettyServes(BackendKind kind, Position position, String protocol) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    ManagedKeysProvider provider = fixture.provider;
    try (var registered = position.register(provider)) {
      KeyStore store = BackendFixture.store(provider);
      KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
      managers.init(store, new char[0]);
      SslContext context =
          SslContextBuilder.forServer(managers).sslProvider(SslProvider.JDK).build();
      EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
      try {
        Channel channel =
            new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(
                    new ChannelInitializer<SocketChannel>() {
                      @Override
                      protected void initChannel(SocketChannel accepted) {
                        accepted.pipeline().addLast(context.newHandler(accepted.alloc()));
                        accepted
                            .pipeline()
                            .addLast(
                                new ChannelInboundHandlerAdapter() {
                                  @Override
                                  public void exceptionCaught(
                                      ChannelHandlerContext ctx, Throwable cause) {
                                    ctx.close();
                                  }
                                });
                      }
                    })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        assertServes(fixture, protocol, ((InetSocketAddress) channel.localAddress()).getPort());
        channel.close().sync();
      } finally {
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).sync();
      }
    }
  }
}
