package io.managedkeys.local;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidConfigurationException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * The bytes of a key file, all numbers big-endian:
 *
 * <pre>
 * "managedkeys local 1\n"              20 bytes
 * iterations of PBKDF2                  4
 * salt                                 32
 * check of the password                32
 * generation, one more at each write    8
 * number of keys                        4
 * the keys, each with its length (4)
 * HMAC-SHA256 over all the above       32
 * SHA-256 over all the above           32
 * </pre>
 *
 * The hash tells a damaged file from a wrong password, the code tells a file that someone changed
 * without knowing the password: a key that was removed, exchanged or renamed is noticed.
 */
final class KeyFileFormat {

  private static final byte[] MAGIC = "managedkeys local 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER =
      MAGIC.length + 4 + FileSecrets.SALT_LENGTH + FileSecrets.CHECK_LENGTH + 8 + 4;
  private static final int TRAILER = 64;
  private static final int MOST_ITERATIONS = 10_000_000;

  /** A file's content. */
  record Content(FileSecrets secrets, long generation, Entries entries) {}

  private KeyFileFormat() {}

  static byte[] encode(FileSecrets secrets, long generation, Entries entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.writeBytes(ByteBuffer.allocate(4).putInt(secrets.iterations()).array());
    out.writeBytes(secrets.salt());
    out.writeBytes(secrets.check());
    out.writeBytes(
        ByteBuffer.allocate(12).putLong(generation).putInt(entries.all().size()).array());
    for (KeyEntry entry : entries.all()) {
      byte[] bytes = EntryCodec.encode(entry);
      out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
      out.writeBytes(bytes);
    }
    byte[] body = out.toByteArray();
    out.writeBytes(secrets.integrity(body, body.length));
    out.writeBytes(HashAlgorithm.SHA256.digest(out.toByteArray()));
    return out.toByteArray();
  }

  /**
   * Reads a file.
   *
   * @param place the file, for messages
   * @param bytes its content
   * @param secrets gives what the password opens, by salt and iterations
   * @throws DamagedKeyFileException if it is not what was written
   * @throws BackendAuthenticationException if it is whole and the password is wrong
   */
  static Content decode(
      String place, byte[] bytes, BiFunction<byte[], Integer, FileSecrets> secrets) {
    if (bytes.length < MAGIC.length
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new DamagedKeyFileException(
          place
              + " does not begin as a managedkeys key file: it is another file, or damaged from its"
              + " first bytes on; restore it from a backup or name the right file");
    }
    if (bytes.length < HEADER + TRAILER) {
      throw damaged(place, "it is truncated");
    }
    int hashed = bytes.length - 32;
    byte[] hash = HashAlgorithm.SHA256.digest(Arrays.copyOf(bytes, hashed));
    if (!Arrays.equals(hash, 0, 32, bytes, hashed, bytes.length)) {
      throw damaged(place, "its checksum is wrong");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, MAGIC.length, bytes.length - TRAILER - MAGIC.length);
    int iterations = in.getInt();
    byte[] salt = new byte[FileSecrets.SALT_LENGTH];
    byte[] check = new byte[FileSecrets.CHECK_LENGTH];
    in.get(salt).get(check);
    if (iterations < LocalBackendProvider.LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
      throw damaged(place, "its iteration count is out of bounds");
    }
    FileSecrets opened = secrets.apply(salt, iterations);
    if (!MessageDigest.isEqual(check, opened.check())) {
      throw new BackendAuthenticationException(
          "the password does not open " + place + "; the file itself is whole");
    }
    int covered = bytes.length - TRAILER;
    if (!MessageDigest.isEqual(
        Arrays.copyOfRange(bytes, covered, hashed), opened.integrity(bytes, covered))) {
      throw damaged(place, "it was changed by someone who does not know its password");
    }
    return new Content(opened, in.getLong(), entries(place, in));
  }

  private static Entries entries(String place, ByteBuffer in) {
    try {
      int count = in.getInt();
      Entries entries = Entries.NONE;
      for (int i = 0; i < count; i++) {
        byte[] entry = new byte[in.getInt()];
        in.get(entry);
        entries = entries.plus(EntryCodec.decode(entry));
      }
      if (in.hasRemaining()) {
        throw damaged(place, "it holds more than it says");
      }
      return entries;
    } catch (BufferUnderflowException
        | NegativeArraySizeException
        | IllegalArgumentException
        | InvalidConfigurationException e) {
      throw new DamagedKeyFileException(
          place + " was written by a newer version of managedkeys, or wrongly", e);
    }
  }

  private static DamagedKeyFileException damaged(String place, String how) {
    return new DamagedKeyFileException(
        place + " is damaged: " + how + "; nothing of it was used, restore it from a backup");
  }
}
