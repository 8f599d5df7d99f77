package io.managedkeys.local;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.codec.Spki;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import javax.crypto.BadPaddingException;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys that other software keeps: PKCS #12 (RFC 7292) and PEM (RFC 7468) with PKCS #8, plain or
 * encrypted by PBES2. Private keys are proven to belong to the certificate beside them.
 */
public final class KeyImport {

  private KeyImport() {}

  /**
   * Reads all keys of a PKCS #12 file.
   *
   * @param pkcs12 the file's content
   * @param password its password, which is also that of its keys; not kept
   * @return the keys in the order of their aliases; each is to be closed
   * @throws BackendAuthenticationException if the password is wrong
   * @throws InvalidInputException if it is not PKCS #12 or holds a key that is not known here
   */
  public static List<ImportedKey> fromPkcs12(byte[] pkcs12, char[] password) {
    List<ImportedKey> keys = new ArrayList<>();
    boolean complete = false;
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(pkcs12), password);
      List<String> aliases = Collections.list(store.aliases());
      Collections.sort(aliases);
      for (String alias : aliases) {
        if (store.isKeyEntry(alias)) {
          keys.add(read(alias, store.getKey(alias, password), store.getCertificateChain(alias)));
        }
      }
      complete = true;
      return keys;
    } catch (UnrecoverableKeyException e) {
      throw wrongPassword("the PKCS #12 file", e);
    } catch (IOException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        throw wrongPassword("the PKCS #12 file", e);
      }
      throw new InvalidInputException("this is not a PKCS #12 file, or a damaged one", e);
    } catch (GeneralSecurityException e) {
      throw new InvalidInputException("the PKCS #12 file can't be read: " + e.getMessage(), e);
    } finally {
      if (!complete) {
        keys.forEach(ImportedKey::close);
      }
    }
  }

  /**
   * Reads the one private key of a PEM file and the certificates beside it.
   *
   * @param pem the file's content, ASCII
   * @param password for {@code ENCRYPTED PRIVATE KEY}, or null; not kept
   * @return the key, to be closed
   * @throws BackendAuthenticationException if the password is wrong or missing
   * @throws InvalidInputException if there is not exactly one PKCS #8 key
   */
  public static ImportedKey fromPem(byte[] pem, char @Nullable [] password) {
    List<byte[]> certificates = new ArrayList<>();
    byte[] pkcs8 = null;
    try {
      for (PemBlock block : PemBlock.read(pem)) {
        switch (block.label()) {
          case "CERTIFICATE" -> certificates.add(block.content());
          case "PRIVATE KEY", "ENCRYPTED PRIVATE KEY" -> {
            if (pkcs8 != null) {
              throw new InvalidInputException(
                  "the PEM file holds more than one private key; import them one by one");
            }
            pkcs8 =
                block.label().equals("PRIVATE KEY")
                    ? block.content()
                    : decrypt(block.content(), password);
          }
          case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
              throw new InvalidInputException(
                  "the PEM file holds a key in the old form \""
                      + block.label()
                      + "\"; convert it by: openssl pkcs8 -topk8");
          default -> {
            // Public keys, parameters and requests say nothing that is needed.
          }
        }
      }
      if (pkcs8 == null) {
        throw new InvalidInputException("the PEM file holds no private key");
      }
      return of("", PrivateKeys.parse(pkcs8), pkcs8, Certificates.read(certificates));
    } finally {
      if (pkcs8 != null) {
        Arrays.fill(pkcs8, (byte) 0);
      }
    }
  }

  private static byte[] decrypt(byte[] encrypted, char @Nullable [] password) {
    if (password == null) {
      throw new BackendAuthenticationException(
          "the PEM file's key is encrypted and no password was given");
    }
    try {
      return Pbes2.decrypt(encrypted, password);
    } catch (BadPaddingException e) {
      throw wrongPassword("the PEM file", e);
    } catch (GeneralSecurityException e) {
      throw new ManagedKeyException(
          "this JDK can't decrypt the PEM file's key: " + e.getMessage(), e);
    }
  }

  private static ImportedKey read(String alias, Key key, Certificate @Nullable [] chain) {
    byte[] encoded = key.getEncoded();
    try {
      if (key instanceof PrivateKey privateKey) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Certificate certificate : chain == null ? new Certificate[0] : chain) {
          certificates.add((X509Certificate) certificate);
        }
        return of(alias, privateKey, encoded, certificates);
      }
      KeyType type =
          key.getAlgorithm().startsWith("AES")
              ? KeyType.aes(encoded.length * 8)
              : KeyType.parse(key.getAlgorithm().toUpperCase(Locale.ROOT).replace("HMAC", "HMAC-"));
      return new ImportedKey(alias, type, SecretBytes.copyOf(encoded), List.of());
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static ImportedKey of(
      String alias, PrivateKey key, byte[] pkcs8, List<X509Certificate> chain) {
    byte[] spki = PrivateKeys.publicHalf(key, chain.isEmpty() ? null : chain.get(0).getPublicKey());
    return new ImportedKey(alias, Spki.keyType(spki), SecretBytes.copyOf(pkcs8), chain);
  }

  private static BackendAuthenticationException wrongPassword(String what, Exception cause) {
    return new BackendAuthenticationException("the password does not open " + what, cause);
  }
}
