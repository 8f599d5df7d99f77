package io.managedkeys.registry;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.registry.publickey.PublicEncryption;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.WrapBytes;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;

/** Wrapping and unwrapping material that is in the caller's hands. */
final class Wrapping {

  private Wrapping() {}

  static byte[] wrapBytes(
      BoundKey key, Pipeline.Run run, WrapAlgorithm algorithm, byte[] material) {
    check(key, algorithm);
    if (material.length == 0) {
      throw new InvalidInputException("there is nothing to wrap: the material is empty");
    }
    if (algorithm.isOaep()) {
      return PublicEncryption.oaep(publicKey(key), oaep(algorithm), material);
    }
    if (algorithm.isRsaAes()) {
      return PublicEncryption.rsaAesWrap(publicKey(key), oaep(algorithm), material);
    }
    if (algorithm.equals(WrapAlgorithm.AES_KW)
        && (material.length < 16 || material.length % 8 != 0)) {
      throw new InvalidInputException(
          "AES_KW wraps 16 bytes or more, a multiple of 8, not "
              + material.length
              + "; use AES_KWP");
    }
    WrapBytes wrapping = key.require(key.wrapBytes, "wrap");
    return run.remote(context -> wrapping.wrapBytes(algorithm, material, context));
  }

  static byte[] unwrapBytes(
      BoundKey key, Pipeline.Run run, WrapAlgorithm algorithm, byte[] wrapped) {
    check(key, algorithm);
    Decrypting decrypting = key.decrypting;
    boolean byDecryption = algorithm.isOaep() || algorithm.isRsaAes();
    if (byDecryption && decrypting != null) {
      return unwrapByDecryption(key, run, decrypting, algorithm, wrapped);
    }
    requireForm(algorithm, wrapped);
    WrapBytes wrapping = key.require(key.wrapBytes, "unwrap");
    return run.remote(context -> wrapping.unwrapBytes(algorithm, wrapped, context));
  }

  /** RFC 3394 and RFC 5649 give whole semiblocks, two at least; no backend need be asked about others. */
  private static void requireForm(WrapAlgorithm algorithm, byte[] wrapped) {
    boolean semiblocks =
        algorithm.equals(WrapAlgorithm.AES_KW)
            || algorithm.equals(WrapAlgorithm.AES_KWP)
            || algorithm.equals(WrapAlgorithm.AES_KW_PKCS5);
    if (wrapped.length == 0 || (semiblocks && (wrapped.length < 16 || wrapped.length % 8 != 0))) {
      throw new InvalidCiphertextException(
          "the wrapped key is damaged or was wrapped under another key");
    }
  }

  private static byte[] unwrapByDecryption(
      BoundKey key,
      Pipeline.Run run,
      Decrypting decrypting,
      WrapAlgorithm algorithm,
      byte[] wrapped) {
    int modulus = (key.info().type().bits() + 7) / 8;
    boolean whole = algorithm.isOaep();
    if (whole ? wrapped.length != modulus : wrapped.length < modulus + 16) {
      throw new InvalidCiphertextException(
          "the wrapped key is damaged or was wrapped under another key");
    }
    byte[] head = Arrays.copyOf(wrapped, modulus);
    byte[] opened = run.remote(context -> decrypting.decrypt(oaep(algorithm), head, context));
    return whole
        ? opened
        : PublicEncryption.kwpUnwrap(opened, Arrays.copyOfRange(wrapped, modulus, wrapped.length));
  }

  private static void check(BoundKey key, WrapAlgorithm algorithm) {
    Checks.requireAlgorithm(
        algorithm, key.info().wrapAlgorithms(), key.info().wrapAlgorithms(), key);
  }

  private static RSAPublicKey publicKey(BoundKey key) {
    return (RSAPublicKey) key.info().publicKey();
  }

  /** The encryption that an RSA wrapping begins with. */
  static EncryptionAlgorithm oaep(WrapAlgorithm algorithm) {
    var hash = algorithm.hash();
    for (EncryptionAlgorithm encryption : EncryptionAlgorithm.known()) {
      if (encryption.isOaep() && encryption.hash() == hash && encryption.mgfHash() == hash) {
        return encryption;
      }
    }
    throw new UnsupportedKeyOperationException("no OAEP goes with " + algorithm);
  }
}
