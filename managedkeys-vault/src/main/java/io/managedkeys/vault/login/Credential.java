package io.managedkeys.vault.login;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A secret of a login: given once, or kept by somebody else in a file that is read each time. */
final class Credential implements AutoCloseable {

  private static final int MAX_FILE = 1 << 20;

  private final @Nullable SecretBytes given;
  private final @Nullable Path file;

  private Credential(@Nullable SecretBytes given, @Nullable Path file) {
    this.given = given;
    this.file = file;
  }

  static Credential of(SecretBytes given) {
    return new Credential(given, null);
  }

  static Credential of(Path file) {
    return new Credential(null, file);
  }

  boolean fromFile() {
    return file != null;
  }

  /** The secret as it is now, without white space around it; the caller closes it. */
  SecretBytes read() {
    if (given != null) {
      return SecretBytes.taking(given.copy());
    }
    if (file == null) {
      throw new IllegalStateException("a credential is given or in a file");
    }
    byte[] content;
    try {
      if (Files.size(file) > MAX_FILE) {
        throw new BackendAuthenticationException(
            "the credential's file is longer than " + MAX_FILE + " bytes");
      }
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BackendAuthenticationException("the credential's file cannot be read", e);
    }
    try {
      int begin = 0;
      int end = content.length;
      while (begin < end && Character.isWhitespace(content[begin])) {
        begin++;
      }
      while (end > begin && Character.isWhitespace(content[end - 1])) {
        end--;
      }
      if (begin == end) {
        throw new BackendAuthenticationException("the credential's file is empty");
      }
      return SecretBytes.taking(Arrays.copyOfRange(content, begin, end));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  @Override
  public void close() {
    if (given != null) {
      given.close();
    }
  }
}
