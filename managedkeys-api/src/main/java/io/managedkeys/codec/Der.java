package io.managedkeys.codec;

import io.managedkeys.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/** The little DER (X.690) that signatures, DigestInfo and SubjectPublicKeyInfo need. */
final class Der {

  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int NULL = 0x05;
  static final int OID = 0x06;
  static final int SEQUENCE = 0x30;

  private Der() {}

  static byte[] encode(int tag, byte[]... contents) {
    int length = 0;
    for (byte[] content : contents) {
      length += content.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int size = (39 - Integer.numberOfLeadingZeros(length)) / 8;
      out.write(0x80 | size);
      for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
        out.write(length >> shift);
      }
    }
    for (byte[] content : contents) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    base128(out, Long.parseLong(arcs[0]) * 40 + Long.parseLong(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      base128(out, Long.parseLong(arcs[i]));
    }
    return encode(OID, out.toByteArray());
  }

  static byte[] integer(BigInteger value) {
    return encode(INTEGER, value.toByteArray());
  }

  private static void base128(ByteArrayOutputStream out, long value) {
    int groups = Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
    for (int i = groups - 1; i >= 0; i--) {
      out.write((int) (value >> (7 * i)) & 0x7f | (i == 0 ? 0 : 0x80));
    }
  }

  /** A reader over one run of DER values; every fault is an {@link InvalidInputException}. */
  static final class Reader {

    private final byte[] bytes;
    private int at;
    private final int end;
    private final String what;

    Reader(byte[] bytes, String what) {
      this(bytes, 0, bytes.length, what);
    }

    private Reader(byte[] bytes, int from, int end, String what) {
      this.bytes = bytes;
      this.at = from;
      this.end = end;
      this.what = what;
    }

    Reader sequence() {
      return value(SEQUENCE);
    }

    /** The content of the next value, which must have this tag. */
    byte[] content(int tag) {
      Reader inside = value(tag);
      return Arrays.copyOfRange(bytes, inside.at, inside.end);
    }

    /** A positive integer in its only DER form. */
    BigInteger positive() {
      byte[] content = content(INTEGER);
      boolean padded = content.length > 1 && content[0] == 0 && content[1] >= 0;
      if (content.length == 0 || content[0] < 0 || padded) {
        throw fault();
      }
      return new BigInteger(content);
    }

    String oid() {
      byte[] content = content(OID);
      if (content.length == 0) {
        throw fault();
      }
      StringBuilder dotted = new StringBuilder();
      long arc = 0;
      boolean first = true;
      for (int i = 0; i < content.length; i++) {
        if (arc > Long.MAX_VALUE >> 8) {
          throw fault();
        }
        arc = arc << 7 | content[i] & 0x7f;
        if (content[i] >= 0) {
          if (first) {
            long root = Math.min(arc / 40, 2);
            dotted.append(root).append('.').append(arc - root * 40);
            first = false;
          } else {
            dotted.append('.').append(arc);
          }
          arc = 0;
        } else if (i == content.length - 1) {
          throw fault();
        }
      }
      return dotted.toString();
    }

    boolean hasMore() {
      return at < end;
    }

    int peekTag() {
      if (at >= end) {
        throw fault();
      }
      return bytes[at] & 0xff;
    }

    void end() {
      if (at != end) {
        throw fault();
      }
    }

    private Reader value(int tag) {
      if (end - at < 2 || (bytes[at] & 0xff) != tag) {
        throw fault();
      }
      int length = bytes[at + 1] & 0xff;
      int from = at + 2;
      if (length >= 0x80) {
        int size = length & 0x7f;
        if (size == 0 || size > 3 || end - from < size) {
          throw fault();
        }
        length = 0;
        for (int i = 0; i < size; i++) {
          length = length << 8 | bytes[from++] & 0xff;
        }
        if (length < 0x80 || length >> (8 * (size - 1)) == 0) {
          throw fault();
        }
      }
      if (length > end - from) {
        throw fault();
      }
      at = from + length;
      return new Reader(bytes, from, at, what);
    }

    InvalidInputException fault() {
      return new InvalidInputException(what + " is not well-formed DER");
    }
  }
}
