package io.managedkeys.pkcs11.token;

import io.managedkeys.InvalidConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file found to be a PKCS#11 module before anything loads it: loading the wrong library runs its
 * code, and calling what it does not have ends the JVM.
 *
 * <p>On systems with ELF (Linux, the BSDs) the file must be a shared object of this JVM's machine
 * that exports {@code C_GetFunctionList}. On Windows and macOS the check is weaker: the file must
 * begin like a library of the system and contain that name.
 */
final class SharedLibrary {

  private static final String ENTRY_POINT = "C_GetFunctionList";

  private SharedLibrary() {}

  /**
   * Checks a library.
   *
   * @param library the path as configured
   * @return its real path, symbolic links resolved
   * @throws InvalidConfigurationException if there is no such file or it is no PKCS#11 module
   */
  static Path check(Path library) {
    return check(library, System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static Path check(Path library, String os, String arch) {
    Path real;
    try {
      real = library.toRealPath();
    } catch (IOException e) {
      throw refused(library, "there is no such file, or it can't be reached", e);
    }
    if (!Files.isRegularFile(real) || !Files.isReadable(real)) {
      throw refused(library, "it is not a readable file", null);
    }
    String problem;
    try {
      String name = os.toLowerCase(Locale.ROOT);
      if (name.contains("windows")) {
        problem = contains(real, new byte[][] {{'M', 'Z'}}, "a Windows library");
      } else if (name.contains("mac")) {
        problem =
            contains(
                real,
                new byte[][] {
                  {(byte) 0xCF, (byte) 0xFA, (byte) 0xED, (byte) 0xFE},
                  {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE}
                },
                "a macOS library");
      } else {
        problem = ElfLibrary.check(real, arch, ENTRY_POINT);
      }
    } catch (IOException | UncheckedIOException e) {
      throw refused(library, "it can't be read: " + e.getMessage(), e);
    }
    if (problem != null) {
      throw refused(library, problem, null);
    }
    return real;
  }

  private static @Nullable String contains(Path file, byte[][] beginnings, String kind)
      throws IOException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readAllBytes();
    }
    boolean begins = false;
    for (byte[] beginning : beginnings) {
      begins |=
          content.length > beginning.length
              && java.util.Arrays.equals(
                  beginning, 0, beginning.length, content, 0, beginning.length);
    }
    if (!begins) {
      return "it is not " + kind;
    }
    return new String(content, StandardCharsets.ISO_8859_1).contains(ENTRY_POINT)
        ? null
        : "it does not export " + ENTRY_POINT + ", so it is no PKCS#11 module";
  }

  private static InvalidConfigurationException refused(
      Path library, String problem, @Nullable Throwable cause) {
    return new InvalidConfigurationException(
        "library: the PKCS#11 library "
            + library
            + " is not loaded: "
            + problem
            + "; name the module that the maker of the HSM installs",
        cause);
  }
}
