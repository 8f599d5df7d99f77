package io.managedkeys.jca;

import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * AES Key Wrap (RFC 3394) and with padding (RFC 5649) under a managed key, with the standard's initial
 * value. A key that is itself managed, in the same backend, is wrapped handle to handle. Encrypting
 * and decrypting with these names means wrapping and unwrapping bytes, as in SunJCE, and needs the
 * usages {@code wrap} and {@code unwrap}.
 */
final class AesKeyWrapCipher extends ManagedCipher {

  private final WrapAlgorithm algorithm;

  AesKeyWrapCipher(String transformation, WrapAlgorithm algorithm) {
    super(transformation, 8);
    this.algorithm = algorithm;
  }

  @Override
  void begin(int mode, ManagedKey key, KeyInfo info, @Nullable AlgorithmParameterSpec given)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (given != null) {
      throw new InvalidAlgorithmParameterException(
          transformation() + " uses the standard's initial value and takes no parameters");
    }
    if (!info.wrapAlgorithms().contains(algorithm)) {
      throw new InvalidKeyException(
          key.ref()
              + " does not wrap with "
              + algorithm
              + "; backend and entry permit "
              + info.wrapAlgorithms());
    }
    Usage usage = wraps(mode) ? Usage.WRAP : Usage.UNWRAP;
    if (!key.usages().contains(usage)) {
      throw new InvalidKeyException(say(usage, key));
    }
  }

  private static boolean wraps(int mode) {
    return mode == Cipher.ENCRYPT_MODE || mode == Cipher.WRAP_MODE;
  }

  @Override
  int inputLimit(int mode, KeyInfo info) {
    return wraps(mode) ? info.limits().plaintext() : info.limits().ciphertext();
  }

  @Override
  byte[] finish(int mode, ManagedKey key, byte[] input) {
    if (wraps(mode)) {
      return key.wrapBytes(algorithm, input);
    }
    try (var material = key.unwrapBytes(algorithm, input)) {
      return material.copy();
    }
  }

  @Override
  byte[] wrap(ManagedKey wrapping, ManagedKey target) {
    return wrapping.wrapKey(algorithm, target);
  }

  @Override
  Class<? extends AlgorithmParameterSpec> parameterClass() {
    return AlgorithmParameterSpec.class;
  }

  @Override
  int outputSize(int mode, KeyType type, int inputLength) {
    return wraps(mode) ? Math.addExact(inputLength, 15) / 8 * 8 + 8 : inputLength;
  }

  @Override
  @Nullable AlgorithmParameters parameters() {
    return null;
  }
}
