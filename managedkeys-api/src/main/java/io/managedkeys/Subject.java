package io.managedkeys;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * Who uses a key: a mount of the host (one of its features, such as {@code pki/}) or an identity (a
 * caller of the host).
 *
 * @param kind mount or identity
 * @param name for a mount its path with one trailing slash; for an identity any non-empty text, for
 *     X.509 the lower-case hex SHA-256 of the SubjectPublicKeyInfo
 */
public record Subject(Kind kind, String name) {

  /** The two kinds of subject. */
  public enum Kind {
    /** A feature of the host. */
    MOUNT,
    /** A caller of the host. */
    IDENTITY
  }

  /**
   * Checks and copies the parts.
   *
   * @param kind mount or identity
   * @param name for a mount its path with one trailing slash; for an identity any non-empty text, for X.509 the lower-case hex SHA-256 of the SubjectPublicKeyInfo
   * @throws InvalidConfigurationException if the name is empty or holds control characters
   */
  public Subject {
    if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidConfigurationException(
          "a subject's name must not be empty or hold control characters");
    }
    if (kind == Kind.MOUNT) {
      name = mountPath(name);
    }
  }

  /**
   * A mount.
   *
   * @param path its path; slashes at the start are dropped and one is put at the end
   * @return the subject
   */
  public static Subject mount(String path) {
    return new Subject(Kind.MOUNT, path);
  }

  /**
   * An identity by name.
   *
   * @param name any non-empty text
   * @return the subject
   */
  public static Subject identity(String name) {
    return new Subject(Kind.IDENTITY, name);
  }

  /**
   * The identity of a certificate's key.
   *
   * @param certificate the caller's certificate
   * @return the subject named by the SHA-256 of the certificate's SubjectPublicKeyInfo
   */
  public static Subject identity(X509Certificate certificate) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded());
      return identity(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads a subject.
   *
   * @param text {@code mount:pki/} or {@code identity:alice}
   * @return the subject
   * @throws InvalidConfigurationException if the text is neither
   */
  public static Subject parse(String text) {
    if (text.startsWith("mount:")) {
      return mount(text.substring("mount:".length()));
    }
    if (text.startsWith("identity:")) {
      return identity(text.substring("identity:".length()));
    }
    throw new InvalidConfigurationException(
        "a subject is written mount:PATH or identity:NAME; this is neither");
  }

  private static String mountPath(String path) {
    int from = 0;
    int to = path.length();
    while (from < to && path.charAt(from) == '/') {
      from++;
    }
    while (to > from && path.charAt(to - 1) == '/') {
      to--;
    }
    if (from == to) {
      throw new InvalidConfigurationException("a mount's path must name something besides /");
    }
    return path.substring(from, to) + "/";
  }

  @Override
  public String toString() {
    return (kind == Kind.MOUNT ? "mount:" : "identity:") + name;
  }
}
