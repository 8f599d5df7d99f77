package io.managedkeys.examples;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.managedkeys.KeyAccess;
import io.managedkeys.jca.ManagedKeysProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Judgement by others: the JDK's path validation, openssl, and a TLS handshake. */
final class Checks {

  private Checks() {}

  /** The chain, leaf first, as the JDK and (where it is installed) openssl see it. */
  static void chain(Report report, Path work, List<X509Certificate> chain) throws Exception {
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(chain.get(2), null)));
    parameters.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(chain.subList(0, 2)),
            parameters);
    report.step("the JDK accepts the chain");

    Files.writeString(work.resolve("root.pem"), Pem.of(chain.get(2)));
    Files.writeString(work.resolve("issuing.pem"), Pem.of(chain.get(1)));
    Files.writeString(work.resolve("leaf.pem"), Pem.of(chain.get(0)));
    Process openssl;
    try {
      openssl =
          new ProcessBuilder(
                  "openssl",
                  "verify",
                  "-CAfile",
                  "root.pem",
                  "-untrusted",
                  "issuing.pem",
                  "-purpose",
                  "sslserver",
                  "-verify_hostname",
                  "localhost",
                  "leaf.pem")
              .directory(work.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      report.note("(openssl is not installed; its check is left out)");
      return;
    }
    String said =
        new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    report.require(openssl.waitFor() == 0, "openssl verify says: " + said);
  }

  /** One HTTPS request in TLS 1.3; the server's key signs the handshake in its backend. */
  static void tls(Report report, KeyAccess web, X509Certificate root) throws Exception {
    ManagedKeysProvider provider = ManagedKeysProvider.of(web);
    Security.addProvider(provider);
    try {
      KeyStore store = KeyStore.getInstance("ManagedKeys", provider);
      store.load(null, null);
      KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
      keyManagers.init(store, null);
      SSLContext serverContext = SSLContext.getInstance("TLS");
      serverContext.init(keyManagers.getKeyManagers(), null, null);

      HttpsServer server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(serverContext));
      server.createContext(
          "/",
          exchange -> {
            byte[] body = "hello from a managed key".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
      try {
        HttpResponse<String> response =
            HttpClient.newBuilder()
                .sslContext(trusting(root))
                .build()
                .send(
                    HttpRequest.newBuilder(
                            URI.create("https://localhost:" + server.getAddress().getPort()))
                        .build(),
                    HttpResponse.BodyHandlers.ofString());
        String protocol = response.sslSession().orElseThrow().getProtocol();
        report.require(
            response.statusCode() == 200 && protocol.equals("TLSv1.3"),
            "served an HTTPS request by " + protocol + " through the JCA: " + response.body());
      } finally {
        server.stop(0);
      }
    } finally {
      Security.removeProvider(provider.getName());
    }
  }

  private static SSLContext trusting(X509Certificate root) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("root", root);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
