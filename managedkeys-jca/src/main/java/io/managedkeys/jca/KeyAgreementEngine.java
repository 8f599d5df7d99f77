package io.managedkeys.jca;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.Usage;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * ECDH and X25519 with a managed key: one phase, and the raw shared secret at its fixed width, whose
 * derivation is the caller's.
 */
final class KeyAgreementEngine extends KeyAgreementSpi {

  private static final Set<String> RAW_KEYS = Set.of("TlsPremasterSecret", "Generic");

  private final AgreementAlgorithm algorithm;
  private @Nullable ManagedKey key;
  private @Nullable SecretBytes secret;

  KeyAgreementEngine(AgreementAlgorithm algorithm) {
    this.algorithm = algorithm;
  }

  @Override
  protected void engineInit(Key shown, SecureRandom random) throws InvalidKeyException {
    forget();
    key = null;
    if (!(shown instanceof KeyHandle handle)) {
      throw new InvalidKeyException(
          "not a managed key: " + (shown == null ? "null" : shown.getClass().getName()));
    }
    try {
      begin(handle.managedKey());
    } catch (ManagedKeyException e) {
      throw new InvalidKeyException(algorithm + " with " + handle + " failed", e);
    }
  }

  private void begin(ManagedKey managedKey) throws InvalidKeyException {
    KeyInfo info = managedKey.info();
    if (!info.agreementAlgorithms().contains(algorithm)) {
      throw new InvalidKeyException(
          managedKey.ref()
              + " has no "
              + algorithm
              + "; backend and entry permit "
              + info.agreementAlgorithms());
    }
    if (!managedKey.usages().contains(Usage.AGREE)) {
      throw new InvalidKeyException(
          managedKey.ref()
              + " may not agree here; its entry and grants allow "
              + managedKey.usages());
    }
    key = managedKey;
  }

  @Override
  protected void engineInit(Key shown, @Nullable AlgorithmParameterSpec params, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (params != null) {
      throw new InvalidAlgorithmParameterException(algorithm + " takes no parameters");
    }
    engineInit(shown, random);
  }

  @Override
  protected @Nullable Key engineDoPhase(Key peer, boolean lastPhase) throws InvalidKeyException {
    ManagedKey managedKey = key;
    if (managedKey == null) {
      throw new IllegalStateException(algorithm + " is not initialised");
    }
    if (!lastPhase) {
      throw new IllegalStateException(algorithm + " has one phase between two parties");
    }
    if (!(peer instanceof PublicKey publicKey)) {
      throw new InvalidKeyException("the peer's key must be a public key");
    }
    forget();
    try {
      secret = managedKey.agree(algorithm, publicKey);
    } catch (InvalidInputException e) {
      throw new InvalidKeyException("the peer's key cannot be used: " + e.getMessage(), e);
    } catch (ManagedKeyException e) {
      throw new ProviderException(
          algorithm + " with " + managedKey.ref() + " failed: " + e.getMessage(), e);
    }
    return null;
  }

  private SecretBytes agreed() {
    if (secret == null) {
      throw new IllegalStateException("doPhase with the peer's public key comes first");
    }
    return secret;
  }

  private void forget() {
    if (secret != null) {
      secret.close();
      secret = null;
    }
  }

  @Override
  protected byte[] engineGenerateSecret() {
    byte[] bytes = agreed().copy();
    forget();
    return bytes;
  }

  @Override
  protected int engineGenerateSecret(byte[] sharedSecret, int offset) throws ShortBufferException {
    int length = agreed().length();
    if (sharedSecret.length - offset < length) {
      throw new ShortBufferException("the shared secret has " + length + " bytes");
    }
    byte[] bytes = engineGenerateSecret();
    System.arraycopy(bytes, 0, sharedSecret, offset, length);
    Arrays.fill(bytes, (byte) 0);
    return length;
  }

  @Override
  protected SecretKey engineGenerateSecret(String wanted) throws NoSuchAlgorithmException {
    if (!RAW_KEYS.contains(wanted)) {
      throw new NoSuchAlgorithmException(
          "the raw shared secret is no "
              + wanted
              + " key: take generateSecret() and put it through a key derivation function");
    }
    byte[] bytes = engineGenerateSecret();
    try {
      return new SecretKeySpec(bytes, wanted);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
