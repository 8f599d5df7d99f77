package io.managedkeys.jca;

import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Usage;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * What the ciphers over managed keys have in common: input is collected up to the key's limit and
 * goes to the backend in one call, output comes all at once; a key that is not ours goes to the next
 * provider where the rules of {@link #handsOn} say so, and is refused else.
 */
abstract class ManagedCipher extends CipherSpi {

  private final String transformation;
  private final int blockSize;
  private boolean settledBeforeKey;
  private @Nullable ManagedKey key;
  private @Nullable KeyType type;
  private @Nullable BoundedBuffer input;
  private int mode;
  private @Nullable Cipher delegate;

  ManagedCipher(String transformation, int blockSize) {
    this.transformation = transformation;
    this.blockSize = blockSize;
  }

  /** Checks key, mode and parameters before anything is collected, and keeps what is needed. */
  abstract void begin(
      int mode, ManagedKey key, KeyInfo info, @Nullable AlgorithmParameterSpec parameters)
      throws InvalidKeyException, InvalidAlgorithmParameterException;

  /** The largest input in the mode begun. */
  abstract int inputLimit(int mode, KeyInfo info);

  /** Does the operation begun over the whole input. */
  abstract byte[] finish(int mode, ManagedKey key, byte[] input)
      throws IllegalBlockSizeException, BadPaddingException;

  /** The kind of parameters that {@code init} takes in encoded form. */
  abstract Class<? extends AlgorithmParameterSpec> parameterClass();

  /** The output's size for an input of this size, or more. */
  abstract int outputSize(int mode, KeyType type, int inputLength);

  /** The parameters in use, or null when there are none. */
  abstract @Nullable AlgorithmParameters parameters();

  /** The IV in use, or null when there is none. */
  byte @Nullable [] iv() {
    return null;
  }

  /**
   * Whether the next provider gets a key that is not ours although it was shown to us by name.
   *
   * @param foreign the key
   */
  boolean handsOn(Key foreign) {
    return false;
  }

  /** The operation with a key to wrap. */
  byte[] wrap(ManagedKey wrapping, byte[] material)
      throws IllegalBlockSizeException, BadPaddingException {
    return finish(Cipher.WRAP_MODE, wrapping, material);
  }

  /** The operation with a managed key to wrap, handle to handle. */
  byte[] wrap(ManagedKey wrapping, ManagedKey target) throws InvalidKeyException {
    throw new InvalidKeyException(
        target.ref()
            + " is a managed key: "
            + transformation
            + " cannot wrap it without its bytes");
  }

  final String transformation() {
    return transformation;
  }

  final String say(Usage usage, ManagedKey managedKey) {
    return managedKey.ref()
        + " may not "
        + usage
        + " here; its entry and grants allow "
        + managedKey.usages();
  }

  private void start(int opmode, @Nullable Key shown, @Nullable AlgorithmParameterSpec parameters)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    drop();
    if (shown instanceof KeyHandle handle) {
      ManagedKey managed = handle.managedKey();
      try {
        KeyInfo info = managed.info();
        begin(opmode, managed, info, parameters);
        type = info.type();
        int limit = inputLimit(opmode, info);
        input =
            new BoundedBuffer(
                "the input of " + transformation + " with " + managed.ref(),
                limit,
                "encrypt it with a data key and protect that with this key");
      } catch (ManagedKeyException e) {
        throw new InvalidKeyException(transformation + " with " + handle + " failed", e);
      }
      key = managed;
      mode = opmode;
      return;
    }
    if (shown == null || !(settledBeforeKey || handsOn(shown))) {
      throw new InvalidKeyException(
          "not a managed key: "
              + (shown == null ? "null" : shown.getClass().getName())
              + "; name the provider that has it, or name none");
    }
    delegate =
        NextProvider.start(
            transformation,
            shown,
            provider -> {
              Cipher next = next(provider);
              if (parameters == null) {
                next.init(opmode, shown);
              } else {
                next.init(opmode, shown, parameters);
              }
              return next;
            });
  }

  private Cipher next(java.security.Provider provider) throws GeneralSecurityException {
    try {
      return Cipher.getInstance(transformation, provider);
    } catch (NoSuchPaddingException e) {
      throw new NoSuchAlgorithmException(e);
    }
  }

  private void drop() {
    if (input != null) {
      input.clear();
    }
    input = null;
    key = null;
    delegate = null;
  }

  @Override
  protected final void engineInit(int opmode, Key shown, SecureRandom random)
      throws InvalidKeyException {
    try {
      start(opmode, shown, null);
    } catch (InvalidAlgorithmParameterException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected final void engineInit(
      int opmode, Key shown, @Nullable AlgorithmParameterSpec parameters, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    start(opmode, shown, parameters);
  }

  @Override
  protected final void engineInit(
      int opmode, Key shown, @Nullable AlgorithmParameters parameters, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    AlgorithmParameterSpec spec = null;
    if (parameters != null) {
      try {
        spec = parameters.getParameterSpec(parameterClass());
      } catch (InvalidParameterSpecException e) {
        throw new InvalidAlgorithmParameterException(
            transformation + " takes " + parameterClass().getSimpleName(), e);
      }
    }
    start(opmode, shown, spec);
  }

  @Override
  protected final byte @Nullable [] engineUpdate(byte[] bytes, int offset, int length) {
    if (delegate != null) {
      return delegate.update(bytes, offset, length);
    }
    try {
      input().write(bytes, offset, length);
      return new byte[0];
    } catch (InvalidInputException e) {
      throw new ProviderException(e.getMessage(), e);
    }
  }

  @Override
  protected final int engineUpdate(
      byte[] bytes, int offset, int length, byte[] output, int outputOffset)
      throws ShortBufferException {
    if (delegate != null) {
      return delegate.update(bytes, offset, length, output, outputOffset);
    }
    engineUpdate(bytes, offset, length);
    return 0;
  }

  @Override
  protected final byte[] engineDoFinal(byte @Nullable [] bytes, int offset, int length)
      throws IllegalBlockSizeException, BadPaddingException {
    if (delegate != null) {
      return bytes == null ? delegate.doFinal() : delegate.doFinal(bytes, offset, length);
    }
    BoundedBuffer collected = input();
    if (bytes != null) {
      try {
        collected.write(bytes, offset, length);
      } catch (InvalidInputException e) {
        throw tooLong(e);
      }
    }
    byte[] whole = collected.take();
    try {
      return finish(mode, managedKey(), whole);
    } catch (InvalidInputException e) {
      throw tooLong(e);
    } catch (InvalidCiphertextException e) {
      throw badCiphertext(e);
    } catch (ManagedKeyException e) {
      throw failed(e);
    } finally {
      Arrays.fill(whole, (byte) 0);
    }
  }

  @Override
  protected final int engineDoFinal(
      byte @Nullable [] bytes, int offset, int length, byte[] output, int outputOffset)
      throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
    if (delegate != null) {
      return bytes == null
          ? delegate.doFinal(output, outputOffset)
          : delegate.doFinal(bytes, offset, length, output, outputOffset);
    }
    int needed = outputSize(mode, type(), input().size() + length);
    if (output.length - outputOffset < needed) {
      // Before the remote call, so that the caller can come again with a larger array.
      throw new ShortBufferException("the output needs up to " + needed + " bytes");
    }
    byte[] result = engineDoFinal(bytes, offset, length);
    System.arraycopy(result, 0, output, outputOffset, result.length);
    if (mode == Cipher.DECRYPT_MODE) {
      Arrays.fill(result, (byte) 0);
    }
    return result.length;
  }

  @Override
  protected final byte[] engineWrap(Key target)
      throws IllegalBlockSizeException, InvalidKeyException {
    if (delegate != null) {
      return delegate.wrap(target);
    }
    ManagedKey wrapping = managedKey();
    try {
      if (target instanceof KeyHandle handle) {
        return wrap(wrapping, handle.managedKey());
      }
      byte[] material = target.getEncoded();
      if (material == null) {
        throw new InvalidKeyException("the key to wrap has no encoded form");
      }
      try {
        return wrap(wrapping, material);
      } finally {
        Arrays.fill(material, (byte) 0);
      }
    } catch (InvalidInputException e) {
      throw tooLong(e);
    } catch (BadPaddingException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    } catch (ManagedKeyException e) {
      throw failed(e);
    }
  }

  @Override
  protected final Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    if (delegate != null) {
      return delegate.unwrap(wrapped, algorithm, type);
    }
    byte[] material;
    try {
      material = finish(Cipher.UNWRAP_MODE, managedKey(), wrapped);
    } catch (IllegalBlockSizeException | BadPaddingException | InvalidCiphertextException e) {
      throw new InvalidKeyException("the wrapped key cannot be unwrapped", e);
    } catch (ManagedKeyException e) {
      throw new InvalidKeyException(
          transformation + " with " + managedKey().ref() + " failed: " + e.getMessage(), e);
    }
    try {
      return UnwrappedKey.of(material, algorithm, type);
    } finally {
      Arrays.fill(material, (byte) 0);
    }
  }

  /** What a ciphertext that does not open is called in the JCA. */
  BadPaddingException badCiphertext(InvalidCiphertextException cause) {
    BadPaddingException e = new BadPaddingException(cause.getMessage());
    e.initCause(cause);
    return e;
  }

  private static IllegalBlockSizeException tooLong(InvalidInputException cause) {
    IllegalBlockSizeException e = new IllegalBlockSizeException(cause.getMessage());
    e.initCause(cause);
    return e;
  }

  private ProviderException failed(ManagedKeyException cause) {
    return new ProviderException(
        transformation + " with " + managedKey().ref() + " failed: " + cause.getMessage(), cause);
  }

  private BoundedBuffer input() {
    if (input == null) {
      throw new IllegalStateException(transformation + " is not initialised");
    }
    return input;
  }

  final ManagedKey managedKey() {
    if (key == null) {
      throw new IllegalStateException(transformation + " is not initialised");
    }
    return key;
  }

  private KeyType type() {
    if (type == null) {
      throw new IllegalStateException(transformation + " is not initialised");
    }
    return type;
  }

  /** Whether input was given since {@code init} or the last {@code doFinal}. */
  final boolean collecting() {
    return input != null && input.size() > 0;
  }

  final @Nullable Cipher delegate() {
    return delegate;
  }

  private boolean notStarted() {
    boolean fresh = key == null && delegate == null;
    settledBeforeKey |= fresh;
    return fresh;
  }

  @Override
  protected final int engineGetBlockSize() {
    notStarted();
    return delegate != null ? delegate.getBlockSize() : blockSize;
  }

  @Override
  protected final int engineGetOutputSize(int inputLength) {
    if (notStarted()) {
      return inputLength;
    }
    return delegate != null
        ? delegate.getOutputSize(inputLength)
        : outputSize(mode, type(), input().size() + inputLength);
  }

  @Override
  protected final byte @Nullable [] engineGetIV() {
    if (notStarted()) {
      return null;
    }
    return delegate != null ? delegate.getIV() : iv();
  }

  @Override
  protected final @Nullable AlgorithmParameters engineGetParameters() {
    if (notStarted()) {
      return null;
    }
    return delegate != null ? delegate.getParameters() : parameters();
  }

  @Override
  protected final int engineGetKeySize(Key shown) throws InvalidKeyException {
    if (shown instanceof KeyHandle handle) {
      try {
        return handle.managedKey().type().bits();
      } catch (ManagedKeyException e) {
        throw new InvalidKeyException("the size of " + handle + " is not known", e);
      }
    }
    // Used by the JDK for its policy on key lengths alone, which others' keys meet at their
    // provider.
    return Integer.MAX_VALUE;
  }

  @Override
  protected final void engineSetMode(String wanted) throws NoSuchAlgorithmException {
    throw new NoSuchAlgorithmException("the mode is part of the name " + transformation);
  }

  @Override
  protected final void engineSetPadding(String padding) throws NoSuchPaddingException {
    throw new NoSuchPaddingException("the padding is part of the name " + transformation);
  }
}
