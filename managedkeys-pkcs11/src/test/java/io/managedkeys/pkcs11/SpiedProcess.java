package io.managedkeys.pkcs11;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.spi.Signing;
import io.managedkeys.testkit.softhsm.Pkcs11Spy;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A JVM of its own whose Cryptoki calls the spy writes down. */
final class SpiedProcess {

  private SpiedProcess() {}

  static String run(Pkcs11Spy spy, SoftHsmToken token, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SpiedProcess.class.getName());
    command.add(spy.library().toString());
    command.add(token.label());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SOFTHSM2_CONF", token.configuration().toString());
    builder.environment().putAll(spy.environment(token.library()));
    Process process = builder.start();
    process.getOutputStream().close();
    String output;
    try {
      output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException("the spied process failed: " + output);
      }
    } finally {
      process.destroyForcibly();
    }
    return output;
  }

  public static void main(String[] arguments) throws Exception {
    Path library = Path.of(arguments[0]);
    String label = arguments[1];
    switch (arguments[2]) {
      case "sign" ->
          sign(library, label, arguments[3], arguments[4], Integer.parseInt(arguments[5]));
      case "login" -> login(library, label, arguments[3], Path.of(arguments[4]), arguments[5]);
      default -> throw new IllegalArgumentException(arguments[2]);
    }
  }

  private static Map<String, String> fields(String label, String pin) {
    return Map.of(
        "library",
        "softhsm",
        "token-label",
        label,
        "pin",
        pin,
        // So that it is the record of the failure that holds, and not the token's own flag.
        "allow-login-when-count-low",
        "true");
  }

  private static void sign(Path library, String label, String key, String binding, int times)
      throws IOException {
    Map<String, String> fields = new java.util.HashMap<>(fields(label, SoftHsmToken.PIN));
    fields.put("binding", binding);
    try (Pkcs11Backend backend = TestBackend.open(library, fields, 1, Optional.empty())) {
      Pkcs11Key found = (Pkcs11Key) backend.key(TestBackend.entry(key), TestBackend.soon());
      Signing signing = found.capability(Signing.class).orElseThrow();
      SignatureAlgorithm algorithm =
          found.info().type().family().equals("EC")
              ? SignatureAlgorithm.ECDSA_SHA256
              : SignatureAlgorithm.RSA_PKCS1_SHA256;
      for (int i = 0; i < times; i++) {
        signing.sign(
            algorithm, Message.digest(HashAlgorithm.SHA256, new byte[32]), TestBackend.soon());
      }
    }
    System.out.println("signed");
  }

  private static void login(Path library, String label, String pin, Path state, String version)
      throws Exception {
    ConcurrentLinkedQueue<String> outcomes = new ConcurrentLinkedQueue<>();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                  TestBackend.open(
                          library, fields(label, pin), Long.parseLong(version), Optional.of(state))
                      .close();
                  outcomes.add("opened");
                } catch (ManagedKeyException e) {
                  outcomes.add(e.getClass().getSimpleName() + " " + e.getMessage());
                } catch (InterruptedException e) {
                  outcomes.add("interrupted");
                }
              });
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    outcomes.forEach(System.out::println);
  }
}
