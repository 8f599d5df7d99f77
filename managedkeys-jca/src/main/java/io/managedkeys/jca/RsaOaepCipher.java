package io.managedkeys.jca;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * RSA-OAEP: decrypts and unwraps with managed keys; encrypting and wrapping with a public key goes to
 * the next provider. Unwrapping uses the key's usage {@code unwrap}, or {@code decrypt} where the
 * entry allows only that, since the bytes come into this process either way.
 */
final class RsaOaepCipher extends ManagedCipher {

  private final OaepName name;
  private OAEPParameterSpec parameters;
  private EncryptionAlgorithm algorithm = EncryptionAlgorithm.RSA_OAEP_SHA256;
  private @Nullable WrapAlgorithm unwrapping;

  RsaOaepCipher(OaepName name) {
    super(name.transformation(), 0);
    this.name = name;
    this.parameters = name.defaults();
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
    if (mode != Cipher.DECRYPT_MODE && mode != Cipher.UNWRAP_MODE) {
      throw new InvalidKeyException(
          "a private key decrypts and unwraps with "
              + transformation()
              + "; encrypt with the public key");
    }
    OAEPParameterSpec wanted = name.defaults();
    if (given instanceof OAEPParameterSpec oaep) {
      wanted = oaep;
    }
    algorithm = OaepName.algorithm(given == null ? wanted : given);
    parameters = wanted;
    unwrapping = mode == Cipher.UNWRAP_MODE ? unwrapAlgorithm(key, info) : null;
    if (unwrapping != null) {
      return;
    }
    if (!key.usages().contains(Usage.DECRYPT)) {
      throw new InvalidKeyException(
          say(mode == Cipher.UNWRAP_MODE ? Usage.UNWRAP : Usage.DECRYPT, key));
    }
    if (!info.encryptionAlgorithms().contains(algorithm)) {
      throw new InvalidKeyException(
          key.ref()
              + " does not decrypt "
              + algorithm
              + "; backend and entry permit "
              + info.encryptionAlgorithms()
              + (given == null
                  ? "; without parameters "
                      + transformation()
                      + " means MGF1 with SHA-1, so give an"
                      + " OAEPParameterSpec for another"
                  : ""));
    }
  }

  private @Nullable WrapAlgorithm unwrapAlgorithm(ManagedKey key, KeyInfo info) {
    HashAlgorithm hash = algorithm.hash();
    if (hash == null || !hash.equals(algorithm.mgfHash()) || !key.usages().contains(Usage.UNWRAP)) {
      return null;
    }
    return WrapAlgorithm.named("RSA_OAEP_" + hash.shortName())
        .filter(info.wrapAlgorithms()::contains)
        .orElse(null);
  }

  @Override
  int inputLimit(int mode, KeyInfo info) {
    return (info.type().bits() + 7) / 8;
  }

  @Override
  byte[] finish(int mode, ManagedKey key, byte[] input) {
    if (unwrapping != null) {
      try (var material = key.unwrapBytes(unwrapping, input)) {
        return material.copy();
      }
    }
    return key.decrypt(algorithm, input);
  }

  @Override
  Class<? extends AlgorithmParameterSpec> parameterClass() {
    return OAEPParameterSpec.class;
  }

  @Override
  int outputSize(int mode, KeyType type, int inputLength) {
    return (type.bits() + 7) / 8;
  }

  @Override
  AlgorithmParameters parameters() {
    return encoded(parameters);
  }

  private static AlgorithmParameters encoded(OAEPParameterSpec spec) {
    try {
      AlgorithmParameters encoded = AlgorithmParameters.getInstance("OAEP");
      encoded.init(spec);
      return encoded;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the OAEP parameters cannot be encoded", e);
    }
  }
}
