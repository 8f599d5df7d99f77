package io.managedkeys.jca;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Usage;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import org.jspecify.annotations.Nullable;

/**
 * HMAC with a managed key. The message is collected up to the key's limit and goes to the backend in
 * one call. A key that is not ours is handed on only when this engine was asked for its length before
 * anybody showed a key.
 */
final class MacEngine extends MacSpi {

  private final MacAlgorithm algorithm;
  private boolean settledBeforeKey;
  private @Nullable ManagedKey key;
  private @Nullable BoundedBuffer message;
  private @Nullable Mac delegate;

  MacEngine(MacAlgorithm algorithm) {
    this.algorithm = algorithm;
  }

  @Override
  protected int engineGetMacLength() {
    settledBeforeKey |= key == null && delegate == null;
    return algorithm.length();
  }

  @Override
  protected void engineInit(Key shown, @Nullable AlgorithmParameterSpec params)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    engineReset();
    key = null;
    message = null;
    delegate = null;
    if (!(shown instanceof KeyHandle handle)) {
      if (shown == null || !settledBeforeKey) {
        throw new InvalidKeyException(
            "not a managed key: " + (shown == null ? "null" : shown.getClass().getName()));
      }
      delegate =
          NextProvider.start(
              algorithm.jcaName(),
              shown,
              provider -> {
                Mac next = Mac.getInstance(algorithm.jcaName(), provider);
                next.init(shown, params);
                return next;
              });
      return;
    }
    if (params != null) {
      throw new InvalidAlgorithmParameterException(algorithm.jcaName() + " takes no parameters");
    }
    try {
      begin(handle.managedKey());
    } catch (ManagedKeyException e) {
      throw new InvalidKeyException(algorithm.jcaName() + " with " + handle + " failed", e);
    }
  }

  private void begin(ManagedKey managedKey) throws InvalidKeyException {
    KeyInfo info = managedKey.info();
    if (!info.macAlgorithms().contains(algorithm)) {
      throw new InvalidKeyException(
          managedKey.ref()
              + " has no "
              + algorithm
              + "; backend and entry permit "
              + info.macAlgorithms());
    }
    if (!managedKey.usages().contains(Usage.MAC)) {
      throw new InvalidKeyException(
          managedKey.ref()
              + " may not mac here; its entry and grants allow "
              + managedKey.usages());
    }
    message =
        new BoundedBuffer(
            "a message for " + algorithm + " with " + managedKey.ref(),
            info.limits().macMessage(),
            "authenticate a digest of it");
    key = managedKey;
  }

  @Override
  protected void engineUpdate(byte input) {
    engineUpdate(new byte[] {input}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    if (delegate != null) {
      delegate.update(input, offset, length);
      return;
    }
    try {
      message().write(input, offset, length);
    } catch (InvalidInputException e) {
      throw new ProviderException(e.getMessage(), e);
    }
  }

  private BoundedBuffer message() {
    if (message == null) {
      throw new IllegalStateException(algorithm.jcaName() + " is not initialised");
    }
    return message;
  }

  @Override
  protected byte[] engineDoFinal() {
    if (delegate != null) {
      return delegate.doFinal();
    }
    byte[] whole = message().take();
    ManagedKey managedKey = key;
    if (managedKey == null) {
      throw new IllegalStateException(algorithm.jcaName() + " is not initialised");
    }
    try {
      return managedKey.mac(algorithm, whole);
    } catch (ManagedKeyException e) {
      throw new ProviderException(
          algorithm.jcaName() + " with " + managedKey.ref() + " failed: " + e.getMessage(), e);
    } finally {
      Arrays.fill(whole, (byte) 0);
    }
  }

  @Override
  protected void engineReset() {
    if (delegate != null) {
      delegate.reset();
    } else if (message != null) {
      message.clear();
    }
  }
}
