package io.managedkeys.pkcs11;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What this machine has; what it lacks skips a test, or fails it in strict mode. */
final class Machine {

  private Machine() {}

  static boolean strict() {
    String property = System.getProperty("MANAGEDKEYS_STRICT");
    return Boolean.parseBoolean(property != null ? property : System.getenv("MANAGEDKEYS_STRICT"));
  }

  static void require(boolean present, String what, String remedy) {
    if (present) {
      return;
    }
    String message = what + " is missing; install it: " + remedy;
    if (strict()) {
      throw new AssertionError(message);
    }
    Assumptions.abort(message);
  }

  static Path library(String name, String what, String remedy) {
    Optional<Path> found = Optional.empty();
    for (Path root : List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"))) {
      if (found.isEmpty() && Files.isDirectory(root)) {
        try (Stream<Path> files = Files.find(root, 3, (path, kind) -> path.endsWith(name))) {
          found = files.findFirst();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    require(found.isPresent(), what, remedy);
    return found.orElseThrow();
  }

  static void program(String name, String what, String remedy) {
    boolean found =
        Stream.concat(
                Arrays.stream(String.valueOf(System.getenv("PATH")).split(":")),
                Stream.of("/usr/sbin"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    require(found, what, remedy);
  }
}
