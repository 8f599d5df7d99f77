package io.managedkeys.pkcs11;

import io.managedkeys.KeyInfo;
import io.managedkeys.KeyRef;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.Usage;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.LibraryInfo;
import io.managedkeys.pkcs11.cryptoki.TokenInfo;
import io.managedkeys.pkcs11.token.Deadline;
import io.managedkeys.pkcs11.token.LoginSettings;
import io.managedkeys.pkcs11.token.PinLatch;
import io.managedkeys.pkcs11.token.Pkcs11Module;
import io.managedkeys.pkcs11.token.TokenConnection;
import io.managedkeys.pkcs11.token.TokenSelector;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.RemoteKey;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says what a person who sets up a token wants to know: whether a library is a PKCS#11 module, which
 * tokens it shows, what they say of their PINs, and what this library would do with each key. Logs in
 * at most once, and only if a PIN file is given; makes and changes nothing in the token; never shows a
 * PIN.
 *
 * <p>Arguments: {@code --library PATH}, and optionally {@code --binding jni|ffm}, {@code
 * --init-parameters TEXT}, {@code --token-label LABEL}, {@code --pin-file FILE}, {@code --mechanisms}.
 */
public final class P11Doctor {

  private static final String USAGE =
      "usage: p11-doctor --library PATH [--binding jni|ffm] [--init-parameters TEXT]"
          + " [--token-label LABEL] [--pin-file FILE] [--mechanisms]";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Map<String, String> options;
  private final PrintStream out;

