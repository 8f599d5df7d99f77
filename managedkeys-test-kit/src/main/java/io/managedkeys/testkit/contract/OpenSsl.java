package io.managedkeys.testkit.contract;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.SignatureAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The openssl program's opinion, where it is installed and knows the algorithm. */
final class OpenSsl {

  private static final boolean PRESENT = isPresent();

  private OpenSsl() {}

  private static boolean isPresent() {
    try {
      Process process = new ProcessBuilder("openssl", "version").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Its verdict, or empty where it is missing or does not know the algorithm. */
  static Optional<Boolean> verify(
      SignatureAlgorithm algorithm, byte[] spki, byte[] message, byte[] signature)
      throws IOException, InterruptedException {
    Optional<List<String>> options = options(algorithm);
    if (!PRESENT || options.isEmpty()) {
      return Optional.empty();
    }
    Path folder = Files.createTempDirectory("managedkeys-openssl");
    try {
      Path key = folder.resolve("key.pem");
      Files.writeString(
          key,
          "-----BEGIN PUBLIC KEY-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(spki)
              + "\n-----END PUBLIC KEY-----\n",
          StandardCharsets.US_ASCII);
      Path data = Files.write(folder.resolve("message"), message);
      Path sig = Files.write(folder.resolve("signature"), signature);
      List<String> command = new ArrayList<>(List.of("openssl", "pkeyutl", "-verify", "-pubin"));
      command.addAll(List.of("-inkey", key.toString(), "-rawin", "-in", data.toString()));
      command.addAll(List.of("-sigfile", sig.toString()));
      command.addAll(options.get());
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("openssl did not end");
      }
      return Optional.of(process.exitValue() == 0 && output.contains("Verified Successfully"));
    } finally {
      delete(folder);
    }
  }

  private static Optional<List<String>> options(SignatureAlgorithm algorithm) {
    HashAlgorithm hash = algorithm.hash();
    if (algorithm.equals(SignatureAlgorithm.ED25519)
        || algorithm.equals(SignatureAlgorithm.ED448)) {
      return Optional.of(List.of());
    }
    if (hash == null || hash.equals(HashAlgorithm.SHA1)) {
      return Optional.empty();
    }
    List<String> options =
        new ArrayList<>(List.of("-digest", hash.shortName().toLowerCase(Locale.ROOT)));
    if (algorithm.scheme().equals(SignatureAlgorithm.RSA_PSS)) {
      options.addAll(
          List.of(
              "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:" + hash.length()));
    }
    return Optional.of(options);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
