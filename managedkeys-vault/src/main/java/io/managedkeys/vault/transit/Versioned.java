package io.managedkeys.vault.transit;

import io.managedkeys.vault.client.MalformedAnswerException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The engine's text around everything it makes: {@code vault:v<version>:<base64>}.
 *
 * @param version the key's version
 * @param bytes what the base64 stands for
 */
@SuppressWarnings("ArrayRecordComponent") // a parsed view; never compared
record Versioned(int version, byte[] bytes) {

  private static final Pattern FORM =
      Pattern.compile("vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})");

  /** Takes apart what the engine answered. */
  static Versioned ofAnswer(String text) throws MalformedAnswerException {
    return parse(text).orElseThrow(() -> malformed());
  }

  private static MalformedAnswerException malformed() {
    return new MalformedAnswerException("a value has not the form vault:v<version>:<base64>");
  }

  /** Takes apart what somebody gave us, which may be anything. */
  static Optional<Versioned> parse(byte[] ascii) {
    return parse(new String(ascii, StandardCharsets.ISO_8859_1));
  }

  private static Optional<Versioned> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Versioned(
              Integer.parseInt(matcher.group(1)), Base64.getDecoder().decode(matcher.group(2))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  String text() {
    return "vault:v" + version + ":" + Base64.getEncoder().encodeToString(bytes);
  }
}
