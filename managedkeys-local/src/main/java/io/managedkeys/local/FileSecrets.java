package io.managedkeys.local;

import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.Mac;

/**
 * What the password of a key file opens: derived once per file by PBKDF2-HMAC-SHA256, and from that
 * one key each by HMAC-SHA256 over a label for the password's check, for sealing secret keys and for
 * the file's integrity. Private keys are encrypted under the password itself, so that other software
 * can read them too.
 */
final class FileSecrets implements KeySealing, AutoCloseable {

  static final int SALT_LENGTH = 32;
  static final int CHECK_LENGTH = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretBytes password;
  private final byte[] salt;
  private final int iterations;
  private final byte[] check;
  private final SecretBytes integrityKey;
  private final AesGcmSealing secretKeys;

  private FileSecrets(SecretBytes password, byte[] salt, int iterations) {
    this.password = password;
    this.salt = salt;
    this.iterations = iterations;
    char[] chars = password.copyChars();
    byte[] master = null;
    try {
      master = Pbes2.derive("HmacSHA256", chars, salt, iterations, 256);
      check = hmac(master, "managedkeys local v1 password check".getBytes(StandardCharsets.UTF_8));
      integrityKey =
          SecretBytes.taking(
              hmac(master, "managedkeys local v1 integrity".getBytes(StandardCharsets.UTF_8)));
      secretKeys =
          new AesGcmSealing(
              SecretBytes.taking(
                  hmac(master, "managedkeys local v1 seal".getBytes(StandardCharsets.UTF_8))));
    } catch (GeneralSecurityException e) {
      throw lacking(e);
    } finally {
      Arrays.fill(chars, '\0');
      if (master != null) {
        Arrays.fill(master, (byte) 0);
      }
    }
  }

  /** For a new file. The password is lent, not taken over. */
  static FileSecrets fresh(SecretBytes password, int iterations) {
    byte[] salt = new byte[SALT_LENGTH];
    RANDOM.nextBytes(salt);
    return new FileSecrets(password, salt, iterations);
  }

  /** For an existing file. The password is lent, not taken over. */
  static FileSecrets of(SecretBytes password, byte[] salt, int iterations) {
    return new FileSecrets(password, salt.clone(), iterations);
  }

  byte[] salt() {
    return salt.clone();
  }

  int iterations() {
    return iterations;
  }

  byte[] check() {
    return check.clone();
  }

  /** The code over a file's bytes. */
  byte[] integrity(byte[] bytes, int length) {
    return integrityKey.use(
        key -> {
          try {
            Mac mac = Jdk.mac("HmacSHA256");
            mac.init(new LentKey("HmacSHA256", key));
            mac.update(bytes, 0, length);
            return mac.doFinal();
          } catch (GeneralSecurityException e) {
            throw lacking(e);
          }
        });
  }

  @Override
  public byte[] seal(KeyEntry.Identity identity, byte[] material) {
    if (identity.type().isSecret()) {
      return secretKeys.seal(identity, material);
    }
    char[] chars = password.copyChars();
    try {
      return Pbes2.encrypt(material, chars, iterations);
    } catch (GeneralSecurityException e) {
      throw lacking(e);
    } finally {
      Arrays.fill(chars, '\0');
    }
  }

  @Override
  public byte[] open(KeyEntry.Identity identity, byte[] sealed) {
    if (identity.type().isSecret()) {
      return secretKeys.open(identity, sealed);
    }
    char[] chars = password.copyChars();
    try {
      return Pbes2.decrypt(sealed, chars);
    } catch (BadPaddingException e) {
      throw new DamagedKeyFileException(
          "the private key of local key \"" + identity.name() + "\" can't be decrypted", e);
    } catch (GeneralSecurityException e) {
      throw lacking(e);
    } finally {
      Arrays.fill(chars, '\0');
    }
  }

  private static byte[] hmac(byte[] key, byte[] label) throws GeneralSecurityException {
    Mac mac = Jdk.mac("HmacSHA256");
    mac.init(new LentKey("HmacSHA256", key));
    return mac.doFinal(label);
  }

  private static ManagedKeyException lacking(GeneralSecurityException e) {
    return new ManagedKeyException(
        "this JDK lacks PBKDF2-HMAC-SHA256 or AES-256-CBC, which key files need: " + e.getMessage(),
        e);
  }

  /** Wipes what was derived; the password is its owner's to wipe. */
  @Override
  public void close() {
    integrityKey.close();
    secretKeys.close();
  }
}
