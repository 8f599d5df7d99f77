package io.managedkeys.testkit.softhsm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A token of SoftHSM 2, made for a test and deleted with it.
 *
 * <p>SoftHSM learns where its tokens lie from the environment variable {@code SOFTHSM2_CONF} alone,
 * and a JVM can't change its own environment. So the build sets it for every test JVM, to {@code
 * softhsm2/softhsm2.conf} in the module's target folder; this class writes that file when it is first
 * needed, and makes tokens beside it. In an IDE, set the variable in the run configuration to any
 * writable path.
 *
 * <p>SoftHSM reads its list of tokens when it is initialised. A token must therefore be made before
 * a backend of this JVM opens the library, or after all of them were closed. The keys in a token may
 * change at any time. Not thread-safe.
 */
public final class SoftHsmToken implements AutoCloseable {

  /** The user's PIN. */
  public static final String PIN = "1234";

  /** The security officer's PIN. */
  public static final String SO_PIN = "12345678";

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Path library;
  private final Path configuration;
  private final String label;

  private SoftHsmToken(Path library, Path configuration, String label) {
    this.library = library;
    this.configuration = configuration;
    this.label = label;
  }

  /**
   * The PKCS#11 module of the SoftHSM that is installed.
   *
   * @return the library, or empty
   */
  public static Optional<Path> installedLibrary() {
    List<Path> candidates = new ArrayList<>();
    for (String fixed :
        List.of(
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/lib64/pkcs11/libsofthsm2.so",
            "/usr/lib64/softhsm/libsofthsm2.so",
            "/usr/local/lib/softhsm/libsofthsm2.so",
            "/opt/homebrew/lib/softhsm/libsofthsm2.so")) {
      candidates.add(Path.of(fixed));
    }
    try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
      folders.map(folder -> folder.resolve("softhsm/libsofthsm2.so")).forEach(candidates::add);
    } catch (IOException e) {
      // No such folder on this system; the fixed places remain.
    }
    return candidates.stream().filter(Files::isRegularFile).findFirst();
  }

  /**
   * Makes an empty token with a label of its own. Skips the test if SoftHSM is not installed, or fails
   * it in strict mode ({@code MANAGEDKEYS_STRICT=true}).
   *
   * @return the token
   */
  public static SoftHsmToken create() {
    return create("mk-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet());
  }

  /**
   * Makes an empty token. Skips the test if SoftHSM is not installed, or fails it in strict mode.
   *
   * @param label its label
   * @return the token
   */
  public static SoftHsmToken create(String label) {
    Optional<Path> library = installedLibrary();
    Required.that(library.isPresent(), "SoftHSM 2", "apt-get install softhsm2");
    String configured = System.getenv("SOFTHSM2_CONF");
    if (configured == null) {
      throw new IllegalStateException(
          "SOFTHSM2_CONF is not in the environment of this JVM; the build sets it, an IDE has to");
    }
    SoftHsmToken token = new SoftHsmToken(library.orElseThrow(), Path.of(configured), label);
    token.writeConfiguration();
    token.initialize(PIN);
    return token;
  }

  /**
   * Makes one more token under a label that is taken; both go with {@link #deleteAll}.
   *
   * @param label the label
   */
  public static void createAnother(String label) {
    SoftHsmToken token =
        new SoftHsmToken(
            installedLibrary().orElseThrow(), Path.of(System.getenv("SOFTHSM2_CONF")), label);
    token.run(
        List.of(
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            label,
            "--so-pin",
            SO_PIN,
            "--pin",
            PIN));
  }

  /**
   * Deletes all tokens of a label.
   *
   * @param label the label
   */
  public static void deleteAll(String label) {
    SoftHsmToken token =
        new SoftHsmToken(
            installedLibrary().orElseThrow(), Path.of(System.getenv("SOFTHSM2_CONF")), label);
    String slots = token.run(List.of("softhsm2-util", "--show-slots"));
    String serial = "";
    for (String line : slots.lines().toList()) {
      if (line.strip().startsWith("Serial number:")) {
        serial = line.strip().substring(14).strip();
      } else if (token.labels(line)) {
        token.run(List.of("softhsm2-util", "--delete-token", "--serial", serial));
      }
    }
  }

  private void writeConfiguration() {
    try {
      Path tokens = tokensFolder();
      Files.createDirectories(tokens);
      if (!Files.exists(configuration)) {
        Files.writeString(
            configuration,
            "directories.tokendir = "
                + tokens.toAbsolutePath()
                + "\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Initialises the token, or does so again with another PIN, which deletes what is in it and gives it
   * another serial number.
   *
   * @param pin the new user PIN
   */
  public void initialize(String pin) {
    List<String> where = exists() ? List.of("--token", label) : List.of("--free", "--label", label);
    List<String> command = new ArrayList<>(List.of("softhsm2-util", "--init-token"));
    command.addAll(where);
    if (exists()) {
      command.addAll(List.of("--label", label));
    }
    command.addAll(List.of("--so-pin", SO_PIN, "--pin", pin));
    run(command);
  }

  private boolean exists() {
    return run(List.of("softhsm2-util", "--show-slots")).lines().anyMatch(this::labels);
  }

  private boolean labels(String line) {
    String text = line.strip();
    return text.startsWith("Label:") && text.substring(6).strip().equals(label);
  }

  /**
   * The PKCS#11 module.
   *
   * @return its path
   */
  public Path library() {
    return library;
  }

  /**
   * The token's label.
   *
   * @return the label
   */
  public String label() {
    return label;
  }

  /**
   * Where SoftHSM keeps the tokens of this JVM, one folder each.
   *
   * @return the folder
   */
  public Path tokensFolder() {
    return configuration.resolveSibling("tokens");
  }

  /**
   * The value that {@code SOFTHSM2_CONF} must have in another process that uses the token.
   *
   * @return the configuration file
   */
  public Path configuration() {
    return configuration;
  }

  /**
   * Runs OpenSC's {@code pkcs11-tool} on the token, logged in, in a process of its own. Skips the test
   * if it is not installed, or fails it in strict mode.
   *
   * @param arguments what it is to do, such as {@code --keypairgen --key-type EC:prime256v1 --label a}
   * @return what it printed
   */
  public String pkcs11Tool(String... arguments) {
    boolean installed =
        Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "pkcs11-tool")));
    Required.that(installed, "OpenSC's pkcs11-tool", "apt-get install opensc");
    List<String> command =
        new ArrayList<>(
            List.of(
                "pkcs11-tool",
                "--module",
                library.toString(),
                "--token-label",
                label,
                "--login",
                "--pin",
                PIN));
    command.addAll(Arrays.asList(arguments));
    return run(command);
  }

  private String run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SOFTHSM2_CONF", configuration.toString());
    try {
      Path output = Files.createTempFile(configuration.toAbsolutePath().getParent(), "run", ".txt");
      try {
        Process process = builder.redirectOutput(output.toFile()).start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        if (!ended || process.exitValue() != 0) {
          throw new IllegalStateException(command.get(0) + " failed: " + text);
        }
        return text;
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Deletes the token. */
  @Override
  public void close() {
    deleteAll(label);
  }
}
