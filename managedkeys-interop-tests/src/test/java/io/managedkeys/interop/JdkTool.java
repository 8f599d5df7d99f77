package io.managedkeys.interop;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a tool of the JDK that runs this test, in a process of its own. */
final class JdkTool {

  /** What a tool answered. */
  record Result(int exit, String output) {}

  private JdkTool() {}

  static Result run(Path folder, String tool, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.add("-J-Duser.language=en");
    command.addAll(arguments);
    Path output = Files.createTempFile(folder, tool, ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    if (!ended) {
      throw new IllegalStateException(tool + " did not end: " + text);
    }
    return new Result(process.exitValue(), text);
  }

  /** How keytool is told of the provider, as a user does it. */
  static List<String> keytoolArguments(Path configuration) {
    List<String> arguments = new ArrayList<>(store(configuration));
    arguments.addAll(List.of("-providerPath", providerPath()));
    return arguments;
  }

  /** How jarsigner is told of it: that of JDK 17 has no -providerPath. */
  static List<String> jarsignerArguments(Path configuration) {
    List<String> arguments = new ArrayList<>(List.of("-J--class-path=" + providerPath()));
    arguments.addAll(store(configuration));
    return arguments;
  }

  private static List<String> store(Path configuration) {
    return List.of(
        "-keystore",
        "NONE",
        "-storetype",
        "ManagedKeys",
        "-providerClass",
        "io.managedkeys.jca.ManagedKeysProvider",
        "-providerArg",
        configuration.toString());
  }

  /** This project's modules and what they need: what a user puts into one folder. */
  private static String providerPath() {
    List<String> wanted = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String name = entry.replace('\\', '/');
      boolean ours = name.contains("managedkeys-") && !name.contains("test-kit");
      if (ours && !name.endsWith("test-classes")
          || name.contains("slf4j-")
          || name.contains("jspecify")
          || name.contains("ipkcs11wrapper")
          || name.contains("jackson-")
          || name.contains("/bc")) {
        wanted.add(entry);
      }
    }
    return String.join(File.pathSeparator, wanted);
  }
}
