package io.managedkeys.jca;

import io.managedkeys.GrantMissingException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyAccess;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.codec.Spki;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.KeyStoreSpi;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a {@link KeyAccess} as a key store: an alias is {@code backend:key}, a key is a key
 * entry whether or not it has a certificate, and passwords are ignored, since the configuration holds
 * the credentials. Listing asks no backend.
 *
 * <p>One key that cannot be had spoils nothing: it stays in the list, is no key entry, its reason is
 * logged, and {@code getKey} throws it. A private key without a chain is a {@code PrivateKeyEntry}
 * whose {@code getCertificateChain} is null, which JSSE, Tomcat, Jetty and keytool pass over;
 * {@code getEntry} throws for it, since such an object cannot be without a chain.
 */
final class ManagedKeyStore extends KeyStoreSpi {

  private static final Logger log = LoggerFactory.getLogger(ManagedKeyStore.class);

  private final @Nullable KeyAccess configured;
  private @Nullable KeyAccess loaded;

  ManagedKeyStore(@Nullable KeyAccess configured) {
    this.configured = configured;
  }

  @Override
  public void engineLoad(@Nullable InputStream stream, char @Nullable [] password)
      throws IOException {
    if (stream != null) {
      throw new IOException(
          "a key store of type ManagedKeys has no file: load it with null, or with -keystore NONE;"
              + " the keys are named in the provider's configuration");
    }
    engineLoad(null);
  }

  @Override
  public void engineLoad(KeyStore.@Nullable LoadStoreParameter parameter) throws IOException {
    if (configured == null) {
      throw new IOException(
          "the provider ManagedKeys is not configured: give it the path of a"
              + " managedkeys.properties with Provider.configure(path) or -providerArg, or make it"
              + " with ManagedKeysProvider.of(keyAccess)");
    }
    loaded = configured;
  }

  private KeyAccess access() {
    if (loaded == null) {
      throw new IllegalStateException("the key store is not loaded");
    }
    return loaded;
  }

  private List<ManagedKey> keys() {
    return access().keys();
  }

  private static String alias(ManagedKey key) {
    return key.ref().toString();
  }

  /** The key of an alias; no backend is asked. */
  private @Nullable ManagedKey find(String alias) {
    try {
      return access().key(alias.toLowerCase(Locale.ROOT));
    } catch (KeyNotFoundException | GrantMissingException | InvalidConfigurationException e) {
      return null;
    }
  }

  /** The description, or null with the reason logged. */
  private static @Nullable KeyInfo info(ManagedKey key) {
    try {
      return key.info();
    } catch (ManagedKeyException e) {
      log.warn("key {} cannot be used and is passed over: {}", key.ref(), e.getMessage());
      return null;
    }
  }

  @Override
  public Enumeration<String> engineAliases() {
    return Collections.enumeration(
        keys().stream().map(ManagedKey::ref).sorted().map(Object::toString).toList());
  }

  @Override
  public boolean engineContainsAlias(String alias) {
    return find(alias) != null;
  }

  @Override
  public int engineSize() {
    return keys().size();
  }

  @Override
  public boolean engineIsKeyEntry(String alias) {
    ManagedKey key = find(alias);
    return key != null && info(key) != null;
  }

  @Override
  public boolean engineIsCertificateEntry(String alias) {
    return false;
  }

  @Override
  public boolean engineEntryInstanceOf(String alias, Class<? extends KeyStore.Entry> entryClass) {
    ManagedKey key = find(alias);
    KeyInfo info = key == null ? null : info(key);
    if (info == null) {
      return false;
    }
    Class<?> actual =
        info.type().isSecret() ? KeyStore.SecretKeyEntry.class : KeyStore.PrivateKeyEntry.class;
    return entryClass == actual;
  }

