package io.managedkeys.pkcs11.token;

import io.managedkeys.SecretBytes;
import org.jspecify.annotations.Nullable;

/**
 * How a backend logs in.
 *
 * @param pin the PIN in UTF-8, or null for none; closed with the token
 * @param protectedPath whether the PIN is entered at the device instead
 * @param allowExistingLogin whether a login that others in this process made may be used
 * @param allowCountLow whether to log in although the token says that few attempts are left
 * @param readWrite whether sessions are opened read/write always
 */
public record LoginSettings(
    @Nullable SecretBytes pin,
    boolean protectedPath,
    boolean allowExistingLogin,
    boolean allowCountLow,
    boolean readWrite) {

  /** Whether there is a login at all. */
  boolean logsIn() {
    return pin != null || protectedPath;
  }

  /** Whether two backends may share a login: same PIN, compared in constant time. */
  boolean sameCredential(LoginSettings other) {
    SecretBytes mine = pin;
    SecretBytes theirs = other.pin;
    if (mine == null || theirs == null) {
      return mine == theirs && protectedPath == other.protectedPath;
    }
    return mine.sameAs(theirs);
  }
}
