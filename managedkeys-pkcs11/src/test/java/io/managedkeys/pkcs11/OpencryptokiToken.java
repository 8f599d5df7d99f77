package io.managedkeys.pkcs11;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The software token of opencryptoki. It has fixed places in the system and a daemon, so it is used
 * only by root and in strict mode, on a machine that has no such token yet, and everything is put back.
 */
final class OpencryptokiToken implements AutoCloseable {

  static final String LABEL = "mkock";
  static final String PIN = "12345678";

  private static final String SO_PIN = "87654321";
  private static final Path CONFIGURATION = Path.of("/etc/opencryptoki/opencryptoki.conf");
  private static final Path TOKEN = Path.of("/var/lib/opencryptoki/swtok");
  private static final Path SHARED_MEMORY = Path.of("/dev/shm/var.lib.opencryptoki.swtok");

  private final Path library;
  private final byte[] before;
  private final ProcessHandle daemon;

  private OpencryptokiToken(Path library, byte[] before, ProcessHandle daemon) {
    this.library = library;
    this.before = before;
    this.daemon = daemon;
  }

  static OpencryptokiToken start() throws Exception {
    Assumptions.assumeTrue(
        Machine.strict() && "root".equals(System.getProperty("user.name")),
        "the opencryptoki token is made by root in strict mode only, because it changes the machine");
    Path library =
        Machine.library("libopencryptoki.so", "opencryptoki", "apt-get install opencryptoki");
    Machine.program("pkcsslotd", "opencryptoki's daemon", "apt-get install opencryptoki");
    Machine.program("pkcs11-tool", "OpenSC's pkcs11-tool", "apt-get install opensc");
    if (Files.exists(TOKEN.resolve("NVTOK.DAT")) || daemon() != null) {
      throw new AssertionError("this machine already has an opencryptoki token or its daemon");
    }
    byte[] before = Files.readAllBytes(CONFIGURATION);
    Files.writeString(
        CONFIGURATION, "version opencryptoki-3.1\nslot 3\n{\nstdll = libpkcs11_sw.so\n}\n");
    run("/usr/sbin/pkcsslotd");
    ProcessHandle daemon = null;
    for (int i = 0; i < 50 && daemon == null; i++) {
      Thread.sleep(100);
      daemon = daemon();
    }
    if (daemon == null) {
      Files.write(CONFIGURATION, before);
      throw new AssertionError("pkcsslotd did not start");
    }
    OpencryptokiToken token = new OpencryptokiToken(library, before, daemon);
    try {
      token.tool("--slot", "3", "--init-token", "--label", LABEL, "--so-pin", SO_PIN);
      token.tool(
          "--slot",
          "3",
          "--login",
          "--login-type",
          "so",
          "--so-pin",
          SO_PIN,
          "--init-pin",
          "--pin",
          PIN);
    } catch (Exception | Error e) {
      token.close();
      throw e;
    }
    return token;
  }

  private static ProcessHandle daemon() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().orElse("").endsWith("/pkcsslotd"))
        .findFirst()
        .orElse(null);
  }

  Path library() {
    return library;
  }

  void tool(String... arguments) throws Exception {
    run(
        Stream.concat(
                Stream.of("pkcs11-tool", "--module", library.toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private static void run(String... command) throws Exception {
    Path output = Files.createTempFile("ock", ".txt");
    try {
      // To a file: the daemon keeps what it inherits open.
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(
            List.of(command) + " failed: " + Files.readString(output, StandardCharsets.UTF_8));
      }
    } finally {
      Files.deleteIfExists(output);
    }
  }

  @Override
  public void close() throws Exception {
    daemon.destroy();
    daemon.onExit().get(10, TimeUnit.SECONDS);
    Files.write(CONFIGURATION, before);
    Files.deleteIfExists(SHARED_MEMORY);
    try (Stream<Path> files = Files.walk(TOKEN)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the token can't be deleted", e);
    }
  }
}
