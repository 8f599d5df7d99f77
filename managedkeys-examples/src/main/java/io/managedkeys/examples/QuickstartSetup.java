package io.managedkeys.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands before the first line of the quickstart in real life: an operator has prepared a token
 * or chosen a file, and written the configuration.
 *
 * @param backend {@code local} or {@code softhsm}
 * @param work an empty folder
 * @param options further options by name
 */
record QuickstartSetup(String backend, Path work, Map<String, String> options) {

  private static final Map<String, String> DESCRIPTIONS =
      Map.of(
          "local", "local (an encrypted file; the keys are used in this process)",
          "softhsm", "softhsm (a PKCS#11 token; the keys stay in it)");

  /** Reads {@code --name value} pairs; the script gives {@code --backend} and {@code --work}. */
  static QuickstartSetup parse(String[] arguments) throws IOException {
    Map<String, String> options = new TreeMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i].replaceFirst("^--", ""), arguments[i + 1]);
    }
    String backend = options.getOrDefault("backend", "local");
    if (arguments.length % 2 != 0 || !DESCRIPTIONS.containsKey(backend)) {
      throw new IllegalArgumentException(
          "usage: bin/quickstart [--backend " + String.join("|", DESCRIPTIONS.keySet()) + "]");
    }
    String folder = options.get("work");
    Path work =
        folder == null ? Files.createTempDirectory("managedkeys-quickstart") : Path.of(folder);
    return new QuickstartSetup(backend, work, options);
  }

  String description() {
    return DESCRIPTIONS.getOrDefault(backend, backend);
  }

  /** Writes {@code managedkeys.properties} as an operator would. */
  Path writeConfiguration() throws IOException {
    StringBuilder text = new StringBuilder();
    if (backend.equals("softhsm")) {
      String library = options.get("library");
      if (library == null) {
        throw new IllegalArgumentException("softhsm needs --library PATH; bin/quickstart gives it");
      }
      text.append("library.softhsm = ").append(library.replace("\\", "\\\\")).append("\n\n");
    }
    if (backend.equals("local")) {
      byte[] password = new byte[24];
      new SecureRandom().nextBytes(password);
      Files.writeString(
          work.resolve("password.txt"), Base64.getUrlEncoder().encodeToString(password));
    }
    text.append(resource(backend + ".properties")).append(resource("keys.properties"));
    return Files.writeString(work.resolve("managedkeys.properties"), text);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = QuickstartSetup.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("missing resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