  @Override
  public @Nullable Key engineGetKey(String alias, char @Nullable [] password)
      throws UnrecoverableKeyException {
    ManagedKey key = find(alias);
    if (key == null) {
      return null;
    }
    try {
      return HandleFactory.of(key);
    } catch (ManagedKeyException e) {
      throw unrecoverable("key " + alias + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static UnrecoverableKeyException unrecoverable(String text, @Nullable Throwable cause) {
    UnrecoverableKeyException e = new UnrecoverableKeyException(text);
    e.initCause(cause);
    return e;
  }

  @Override
  public KeyStore.@Nullable Entry engineGetEntry(
      String alias, KeyStore.@Nullable ProtectionParameter protection)
      throws UnrecoverableKeyException {
    Key key = engineGetKey(alias, null);
    if (key instanceof SecretKey secret) {
      return new KeyStore.SecretKeyEntry(secret);
    }
    if (!(key instanceof PrivateKey privateKey)) {
      return null;
    }
    Certificate[] chain = engineGetCertificateChain(alias);
    if (chain == null) {
      throw unrecoverable(
          "key "
              + alias
              + " has no certificate chain: name one in its entry's field certificate-chain, or take"
              + " the key alone with getKey",
          null);
    }
    try {
      return new KeyStore.PrivateKeyEntry(privateKey, chain);
    } catch (IllegalArgumentException e) {
      throw unrecoverable("the certificate chain of " + alias + " is not for such a key", e);
    }
  }

  @Override
  public Certificate @Nullable [] engineGetCertificateChain(String alias) {
    ManagedKey key = find(alias);
    return key == null ? null : chain(key);
  }

  private static Certificate @Nullable [] chain(ManagedKey key) {
    KeyInfo info = info(key);
    if (info == null || info.type().isSecret()) {
      return null;
    }
    try {
      List<X509Certificate> chain = key.certificateChain();
      if (chain.isEmpty()) {
        return null;
      }
      if (!isFor(info, chain.get(0))) {
        log.warn(
            "the certificate chain of key {} begins with the certificate of another key and is"
                + " passed over",
            key.ref());
        return null;
      }
      return chain.toArray(new Certificate[0]);
    } catch (ManagedKeyException e) {
      log.warn("the certificate chain of key {} cannot be had: {}", key.ref(), e.getMessage());
      return null;
    }
  }

  /** By the key's bits, since one RSA key can have two AlgorithmIdentifiers. */
  private static boolean isFor(KeyInfo info, X509Certificate leaf) {
    byte[] spki = info.spki().orElse(null);
    return spki == null
        || Arrays.equals(Spki.rawKey(spki), Spki.rawKey(leaf.getPublicKey().getEncoded()));
  }

  @Override
  public @Nullable Certificate engineGetCertificate(String alias) {
    Certificate[] chain = engineGetCertificateChain(alias);
    return chain == null ? null : chain[0];
  }

  @Override
  public @Nullable String engineGetCertificateAlias(Certificate certificate) {
    for (ManagedKey key : keys()) {
      Certificate[] chain = chain(key);
      if (chain != null && chain[0].equals(certificate)) {
        return alias(key);
      }
    }
    return null;
  }

  /** Not known: a token or service seldom says when a key was made. */
  @Override
  public @Nullable Date engineGetCreationDate(String alias) {
    return null;
  }

  @Override
  public void engineSetKeyEntry(
      String alias, Key key, char @Nullable [] password, Certificate @Nullable [] chain)
      throws KeyStoreException {
    throw takesNoKeys(alias);
  }

  @Override
  public void engineSetKeyEntry(String alias, byte[] key, Certificate @Nullable [] chain)
      throws KeyStoreException {
    throw takesNoKeys(alias);
  }

  private static KeyStoreException takesNoKeys(String alias) {
    return new KeyStoreException(
        "keys are made and imported through the registry, not through the key store; a chain for "
            + alias
            + " is named in its entry's field certificate-chain");
  }

  @Override
  public void engineSetCertificateEntry(String alias, Certificate cert) throws KeyStoreException {
    throw new KeyStoreException(
        "a key store of type ManagedKeys holds no trusted certificates; the chain of a key is named"
            + " in its entry's field certificate-chain");
  }

  @Override
  public void engineDeleteEntry(String alias) throws KeyStoreException {
    throw new KeyStoreException(
        "entries are removed through the registry, and a key in a backend never through a key store");
  }

  @Override
  public void engineStore(OutputStream stream, char @Nullable [] password) {
    throw new UnsupportedOperationException("managed keys cannot be written to a file");
  }

  @Override
  public void engineStore(KeyStore.@Nullable LoadStoreParameter parameter) {
    // Nothing can have been changed here.
  }
}
