package io.managedkeys.pkcs11.token;

import io.managedkeys.BackendUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that a PIN failed, so that it is never tried again: not by another thread, not after a
 * restart of the process. What is remembered is the token's serial number and the version of the
 * configuration that held the PIN; of the PIN itself nothing is kept, not even a hash, since a PIN of
 * four digits has no hash that hides it.
 *
 * <p>The record is written before {@code C_Login} is called and removed when it succeeded, so that a
 * process that dies in between leaves it behind. Without a folder it holds for the process only.
 */
public final class PinLatch {

  private static final Map<String, String> IN_PROCESS = new HashMap<>();

  private final @Nullable Path folder;
  private final String configuration;

  /**
   * @param folder an existing folder that outlives the process, or null
   * @param configuration what changes when the operator corrects the PIN: backend, version
   */
  public PinLatch(@Nullable Path folder, String configuration) {
    this.folder = folder;
    this.configuration = configuration;
  }

  private String key(String serial) {
    return serial + '\n' + configuration;
  }

  private @Nullable Path file(String serial) {
    if (folder == null) {
      return null;
    }
    byte[] hash =
        io.managedkeys.HashAlgorithm.SHA256.digest(key(serial).getBytes(StandardCharsets.UTF_8));
    return folder.resolve("pkcs11-pin-" + HexFormat.of().formatHex(hash, 0, 16));
  }

  /**
   * What is known of an attempt with this configuration.
   *
   * @return why the PIN must not be tried, or empty if it may
   */
  Optional<String> refusal(String serial) {
    synchronized (IN_PROCESS) {
      String known = IN_PROCESS.get(key(serial));
      if (known != null) {
        return Optional.of(known);
      }
    }
    Path file = file(serial);
    if (file == null || !Files.exists(file)) {
      return Optional.empty();
    }
    String outcome = "an attempt whose outcome is unknown";
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("outcome=")) {
          outcome = line.substring("outcome=".length());
        }
      }
    } catch (IOException | UncheckedIOException e) {
      outcome = "an attempt whose record can't be read";
    }
    return Optional.of(outcome + " (remembered in " + file + ")");
  }

  /** To be called before a login. */
  void attempting(String serial) {
    write(serial, "an attempt that was interrupted before the token answered");
  }

  /** The token refused the PIN. */
  void failed(String serial, String code) {
    synchronized (IN_PROCESS) {
      IN_PROCESS.put(key(serial), code);
    }
    write(serial, code);
  }

  /** The login succeeded, or failed for a reason that has nothing to do with the PIN. */
  void clear(String serial) {
    synchronized (IN_PROCESS) {
      IN_PROCESS.remove(key(serial));
    }
    Path file = file(serial);
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new BackendUnavailableException(
            "the record of a login attempt can't be removed: " + file, e);
      }
    }
  }

  private void write(String serial, String outcome) {
    Path file = file(serial);
    if (file == null || folder == null) {
      return;
    }
    String text =
        "# managedkeys does not try this PIN again. After correcting it, change pin-generation of\n"
            + "# the backend, or remove this file.\n"
            + "token-serial="
            + serial
            + "\nconfiguration="
            + configuration
            + "\ntime="
            + Instant.now()
            + "\noutcome="
            + outcome
            + "\n";
    Path temporary = null;
    try {
      temporary = Files.createTempFile(folder, "pkcs11-pin-", ".tmp");
      try (FileChannel channel =
          FileChannel.open(
              temporary, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      try {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      if (temporary != null) {
        temporary.toFile().delete();
      }
      throw new BackendUnavailableException(
          "the record of a login attempt can't be written to "
              + folder
              + ", and without it a wrong PIN could be tried again: "
              + e.getMessage(),
          e);
    }
  }
}
