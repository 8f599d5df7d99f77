package io.managedkeys;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Key material, a PIN or another secret in this process. Holds a copy of its own, wipes it when
 * closed, and never shows it in {@link #toString()}. Safe for use by several threads; after {@link
 * #close()} every read throws {@link IllegalStateException}.
 */
public final class SecretBytes implements AutoCloseable {

  private final byte[] bytes;
  private boolean closed;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A secret with a copy of these bytes; the caller wipes its own.
   *
   * @param bytes the secret
   * @return the secret
   */
  public static SecretBytes copyOf(byte[] bytes) {
    return new SecretBytes(bytes.clone());
  }

  /**
   * A secret that takes these bytes over: the caller must not touch them again.
   *
   * @param bytes the secret
   * @return the secret
   */
  public static SecretBytes taking(byte[] bytes) {
    return new SecretBytes(bytes);
  }

  /**
   * A secret with the UTF-8 form of these characters; the caller wipes its own.
   *
   * @param chars the secret, such as a password
   * @return the secret
   */
  public static SecretBytes copyOf(char[] chars) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(chars));
    byte[] copy = new byte[encoded.remaining()];
    encoded.get(copy);
    Arrays.fill(encoded.array(), (byte) 0);
    return new SecretBytes(copy);
  }

  /**
   * The number of bytes.
   *
   * @return the length
   */
  public int length() {
    return bytes.length;
  }

  /**
   * A copy of the bytes, which the caller wipes.
   *
   * @return the copy
   */
  public synchronized byte[] copy() {
    requireOpen();
    return bytes.clone();
  }

  /**
   * A copy as characters, read as UTF-8, which the caller wipes.
   *
   * @return the characters
   * @throws InvalidInputException if the bytes are not UTF-8
   */
  public synchronized char[] copyChars() {
    requireOpen();
    CharBuffer out = CharBuffer.allocate(bytes.length);
    try {
      var decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      var result = decoder.decode(ByteBuffer.wrap(bytes), out, true);
      if (result.isError()) {
        result.throwException();
      }
      decoder.flush(out);
      out.flip();
      char[] copy = new char[out.remaining()];
      out.get(copy);
      return copy;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("the secret is not UTF-8 text");
    } finally {
      Arrays.fill(out.array(), '\0');
    }
  }

  /**
   * Lends a copy of the bytes to a function and wipes it afterwards.
   *
   * @param use what to do with the bytes; it must not keep them
   * @param <R> what it returns
   * @return what it returns
   */
  public <R> R use(Function<byte[], R> use) {
    byte[] lent = copy();
    try {
      return use.apply(lent);
    } finally {
      Arrays.fill(lent, (byte) 0);
    }
  }

  /**
   * Compares two secrets in a time that depends on their lengths only.
   *
   * @param other the other secret
   * @return whether they hold the same bytes
   */
  public boolean sameAs(SecretBytes other) {
    byte[] mine = copy();
    byte[] theirs = other.copy();
    try {
      return MessageDigest.isEqual(mine, theirs);
    } finally {
      Arrays.fill(mine, (byte) 0);
      Arrays.fill(theirs, (byte) 0);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this secret was closed and wiped");
    }
  }

  /** Wipes the secret. */
  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "(redacted)";
  }
}
