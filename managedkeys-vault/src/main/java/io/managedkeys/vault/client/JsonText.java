package io.managedkeys.vault.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A JSON string as the UTF-8 bytes it stands for, so that a secret in it need not become a {@link
 * String} and can be wiped.
 */
final class JsonText {

  private final byte[] utf8;

  JsonText(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** The text as a String: for what is not secret. */
  String text() {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** The bytes that the text is the base64 form of; a new array. */
  byte[] base64() throws MalformedAnswerException {
    try {
      return Base64.getDecoder().decode(utf8);
    } catch (IllegalArgumentException e) {
      // The decoder's message quotes a byte of the text, which may be a secret's.
      throw new MalformedAnswerException("a value is not base64");
    }
  }

  /** A copy of the UTF-8 bytes. */
  byte[] bytes() {
    return utf8.clone();
  }

  void wipe() {
    Arrays.fill(utf8, (byte) 0);
  }

  @Override
  public String toString() {
    return "(text of " + utf8.length + " bytes)";
  }
}
