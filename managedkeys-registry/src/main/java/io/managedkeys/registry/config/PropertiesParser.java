package io.managedkeys.registry.config;

import io.managedkeys.InvalidConfigurationException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Strict properties: UTF-8, one {@code name = value} a line, comments after {@code #} or {@code !} at
 * the start of a line. Unlike {@link java.util.Properties} it refuses duplicates, unknown escapes and
 * continuation lines, each of which turns a typing error into another configuration.
 */
public final class PropertiesParser {

  private PropertiesParser() {}

  /**
   * Reads a file's content.
   *
   * @param source what to call it in messages
   * @param content its bytes
   * @return the values by name, in the order of the file
   * @throws InvalidConfigurationException naming the line of the first fault; values are not shown
   */
  public static Map<String, String> parse(String source, byte[] content) {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(content))
              .toString();
    } catch (CharacterCodingException e) {
      throw new InvalidConfigurationException(source + " is not UTF-8 text", e);
    }
    Map<String, String> values = new LinkedHashMap<>();
    String[] lines = text.split("\r\n|\n|\r", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (i == 0 && line.startsWith("\uFEFF")) {
        line = line.substring(1).strip();
      }
      if (line.isEmpty() || line.startsWith("#") || line.startsWith("!")) {
        continue;
      }
      String at = source + ", line " + (i + 1);
      int equals = line.indexOf('=');
      if (equals < 1) {
        throw new InvalidConfigurationException(at + ": expected name = value");
      }
      String name = line.substring(0, equals).strip();
      if (!name.matches("[A-Za-z0-9._/-]+")) {
        throw new InvalidConfigurationException(
            at + ": a property's name has letters, digits and . _ / - only");
      }
      String value = unescape(at, line.substring(equals + 1).strip());
      if (values.put(name, value) != null) {
        throw new InvalidConfigurationException(at + ": " + name + " is given twice");
      }
    }
    return values;
  }

  private static String unescape(String at, String value) {
    if (value.indexOf('\\') < 0) {
      return value;
    }
    StringBuilder out = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      i++;
      char escaped = i < value.length() ? value.charAt(i) : 0;
      switch (escaped) {
        case '\\', '=', ':', '#', '!', ' ' -> out.append(escaped);
        case 't' -> out.append('\t');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 'u' -> {
          if (!value.substring(i).matches("u[0-9a-fA-F]{4}.*")) {
            throw new InvalidConfigurationException(at + ": \\u needs four hexadecimal digits");
          }
          out.append((char) Integer.parseInt(value.substring(i + 1, i + 5), 16));
          i += 4;
        }
        default ->
            throw new InvalidConfigurationException(
                at
                    + ": bad escape; write a backslash as \\\\, and paths with / ; a line can't be"
                    + " continued");
      }
    }
    return out.toString();
  }
}
