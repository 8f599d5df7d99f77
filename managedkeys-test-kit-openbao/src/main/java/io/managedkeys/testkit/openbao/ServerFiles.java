package io.managedkeys.testkit.openbao;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The files of one server: configuration, certificates, storage. All lie in one folder. */
final class ServerFiles {

  static final String CA = "ca.pem";
  static final String CONFIG = "server.hcl";
  private static final String CERTIFICATE = "server.pem";
  private static final String KEY = "server-key.pem";

  private ServerFiles() {}

  static String randomToken() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return "root-" + HexFormat.of().formatHex(bytes);
  }

  static void writeProduction(
      Path folder, OpenBaoBinary binary, int port, int clusterPort, TestAuthority authority) {
    try {
      Files.createDirectories(folder.resolve("storage"));
      Files.writeString(folder.resolve(CA), authority.certificatePem(), StandardCharsets.US_ASCII);
      writeServerCertificate(folder, authority);
      Files.writeString(
          folder.resolve(CONFIG),
          configuration(folder, binary, port, clusterPort),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the test server's configuration", e);
    }
  }

  static void writeServerCertificate(Path folder, TestAuthority authority) {
    TestAuthority.Identity server = authority.issueServer();
    try {
      TestAuthority.write(folder.resolve(KEY), server.keyPem());
      TestAuthority.write(folder.resolve(CERTIFICATE), server.certificatePem());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the test server's certificate", e);
    }
  }

  static int port(Path folder) {
    try {
      for (String line : Files.readAllLines(folder.resolve(CONFIG), StandardCharsets.UTF_8)) {
        if (line.startsWith("api_addr")) {
          return Integer.parseInt(line.replaceAll(".*:(\\d+)\".*", "$1"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the test server's configuration", e);
    }
    throw new IllegalStateException("The test server's configuration names no address");
  }

  private static String configuration(
      Path folder, OpenBaoBinary binary, int port, int clusterPort) {
    // Vault demands mlock unless told otherwise; OpenBao has no such setting any more and warns.
    String mlock = binary.family() == OpenBaoBinary.Family.VAULT ? "disable_mlock = true" : "";
    return String.join(
        "\n",
        List.of(
            mlock,
            "ui = false",
            "api_addr = \"https://127.0.0.1:" + port + "\"",
            "cluster_addr = \"https://127.0.0.1:" + clusterPort + "\"",
            "storage \"raft\" {",
            "  path = \"" + folder.resolve("storage") + "\"",
            "  node_id = \"one\"",
            // The shortest election timeout: a single node waits it out before it leads.
            "  performance_multiplier = 1",
            "}",
            "listener \"tcp\" {",
            "  address = \"127.0.0.1:" + port + "\"",
            "  cluster_address = \"127.0.0.1:" + clusterPort + "\"",
            "  tls_cert_file = \"" + folder.resolve(CERTIFICATE) + "\"",
            "  tls_key_file = \"" + folder.resolve(KEY) + "\"",
            "}",
            ""));
  }

  static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete the test server's folder", e);
    }
  }
}
