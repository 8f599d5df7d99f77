package io.managedkeys.jca;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.NonceSource;
import io.managedkeys.Usage;
import io.managedkeys.codec.GcmMessage;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code AES/GCM/NoPadding} with a managed key: a nonce of 12 bytes, a tag of 16 at the end of the
 * ciphertext, the nonce apart from it as the JCA has it. Without parameters the nonce is random, or
 * the backend's own where it insists; then it is known after {@code doFinal} only. A nonce is used
 * once: encrypting again needs {@code init} again, with another.
 */
final class AesGcmCipher extends ManagedCipher {

  private static final EncryptionAlgorithm GCM = EncryptionAlgorithm.AES_GCM;
  private static final int TAG_BITS = 8 * GcmMessage.TAG_LENGTH;
  private static final SecureRandom RANDOM = new SecureRandom();

  private byte @Nullable [] nonce;
  private boolean backendNonce;
  private boolean used;
  private @Nullable BoundedBuffer aad;
  private @Nullable ManagedKey lastKey;
  private byte @Nullable [] lastNonce;

  AesGcmCipher() {
    super("AES/GCM/NoPadding", 16);
  }

  @Override
  void begin(int mode, ManagedKey key, KeyInfo info, @Nullable AlgorithmParameterSpec given)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    boolean encrypts = encrypts(mode);
    Usage usage = encrypts ? Usage.ENCRYPT : Usage.DECRYPT;
    if (!info.encryptionAlgorithms().contains(GCM)) {
      throw new InvalidKeyException(
          key.ref() + " has no AES_GCM; backend and entry permit " + info.encryptionAlgorithms());
    }
    if (!key.usages().contains(usage)) {
      throw new InvalidKeyException(say(usage, key));
    }
    byte[] wanted = given == null ? null : nonceOf(given);
    boolean backendMakesIt = encrypts && info.nonceSource() == NonceSource.BACKEND;
    if (wanted != null && backendMakesIt) {
      throw new InvalidAlgorithmParameterException(
          "the backend of " + key.ref() + " makes the nonce itself; call init without parameters");
    }
    if (wanted == null && !encrypts) {
      throw new InvalidKeyException("decrypting AES/GCM needs a GCMParameterSpec with the nonce");
    }
    if (encrypts && wanted != null && key.equals(lastKey) && Arrays.equals(wanted, lastNonce)) {
      throw new InvalidAlgorithmParameterException(
          "this nonce was just used with this key; AES/GCM needs another each time");
    }
    if (wanted == null && !backendMakesIt) {
      wanted = new byte[GCM.nonceLength()];
      RANDOM.nextBytes(wanted);
    }
    nonce = wanted;
    backendNonce = backendMakesIt;
    used = false;
    aad =
        new BoundedBuffer(
            "the associated data of AES/GCM with " + key.ref(),
            info.limits().aad(),
            "give a digest of it");
  }

  private static boolean encrypts(int mode) {
    return mode == Cipher.ENCRYPT_MODE || mode == Cipher.WRAP_MODE;
  }

  private static byte[] nonceOf(AlgorithmParameterSpec given)
      throws InvalidAlgorithmParameterException {
    if (!(given instanceof GCMParameterSpec gcm)) {
      throw new InvalidAlgorithmParameterException("AES/GCM takes a GCMParameterSpec");
    }
    if (gcm.getTLen() != TAG_BITS) {
      throw new InvalidAlgorithmParameterException(
          "managed keys use a tag of 128 bits, not of " + gcm.getTLen());
    }
    byte[] nonce = gcm.getIV();
    if (nonce.length != GCM.nonceLength()) {
      throw new InvalidAlgorithmParameterException(
          "managed keys use a nonce of 12 bytes, not of " + nonce.length);
    }
    return nonce;
  }

  @Override
  int inputLimit(int mode, KeyInfo info) {
    if (encrypts(mode)) {
      return info.limits().plaintext();
    }
    // The limit counts our whole form, which begins with the nonce.
    long room = (long) info.limits().ciphertext() - 1 - GCM.nonceLength();
    return (int) Math.max(room, 0);
  }

  @Override
  byte[] finish(int mode, ManagedKey key, byte[] input) {
    byte[] bound = aad == null || aad.size() == 0 ? null : aad.take();
    if (!encrypts(mode)) {
      byte[] known = nonce == null ? new byte[0] : nonce;
      if (input.length < GcmMessage.TAG_LENGTH) {
        throw new InvalidCiphertextException("the ciphertext is shorter than its tag");
      }
      return key.decrypt(GCM, new GcmMessage(known, input).encode(), bound);
    }
    if (used) {
      throw new IllegalStateException("AES/GCM must be initialised anew before each encryption");
    }
    // Used up even when the call fails: the backend may have done its part.
    used = true;
    lastKey = key;
    lastNonce = nonce;
    byte[] whole =
        nonce == null ? key.encrypt(GCM, input, bound) : key.encrypt(GCM, input, bound, nonce);
    GcmMessage message = GcmMessage.decode(whole, GCM.nonceLength(), GcmMessage.TAG_LENGTH);
    nonce = message.nonce();
    lastNonce = nonce;
    return message.sealed();
  }

  @Override
  protected void engineUpdateAAD(byte[] bytes, int offset, int length) {
    Cipher next = delegate();
    if (next != null) {
      next.updateAAD(bytes, offset, length);
      return;
    }
    if (aad == null || collecting()) {
      throw new IllegalStateException(
          aad == null ? "not initialised" : "associated data comes before the data");
    }
    try {
      aad.write(bytes, offset, length);
    } catch (InvalidInputException e) {
      throw new ProviderException(e.getMessage(), e);
    }
  }

  @Override
  protected void engineUpdateAAD(ByteBuffer src) {
    byte[] bytes = new byte[src.remaining()];
    src.get(bytes);
    engineUpdateAAD(bytes, 0, bytes.length);
  }

  @Override
  BadPaddingException badCiphertext(InvalidCiphertextException cause) {
    AEADBadTagException e = new AEADBadTagException(cause.getMessage());
    e.initCause(cause);
    return e;
  }

  @Override
  Class<? extends AlgorithmParameterSpec> parameterClass() {
    return GCMParameterSpec.class;
  }

  @Override
  int outputSize(int mode, KeyType type, int inputLength) {
    return encrypts(mode)
        ? Math.addExact(inputLength, GcmMessage.TAG_LENGTH)
        : Math.max(0, inputLength - GcmMessage.TAG_LENGTH);
  }

  @Override
  byte @Nullable [] iv() {
    return nonce == null || (backendNonce && !used) ? null : nonce.clone();
  }

  @Override
  @Nullable AlgorithmParameters parameters() {
    byte[] known = iv();
    if (known == null) {
      return null;
    }
    try {
      AlgorithmParameters encoded = AlgorithmParameters.getInstance("GCM");
      encoded.init(new GCMParameterSpec(TAG_BITS, known));
      return encoded;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the GCM parameters cannot be encoded", e);
    }
  }
}
