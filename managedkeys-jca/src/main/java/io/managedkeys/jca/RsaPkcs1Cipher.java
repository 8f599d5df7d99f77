package io.managedkeys.jca;

import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * {@code RSA/ECB/PKCS1Padding}, whose encryption with a private key is a signature over a DigestInfo
 * and counts as one: the entry must allow {@code sign} and name {@code RSA_PKCS1_NONE}. Decrypting
 * PKCS #1 v1.5 is not offered; with a public key the next provider does the work.
 */
final class RsaPkcs1Cipher extends ManagedCipher {

  RsaPkcs1Cipher() {
    super("RSA/ECB/PKCS1Padding", 0);
  }

  @Override
  boolean handsOn(Key foreign) {
    return foreign instanceof RSAPublicKey;
  }

  @Override
  void begin(int mode, ManagedKey key, KeyInfo info, @Nullable AlgorithmParameterSpec given)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (!info.type().family().equals("RSA")) {
      throw new InvalidKeyException(key.ref() + " is a key of type " + info.type() + ", not RSA");
    }
    if (mode != Cipher.ENCRYPT_MODE) {
      throw new InvalidKeyException(
          "managed keys do not decrypt or unwrap PKCS #1 v1.5; use RSA-OAEP");
    }
    if (given != null) {
      throw new InvalidAlgorithmParameterException(transformation() + " takes no parameters");
    }
    if (!key.usages().contains(Usage.SIGN)) {
      throw new InvalidKeyException(say(Usage.SIGN, key));
    }
    if (!info.signatureAlgorithms().contains(SignatureAlgorithm.RSA_PKCS1_NONE)) {
      throw new InvalidKeyException(
          key.ref()
              + " does not sign what the caller padded: the entry's field algorithms must name"
              + " RSA_PKCS1_NONE");
    }
  }

  @Override
  int inputLimit(int mode, KeyInfo info) {
    return (info.type().bits() + 7) / 8 - 11;
  }

  @Override
  byte[] finish(int mode, ManagedKey key, byte[] input) {
    return key.sign(SignatureAlgorithm.RSA_PKCS1_NONE, Message.of(input));
  }

  @Override
  Class<? extends AlgorithmParameterSpec> parameterClass() {
    return AlgorithmParameterSpec.class;
  }

  @Override
  int outputSize(int mode, KeyType type, int inputLength) {
    return (type.bits() + 7) / 8;
  }

  @Override
  @Nullable AlgorithmParameters parameters() {
    return null;
  }
}
