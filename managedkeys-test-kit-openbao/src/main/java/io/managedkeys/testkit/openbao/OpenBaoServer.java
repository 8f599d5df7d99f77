package io.managedkeys.testkit.openbao;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One running server on 127.0.0.1, its operator's credentials, and the faults that a test can cause
 * in it.
 *
 * <p>Two forms. {@link #startDev()}: development mode, in memory, unsealed, plain HTTP, ready in
 * well under a second. {@link #startProduction()}: Raft storage in a temporary folder, TLS with a
 * certificate of {@link #authority()}, initialised with one key share and unsealed; it survives
 * {@link #restart()}, and can be sealed and unsealed. Both have namespaces where the server does
 * (OpenBao, Vault Enterprise).
 *
 * <p>{@link #close()} ends the process and deletes its folder; a shutdown hook does the same for a
 * JVM that ends early. Thread-safe: one lock guards the changes of state.
 */
public final class OpenBaoServer implements AutoCloseable {

  private static final int START_ATTEMPTS = 3;
  private static final Duration READY = Duration.ofSeconds(30);

  private final OpenBaoBinary binary;
  private final Path folder;
  private final @Nullable TestAuthority authority;
  private final HttpClient http;
  private final Thread hook;

  private ServerProcess process;
  private String rootToken = "";
  private String unsealKey = "";

  private OpenBaoServer(OpenBaoBinary binary, boolean production) {
    this.binary = binary;
    try {
      this.folder = Files.createTempDirectory("managedkeys-openbao-");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a folder for the test server", e);
    }
    this.authority = production ? new TestAuthority("managedkeys test server CA") : null;
    this.http =
        authority == null
            ? HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
            : TestTls.client(authority);
    this.hook = new Thread(this::end, "openbao-end");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      this.process = launch(production);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a server in development mode.
   *
   * @return the running server
   * @throws IllegalStateException when no server is installed, with the command that installs it
   */
  public static OpenBaoServer startDev() {
    OpenBaoServer server = new OpenBaoServer(installed(), false);
    try {
      server.process.awaitHealth(server.http, READY);
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Starts a server as an operator would, initialises and unseals it.
   *
   * @return the running, unsealed server
   * @throws IllegalStateException when no server is installed, with the command that installs it
   */
  public static OpenBaoServer startProduction() {
    OpenBaoServer server = new OpenBaoServer(installed(), true);
    try {
      server.process.awaitListening(server.http, READY);
      server.initialize();
      server.unseal();
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static OpenBaoBinary installed() {
    Optional<OpenBaoBinary> found = OpenBaoBinary.find();
    return found.orElseThrow(
        () ->
            new IllegalStateException(
                "No OpenBao or Vault server on this machine; install one with: "
                    + OpenBaoBinary.INSTALL_COMMAND));
  }

  private ServerProcess launch(boolean production) {
    RuntimeException last = null;
    for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      try {
        if (production) {
          ServerFiles.writeProduction(folder, binary, freePort(), freePort(), certificates());
          return ServerProcess.production(binary, folder);
        }
        rootToken = ServerFiles.randomToken();
        return ServerProcess.dev(binary, folder, freePort(), rootToken);
      } catch (ServerProcess.PortTakenException e) {
        last = e; // somebody took the port between our look and the server's bind
      }
    }
    throw new IllegalStateException("The test server found no free port", last);
  }

  private TestAuthority certificates() {
    if (authority == null) {
      throw new IllegalStateException("A server in development mode has no TLS");
    }
    return authority;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("No free port on the loopback address", e);
    }
  }

  private void initialize() {
    JsonNode answer =
        new OpenBaoAdmin(http, address(), null, "")
            .post("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1));
    unsealKey = answer.at("/keys_base64/0").asText();
    rootToken = answer.at("/root_token").asText();
  }

  /**
   * The base address, {@code http://127.0.0.1:port} or {@code https://127.0.0.1:port}.
   *
   * @return scheme, host and port
   */
  public synchronized URI address() {
    return process.address();
  }

  /**
   * Whose server this is.
   *
   * @return the family
   */
  public OpenBaoBinary.Family family() {
    return binary.family();
  }

  /**
   * The root token, which may do everything; for the operator's side of a test.
   *
   * @return the token
   */
  public synchronized String rootToken() {
    return rootToken;
  }

  /**
   * The operator, with the root token.
   *
   * @return the operator
   */
  public synchronized OpenBaoAdmin admin() {
    return new OpenBaoAdmin(http, process.address(), rootToken, "");
  }

  /**
   * The authority that the server's certificate comes from.
   *
   * @return the authority
   * @throws IllegalStateException in development mode, which has no TLS
   */
  public TestAuthority authority() {
    return certificates();
  }

  /**
   * The authority's certificate as a PEM file.
   *
   * @return the file
   * @throws IllegalStateException in development mode, which has no TLS
   */
  public Path caFile() {
    certificates();
    return folder.resolve(ServerFiles.CA);
  }

  /** Seals the server: it answers 503 to everything until {@link #unseal()}. */
  public void seal() {
    admin().post("sys/seal", Map.of());
  }

  /** Unseals a production server and waits until it is active. */
  public synchronized void unseal() {
    new OpenBaoAdmin(http, process.address(), null, "")
        .post("sys/unseal", Map.of("key", unsealKey));
    process.awaitHealth(http, READY);
  }

  /** Issues the server a new certificate of the same authority and has it take it up. */
  public synchronized void changeCertificate() {
    ServerFiles.writeServerCertificate(folder, certificates());
    process.signal("HUP");
  }

  /** Ends a production server's process; the storage stays, {@link #start()} brings it back. */
  public synchronized void stop() {
    certificates();
    process.end();
  }

  /** Starts a stopped production server on the same port; it comes up sealed. */
  public synchronized void start() {
    certificates();
    process = ServerProcess.production(binary, folder);
    process.awaitListening(http, READY);
  }

  /** Ends a production server, starts it again on the same port, and unseals it. */
  public void restart() {
    stop();
    start();
    unseal();
  }

  /** Stops the process in its tracks (SIGSTOP): connections hang until {@link #resume()}. */
  public synchronized void pause() {
    process.signal("STOP");
  }

  /** Lets a paused process go on. */
  public synchronized void resume() {
    process.signal("CONT");
  }

  /**
   * What the server has logged so far.
   *
   * @return the log, of all starts
   */
  public synchronized String log() {
    return process.log();
  }

  /** Ends the process and deletes all that it wrote. */
  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down already: the hook runs, and finds nothing left to do.
    }
  }

  @SuppressWarnings("NullAway") // the process is not there yet when the first launch fails
  private synchronized void end() {
    if (process != null) {
      process.end();
    }
    ServerFiles.deleteTree(folder);
  }

  /**
   * The 32 bytes of the unseal key, for a test that unseals by itself.
   *
   * @return the key
   */
  public synchronized byte[] unsealKey() {
    return Base64.getDecoder().decode(unsealKey);
  }

  @Override
  public String toString() {
    return "OpenBaoServer[" + binary.family() + " at " + address() + "]";
  }
}
