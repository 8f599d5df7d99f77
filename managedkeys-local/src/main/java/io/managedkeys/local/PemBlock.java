package io.managedkeys.local;

import io.managedkeys.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * One block of a PEM file (RFC 7468). Works on bytes, so that no key becomes a String.
 *
 * @param label what stands after BEGIN
 * @param content the decoded content
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PemBlock(String label, byte[] content) {

  private static final byte[] BEGIN = "-----BEGIN ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "-----END ".getBytes(StandardCharsets.US_ASCII);

  static List<PemBlock> read(byte[] pem) {
    List<PemBlock> blocks = new ArrayList<>();
    String label = null;
    WipingStream base64 = new WipingStream();
    try {
      int at = 0;
      while (at < pem.length) {
        int end = lineEnd(pem, at);
        if (starts(pem, at, END) && label != null) {
          blocks.add(new PemBlock(label, decode(base64)));
          label = null;
        } else if (starts(pem, at, BEGIN)) {
          label = label(pem, at + BEGIN.length, end);
        } else if (label != null) {
          base64.write(pem, at, end - at);
        }
        at = end + 1;
      }
    } finally {
      base64.wipe();
    }
    if (label != null) {
      throw new InvalidInputException("the PEM file ends within its block \"" + label + "\"");
    }
    return blocks;
  }

  private static byte[] decode(WipingStream base64) {
    byte[] text = base64.toByteArray();
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("a block of the PEM file is not base64", e);
    } finally {
      Arrays.fill(text, (byte) 0);
      base64.wipe();
    }
  }

  private static String label(byte[] pem, int from, int to) {
    String rest = new String(pem, from, to - from, StandardCharsets.US_ASCII).trim();
    if (!rest.endsWith("-----")) {
      throw new InvalidInputException("a BEGIN line of the PEM file is not closed by -----");
    }
    return rest.substring(0, rest.length() - 5);
  }

  private static int lineEnd(byte[] pem, int at) {
    int end = at;
    while (end < pem.length && pem[end] != '\n') {
      end++;
    }
    return end;
  }

  private static boolean starts(byte[] pem, int at, byte[] prefix) {
    return pem.length - at >= prefix.length
        && Arrays.equals(pem, at, at + prefix.length, prefix, 0, prefix.length);
  }

  @Override
  public String toString() {
    return label + " (redacted)";
  }

  /** Collects base64 of a key and forgets it. */
  private static final class WipingStream extends ByteArrayOutputStream {

    WipingStream() {
      super(8192); // Larger than usual keys: growing would leave copies.
    }

    synchronized void wipe() {
      Arrays.fill(buf, (byte) 0);
      reset();
    }
  }
}
