package io.managedkeys.local;

import io.managedkeys.KeyInfo;
import io.managedkeys.KeyStateException;
import io.managedkeys.SecretBytes;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.CertificateSource;
import io.managedkeys.spi.DataKeys;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.WrapBytes;
import io.managedkeys.spi.WrapKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** A key of the local store, bound by its id. */
final class LocalKey implements BackendKey, CertificateSource {

  private final LocalBackend backend;
  private final UUID id;
  private final KeyInfo info;
  private final Map<Class<?>, Object> capabilities = new HashMap<>();

  LocalKey(LocalBackend backend, KeyEntry entry) {
    this.backend = backend;
    this.id = entry.id();
    this.info = UsageGroups.describe(entry);
    capabilities.put(CertificateSource.class, this);
    if (!info.signatureAlgorithms().isEmpty()) {
      capabilities.put(Signing.class, new PrivateSigning(this));
    }
    boolean aes = info.type().family().equals("AES");
    boolean encrypts = !info.encryptionAlgorithms().isEmpty();
    boolean wraps = !info.wrapAlgorithms().isEmpty();
    if (aes && encrypts) {
      SecretCipher cipher = new SecretCipher(this);
      capabilities.put(SecretEncrypting.class, cipher);
      capabilities.put(DataKeys.class, cipher);
    }
    if (aes && wraps) {
      capabilities.put(WrapBytes.class, new SecretWrapping(this));
    }
    if (!aes && (encrypts || wraps)) {
      capabilities.put(Decrypting.class, new PrivateDecrypting(this));
    }
    if (wraps) {
      capabilities.put(WrapKey.class, new KeyToKeyWrapping(this, backend));
    }
    if (!info.macAlgorithms().isEmpty()) {
      capabilities.put(Macing.class, new SecretMac(this));
    }
    if (!info.agreementAlgorithms().isEmpty()) {
      capabilities.put(Agreeing.class, new PrivateAgreement(this));
    }
  }

  @Override
  public KeyInfo info() {
    return info;
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return Optional.ofNullable(type.cast(capabilities.get(type)));
  }

  @Override
  public List<X509Certificate> certificateChain(CallContext context) {
    return Certificates.read(backend.entry(id).chain());
  }

  UUID id() {
    return id;
  }

  /** The key's material, if the key is still there and enabled. */
  LoadedKey material(CallContext context) {
    context.requireTime();
    return backend.material(id);
  }

  /** Lends the bytes of a secret key and wipes them afterwards. */
  <R> R withSecret(CallContext context, Function<byte[], R> use) {
    SecretBytes secret = material(context).secret();
    byte[] bytes;
    try {
      bytes = secret.copy();
    } catch (IllegalStateException e) {
      throw new KeyStateException("the key was disabled or destroyed during the call", e);
    }
    try {
      return use.apply(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
