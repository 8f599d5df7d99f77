package io.managedkeys.testkit.openbao;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/** The operating system's process of a server, and when it is ready. */
final class ServerProcess {

  private static final Duration POLL = Duration.ofMillis(50);

  private final Process process;
  private final URI address;
  private final Path log;

  private ServerProcess(Process process, URI address, Path log) {
    this.process = process;
    this.address = address;
    this.log = log;
  }

  /** The port was free when we looked and taken when the server bound it. */
  static final class PortTakenException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PortTakenException(String message) {
      super(message);
    }
  }

  static ServerProcess dev(OpenBaoBinary binary, Path folder, int port, String rootToken) {
    // The root token goes by the environment: arguments are readable by every user of the machine.
    return run(
        binary,
        folder,
        URI.create("http://127.0.0.1:" + port),
        List.of("server", "-dev", "-dev-no-store-token", "-dev-listen-address=127.0.0.1:" + port),
        Map.of("BAO_DEV_ROOT_TOKEN_ID", rootToken, "VAULT_DEV_ROOT_TOKEN_ID", rootToken));
  }

  static ServerProcess production(OpenBaoBinary binary, Path folder) {
    return run(
        binary,
        folder,
        URI.create("https://127.0.0.1:" + ServerFiles.port(folder)),
        List.of("server", "-config=" + folder.resolve(ServerFiles.CONFIG)),
        Map.of());
  }

  private static ServerProcess run(
      OpenBaoBinary binary,
      Path folder,
      URI address,
      List<String> arguments,
      Map<String, String> environment) {
    Path log = folder.resolve("server.log");
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(binary.file().toString());
    builder.command().addAll(arguments);
    // A developer's own VAULT_ADDR or BAO_TOKEN must not reach the test's server.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("VAULT_") || name.startsWith("BAO_"));
    builder.environment().put("HOME", folder.toString());
    builder.environment().putAll(environment);
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      return new ServerProcess(builder.start(), address, log);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run " + binary.file(), e);
    }
  }

  URI address() {
    return address;
  }

  /** Waits until the server is initialised, unsealed and active. */
  void awaitHealth(HttpClient http, Duration limit) {
    await(http, limit, status -> status == 200, "active");
  }

  /** Waits until the server answers at all. */
  void awaitListening(HttpClient http, Duration limit) {
    await(http, limit, status -> true, "listening");
  }

  private void await(HttpClient http, Duration limit, IntPredicate wanted, String state) {
    HttpRequest health =
        HttpRequest.newBuilder(address.resolve("/v1/sys/health"))
            .timeout(Duration.ofSeconds(5))
            .build();
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        if (wanted.test(http.send(health, BodyHandlers.discarding()).statusCode())) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while the test server started", e);
      }
      if (!process.isAlive()) {
        String output = log();
        if (output.contains("address already in use")) {
          throw new PortTakenException("The test server's port was taken");
        }
        throw new IllegalStateException("The test server ended by itself:\n" + output);
      }
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "The test server was not " + state + " after " + limit + ":\n" + log());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the test server started", e);
    }
  }

  String log() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  void signal(String name) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
              .redirectErrorStream(true)
              .start();
      if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new IllegalStateException("Cannot send SIG" + name + " to the test server");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot send SIG" + name + " to the test server", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while signalling the test server", e);
    }
  }

  void end() {
    process.destroy();
    try {
      // A paused process takes the polite signal only when it goes on: then it is killed.
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