  private P11Doctor(Map<String, String> options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Runs the diagnosis.
   *
   * @param arguments see the class
   * @param out where the findings go
   * @return 0 if nothing is wrong, 1 if something is, 2 for wrong arguments
   */
  public static int run(String[] arguments, PrintStream out) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--mechanisms" -> options.put(arguments[i], "true");
        case "--library", "--binding", "--init-parameters", "--token-label", "--pin-file" -> {
          if (i + 1 == arguments.length) {
            out.println(arguments[i] + " needs a value\n" + USAGE);
            return 2;
          }
          options.put(arguments[i], arguments[++i]);
        }
        default -> {
          out.println("unknown argument " + arguments[i] + "\n" + USAGE);
          return 2;
        }
      }
    }
    if (!options.containsKey("--library")
        || (options.containsKey("--pin-file") && !options.containsKey("--token-label"))) {
      out.println(USAGE + "\n--pin-file goes with --token-label");
      return 2;
    }
    try {
      new P11Doctor(options, out).diagnose();
      return 0;
    } catch (ManagedKeyException | CkrException | IOException e) {
      out.println("WRONG    " + e.getMessage());
      return 1;
    }
  }

  private @Nullable String option(String name) {
    return options.get(name);
  }

  private void diagnose() throws CkrException, IOException {
    Pkcs11Module.Settings settings =
        new Pkcs11Module.Settings(
            Path.of(String.valueOf(option("--library"))),
            option("--binding"),
            option("--init-parameters"),
            false);
    Pkcs11Module module = Pkcs11Module.acquire(settings);
    try {
      long stamp = module.enter(Deadline.after(PATIENCE));
      try {
        tokens(module);
      } finally {
        module.exit(stamp);
      }
      if (option("--pin-file") != null) {
        keys(settings);
      }
    } finally {
      module.release(settings, Deadline.after(PATIENCE));
    }
  }

  private void tokens(Pkcs11Module module) throws CkrException {
    Cryptoki cryptoki = module.cryptoki();
    LibraryInfo info = cryptoki.info();
    out.println("library  " + module.library() + " is a PKCS#11 module");
    out.println("binding  " + module.binding().name());
    out.println(
        "module   "
            + info.description()
            + " "
            + info.libraryVersion()
            + " by "
            + info.manufacturer()
            + ", Cryptoki "
            + info.cryptokiVersion());
    for (long slot : cryptoki.slots(true)) {
      try {
        token(cryptoki, slot, cryptoki.tokenInfo(slot));
      } catch (CkrException e) {
        out.println("slot " + Long.toUnsignedString(slot) + "  can't be read: " + e.getMessage());
      }
    }
  }

  private void token(Cryptoki cryptoki, long slot, TokenInfo token) throws CkrException {
    out.println("slot     " + Long.toUnsignedString(slot));
    if (!token.has(TokenInfo.TOKEN_INITIALIZED)) {
      out.println("  token not initialised");
      return;
    }
    out.println("  token-label = " + token.label());
    out.println("  token-serial = " + token.serial());
    out.println(
        "  made by "
            + token.manufacturer()
            + ", model "
            + token.model()
            + ", firmware "
            + token.firmware());
    out.println("  PIN " + pinState(token));
    out.println("  sessions at most " + token.maxSessions() + " (0, -1, -2: no statement)");
    VendorNotes notes = VendorNotes.of(token);
    out.println("  notes " + (notes.names().isEmpty() ? "none" : notes.names()));
    if (option("--mechanisms") != null) {
      for (long mechanism : cryptoki.mechanisms(slot)) {
        out.println("  lists " + Ckm.name(mechanism));
      }
    }
  }

  private static String pinState(TokenInfo token) {
    if (token.has(TokenInfo.USER_PIN_LOCKED)) {
      return "LOCKED: the security officer can unlock it";
    }
    if (token.has(TokenInfo.USER_PIN_FINAL_TRY)) {
      return "ONE TRY LEFT: managedkeys does not log in";
    }
    if (token.has(TokenInfo.USER_PIN_COUNT_LOW)) {
      return "was entered wrong: managedkeys needs allow-login-when-count-low = true";
    }
    return token.has(TokenInfo.USER_PIN_INITIALIZED) ? "set, no wrong attempt noted" : "not set";
  }

  private void keys(Pkcs11Module.Settings settings) throws IOException {
    byte[] pin = trimmed(Files.readAllBytes(Path.of(String.valueOf(option("--pin-file")))));
    LoginSettings login = new LoginSettings(SecretBytes.taking(pin), false, false, false, false);
    TokenConnection connection =
        TokenConnection.open(
            settings,
            new TokenSelector(option("--token-label"), null, null),
            login,
            new PinLatch(null, "p11-doctor"),
            2,
            Deadline.after(PATIENCE));
    try (Pkcs11Backend backend = new Pkcs11Backend(connection, new NoHost())) {
      out.println("login    worked");
      for (RemoteKey key : backend.lifecycle().list(CallContext.within(PATIENCE))) {
        key(backend, key);
      }
    }
  }

  /** The file's bytes without the line end that editors leave; the bytes read are wiped. */
  private static byte[] trimmed(byte[] file) {
    int end = file.length;
    while (end > 0 && (file[end - 1] == '\n' || file[end - 1] == '\r')) {
      end--;
    }
    byte[] pin = Arrays.copyOf(file, end);
    Arrays.fill(file, (byte) 0);
    return pin;
  }

  private void key(Pkcs11Backend backend, RemoteKey remote) {
    out.println(
        "key      " + remote.type().map(Object::toString).orElse("of a type not used here"));
    remote.fields().forEach((name, value) -> out.println("  " + name + " = " + value));
    Map<String, ConfigValue> values = new HashMap<>();
    remote.fields().forEach((name, value) -> values.put(name, ConfigValue.of(value)));
    try {
      KeyInfo info =
          backend
              .key(
                  new KeyConfig(
                      KeyRef.parse("doctor:key"),
                      UUID.randomUUID(),
                      EnumSet.allOf(Usage.class),
                      Pkcs11Fields.KEY.check("key", values),
                      null),
                  CallContext.within(PATIENCE))
              .info();
      line("signs by", info.signatureAlgorithms());
      line("encrypts by", info.encryptionAlgorithms());
      line("wraps by", info.wrapAlgorithms());
      line("authenticates by", info.macAlgorithms());
      line("agrees by", info.agreementAlgorithms());
    } catch (ManagedKeyException e) {
      out.println("  NOT USABLE " + e.getMessage());
    }
  }

  private void line(String what, java.util.Set<?> algorithms) {
    if (!algorithms.isEmpty()) {
      out.println("  " + what + " " + algorithms);
    }
  }
}
