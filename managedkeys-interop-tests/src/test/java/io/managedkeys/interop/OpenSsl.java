package io.managedkeys.interop;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The openssl program as a second opinion on what was signed. */
final class OpenSsl {

  private OpenSsl() {}

  /** Runs openssl and returns what it printed; a failure is a failure of the test. */
  static String run(Path folder, String... arguments) throws Exception {
    boolean installed =
        Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "openssl")));
    if (!installed) {
      String text = "openssl is missing; install it: apt-get install openssl";
      if (Boolean.parseBoolean(System.getenv("MANAGEDKEYS_STRICT"))
          || Boolean.getBoolean("MANAGEDKEYS_STRICT")) {
        throw new AssertionError(text);
      }
      Assumptions.abort(text);
    }
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(Arrays.asList(arguments));
    Path output = Files.createTempFile(folder, "openssl", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    if (!ended || process.exitValue() != 0) {
      throw new AssertionError("openssl refused: " + text);
    }
    return text;
  }
}
