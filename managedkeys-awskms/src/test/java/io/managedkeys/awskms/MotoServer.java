package io.managedkeys.awskms;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** moto's server on 127.0.0.1 and a free port, ended when closed. */
final class MotoServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String MISSING =
      "no moto_server on PATH or in MANAGEDKEYS_MOTO_SERVER; install it with: pip install"
          + " 'moto[server]==5.2.1'";

  private final Process process;
  private final Path output;
  private final URI endpoint;

  private MotoServer(Process process, Path output, URI endpoint) {
    this.process = process;
    this.output = output;
    this.endpoint = endpoint;
  }

  /** Starts a server, or skips the test where moto is not installed; fails in a strict run. */
  static MotoServer start() throws Exception {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      if (Boolean.parseBoolean(
          System.getProperty("MANAGEDKEYS_STRICT", System.getenv("MANAGEDKEYS_STRICT")))) {
        Assertions.fail(MISSING);
      }
      Assumptions.abort(MISSING);
    }
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    Path output = Files.createTempFile("moto", ".log");
    Process process =
        new ProcessBuilder(
                program.get().toString(), "-H", "127.0.0.1", "-p", Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    MotoServer server = new MotoServer(process, output, URI.create("http://127.0.0.1:" + port));
    server.await();
    return server;
  }

  URI endpoint() {
    return endpoint;
  }

  private void await() throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      if (answers()) {
        return;
      }
      Thread.sleep(100);
    }
    String said = Files.readString(output);
    close();
    throw new IllegalStateException("moto did not start: " + said);
  }

  private boolean answers() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) endpoint.resolve("/moto-api/").toURL().openConnection();
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<Path> program() {
    String named = System.getenv("MANAGEDKEYS_MOTO_SERVER");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse(""))
        .flatMap(path -> Arrays.stream(path.split(File.pathSeparator)))
        .map(folder -> Path.of(folder, "moto_server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public void close() throws Exception {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    Files.deleteIfExists(output);
  }
}
