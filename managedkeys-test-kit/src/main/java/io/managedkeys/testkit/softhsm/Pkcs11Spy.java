package io.managedkeys.testkit.softhsm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * OpenSC's {@code pkcs11-spy}, a PKCS#11 module that writes down every Cryptoki call and passes it on
 * to another module. It learns from the environment of its process which ({@code PKCS11SPY}) and
 * where to write ({@code PKCS11SPY_OUTPUT}), so it is for processes that a test starts.
 *
 * <p>The log holds PINs in clear: use it with throw-away tokens only.
 */
public final class Pkcs11Spy {

  private static final Pattern CALL = Pattern.compile("(?m)^\\d+: (C_\\w+)\\s*$");

  private final Path library;
  private final Path log;

  private Pkcs11Spy(Path library, Path log) {
    this.library = library;
    this.log = log;
  }

  /**
   * Prepares a spy. Skips the test if OpenSC's is not installed, or fails it in strict mode.
   *
   * <p>What is used is a copy in which the functions of PKCS#11 3.0 are hidden: the spy of OpenSC 0.23
   * crashes in {@code C_GetInterfaceList} when the module behind it has only version 2.
   *
   * @param folder where to put the copy and the log
   * @return the spy
   */
  public static Pkcs11Spy in(Path folder) {
    Optional<Path> installed = installed();
    Required.that(installed.isPresent(), "OpenSC's pkcs11-spy", "apt-get install opensc-pkcs11");
    try {
      Path copy = folder.resolve("spy.so");
      Files.write(copy, hidden(Files.readAllBytes(installed.orElseThrow())));
      return new Pkcs11Spy(copy, folder.resolve("spy.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> installed() {
    List<Path> candidates = new ArrayList<>();
    for (String fixed :
        List.of(
            "/usr/lib/pkcs11-spy.so",
            "/usr/lib64/pkcs11-spy.so",
            "/usr/lib64/pkcs11/pkcs11-spy.so",
            "/usr/local/lib/pkcs11-spy.so")) {
      candidates.add(Path.of(fixed));
    }
    try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
      folders.forEach(
          folder -> {
            candidates.add(folder.resolve("pkcs11-spy.so"));
            candidates.add(folder.resolve("pkcs11/pkcs11-spy.so"));
          });
    } catch (IOException e) {
      // No such folder on this system; the fixed places remain.
    }
    return candidates.stream().filter(Files::isRegularFile).findFirst();
  }

  /** Renames the interface functions in the dynamic symbol table and hides them from the linker. */
  private static byte[] hidden(byte[] elf) {
    ByteBuffer file = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
    if (file.getInt(0) != 0x464C457F || elf[4] != 2 || elf[5] != 1) {
      return elf;
    }
    int sections = (int) file.getLong(40);
    int count = file.getShort(60);
    for (int i = 0; i < count; i++) {
      int section = sections + 64 * i;
      if (file.getInt(section + 4) != 11) {
        continue;
      }
      int symbols = (int) file.getLong(section + 24);
      int size = (int) file.getLong(section + 32);
      int strings = (int) file.getLong(sections + 64 * file.getInt(section + 40) + 24);
      for (int symbol = symbols; symbol < symbols + size; symbol += 24) {
        int name = strings + file.getInt(symbol);
        if (startsWith(elf, name, "C_GetInterface")) {
          elf[name] = 'X';
          elf[symbol + 5] = (byte) ((elf[symbol + 5] & ~3) | 2);
        }
      }
    }
    return elf;
  }

  private static boolean startsWith(byte[] bytes, int at, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    return at + wanted.length <= bytes.length
        && java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
  }

  /**
   * The spy's own library, to be used in place of the module.
   *
   * @return its path
   */
  public Path library() {
    return library;
  }

  /**
   * What the spied process needs in its environment.
   *
   * @param module the module to pass calls on to
   * @return variables and values
   */
  public Map<String, String> environment(Path module) {
    return Map.of("PKCS11SPY", module.toString(), "PKCS11SPY_OUTPUT", log.toString());
  }

  /**
   * Counts the calls since the last {@link #forget()}.
   *
   * @return how often each function was called
   */
  public Map<String, Integer> calls() {
    Map<String, Integer> calls = new TreeMap<>();
    try {
      // The log holds raw bytes of data; only its ASCII lines matter.
      Matcher matcher =
          CALL.matcher(new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1));
      while (matcher.find()) {
        calls.merge(matcher.group(1), 1, Integer::sum);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return calls;
  }

  /** Deletes the log. */
  public void forget() {
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
