package io.managedkeys.registry.config;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.SecretBytes;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values that stand elsewhere: {@code ${env:NAME}} and {@code ${file:PATH}}, as a whole value only.
 * They are kept as references and resolved when a backend is opened.
 */
public final class References {

  private static final int LARGEST_FILE = 65_536;

  private References() {}

  /**
   * Whether a text is a reference.
   *
   * @param text the text
   * @return true if so
   */
  public static boolean isReference(String text) {
    return text.startsWith("${") && text.endsWith("}");
  }

  /**
   * The file that a reference names.
   *
   * @param text the text
   * @return the path as written, or null when it is no reference to a file
   */
  public static @Nullable String file(String text) {
    return isReference(text) && text.startsWith("${file:")
        ? text.substring("${file:".length(), text.length() - 1)
        : null;
  }

  /**
   * Resolves a value.
   *
   * @param owner what it belongs to, for messages
   * @param field the field, for messages
   * @param value the value
   * @param host what the host allows
   * @return the value itself, or what it refers to, as a secret
   * @throws InvalidConfigurationException if the reference is malformed, not allowed or dangling
   */
  public static ConfigValue resolve(String owner, String field, ConfigValue value, Host host) {
    String text = value.text();
    if (text == null || !text.contains("${")) {
      return value;
    }
    String where = owner + ": field \"" + field + "\" ";
    if (!isReference(text) || text.indexOf("${", 2) >= 0) {
      throw new InvalidConfigurationException(
          where + "must be a reference as a whole: ${env:NAME} or ${file:PATH}");
    }
    if (text.startsWith("${env:")) {
      String name = text.substring("${env:".length(), text.length() - 1);
      String found =
          host.environment(name)
              .orElseThrow(
                  () ->
                      new InvalidConfigurationException(
                          where
                              + "refers to the environment variable "
                              + name
                              + ", which is not set or may not be read here"));
      return ConfigValue.of(found);
    }
    String file = file(text);
    if (file == null) {
      throw new InvalidConfigurationException(
          where + "must refer to ${env:NAME} or ${file:PATH}; other references are unknown");
    }
    return ConfigValue.of(read(where, host.file(file)));
  }

  private static SecretBytes read(String where, Path path) {
    byte[] content = null;
    try {
      if (Files.size(path) > LARGEST_FILE) {
        throw new InvalidConfigurationException(where + "refers to a file over 64 KiB: " + path);
      }
      content = Files.readAllBytes(path);
      int end = content.length;
      while (end > 0 && (content[end - 1] == '\n' || content[end - 1] == '\r')) {
        end--;
      }
      return SecretBytes.taking(Arrays.copyOf(content, end));
    } catch (NoSuchFileException e) {
      throw new InvalidConfigurationException(where + "refers to a missing file: " + path, e);
    } catch (IOException e) {
      throw new InvalidConfigurationException(where + "refers to an unreadable file: " + path, e);
    } finally {
      if (content != null) {
        Arrays.fill(content, (byte) 0);
      }
    }
  }

  /**
   * The text of a value that is not a secret to its schema, though it came by a reference.
   *
   * @param value a resolved value
   * @return the value as text
   */
  public static ConfigValue asText(ConfigValue value) {
    SecretBytes secret = value.secret();
    if (secret == null) {
      return value;
    }
    String text = secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
    return ConfigValue.of(text);
  }
}
