package io.managedkeys.registry.config;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyRef;
import io.managedkeys.Namespace;
import io.managedkeys.spi.Pin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pins of a declared configuration, in a file beside it: {@code NAMESPACE/BACKEND.KEY = ID PIN}. It
 * is rewritten by rename when a key is pinned for the first time, and never changed for a key that has
 * a pin except by an explicit re-pin. Thread-safe; other processes are kept out by replacing only what
 * was read.
 */
public final class PinsFile {

  /**
   * What the file says of one key.
   *
   * @param id the entry's id
   * @param pin its pin
   */
  public record Line(UUID id, Pin pin) {}

  private final Path path;

  /**
   * The pins file at a path.
   *
   * @param path the file, which need not exist
   */
  public PinsFile(Path path) {
    this.path = path;
  }

  /**
   * Reads the file.
   *
   * @return its lines by namespace and key; empty when there is no file
   * @throws InvalidConfigurationException if a line is malformed
   */
  public synchronized Map<String, Line> read() {
    byte[] content;
    try {
      content = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return new LinkedHashMap<>();
    } catch (IOException e) {
      throw new InvalidConfigurationException("the pins file cannot be read: " + path, e);
    }
    Map<String, Line> lines = new LinkedHashMap<>();
    PropertiesParser.parse(path.getFileName().toString(), content)
        .forEach((name, value) -> lines.put(name, line(name, value)));
    return lines;
  }

  /**
   * Finds the line of a key.
   *
   * @param namespace where it is
   * @param ref its name
   * @return the line, or empty
   */
  public Optional<Line> find(Namespace namespace, KeyRef ref) {
    return Optional.ofNullable(read().get(name(namespace, ref)));
  }

  /**
   * Adds or replaces the line of a key, if the file still says what the caller believes.
   *
   * @param namespace where the key is
   * @param ref its name
   * @param expected the pin that the caller replaces, or null when it knows none
   * @param line the new line
   * @return the line that the file has now: the new one, or what another process wrote before
   * @throws IOException if the file cannot be written
   */
  public synchronized Line put(Namespace namespace, KeyRef ref, @Nullable Pin expected, Line line)
      throws IOException {
    return locked(
        lines -> {
          Line there = lines.get(name(namespace, ref));
          if (there != null && !there.pin().equals(expected)) {
            return there;
          }
          if (there == null && expected != null) {
            throw new InvalidConfigurationException("the pins file no longer has a pin of " + ref);
          }
          lines.put(name(namespace, ref), line);
          return line;
        });
  }

  /**
   * Moves the line of a key to the key's new name, if there is one.
   *
   * @param namespace where the key is
   * @param ref its old name
   * @param next its new name
   * @throws IOException if the file cannot be written
   */
  public synchronized void rename(Namespace namespace, KeyRef ref, KeyRef next) throws IOException {
    locked(
        lines -> {
          Line moved = lines.remove(name(namespace, ref));
          if (moved != null) {
            lines.put(name(namespace, next), moved);
          }
          return next;
        });
  }

  /** Changes the lines under the file's lock, and writes them when they have changed. */
  private <T> T locked(Function<Map<String, Line>, T> change) throws IOException {
    Path lock = path.resolveSibling(path.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var held = channel.lock()) {
      Map<String, Line> lines = new TreeMap<>(read());
      Map<String, Line> before = new TreeMap<>(lines);
      T result = change.apply(lines);
      if (held.isValid() && !lines.equals(before)) {
        write(lines);
      }
      return result;
    }
  }

  private void write(Map<String, Line> lines) throws IOException {
    StringBuilder text =
        new StringBuilder(
            "# Which keys the entries beside this file mean. Written by managedkeys; see the\n"
                + "# documentation before you remove a line: the next key found is trusted.\n");
    lines.forEach(
        (name, line) ->
            text.append(name)
                .append(" = ")
                .append(line.id())
                .append(' ')
                .append(line.pin().encode())
                .append('\n'));
    Path next = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Line line(String name, String value) {
    int blank = value.indexOf(' ');
    try {
      if (blank < 1) {
        throw new InvalidConfigurationException("expected ID PIN");
      }
      return new Line(
          UUID.fromString(value.substring(0, blank)), Pin.decode(value.substring(blank + 1)));
    } catch (IllegalArgumentException | InvalidConfigurationException e) {
      throw new InvalidConfigurationException("the pins file's line " + name + " is malformed", e);
    }
  }

  private static String name(Namespace namespace, KeyRef ref) {
    return (namespace.isRoot() ? "" : namespace.path() + "/") + ref.backend() + "." + ref.key();
  }
}
