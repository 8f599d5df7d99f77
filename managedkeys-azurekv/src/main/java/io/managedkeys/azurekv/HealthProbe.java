package io.managedkeys.azurekv;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.KeyInfo;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.WrapBytes;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;

/** Uses a key once, in the way that it allows, and says how. Nothing of the result is kept. */
final class HealthProbe {
  private static final SecureRandom RANDOM = new SecureRandom();

  private HealthProbe() {}

  static String use(BackendKey key, CallContext context) {
    KeyInfo info = key.info();
    Optional<Signing> signing = key.capability(Signing.class);
    if (signing.isPresent()) {
      SignatureAlgorithm algorithm = info.signatureAlgorithms().iterator().next();
      HashAlgorithm hash = Objects.requireNonNull(algorithm.hash());
      signing.get().sign(algorithm, Message.digest(hash, random(hash.length())), context);
      return "signed a random digest with " + algorithm;
    }
    Optional<SecretEncrypting> encrypting = key.capability(SecretEncrypting.class);
    if (encrypting.isPresent()
        && info.encryptionAlgorithms().contains(EncryptionAlgorithm.AES_GCM)) {
      encrypting.get().encrypt(EncryptionAlgorithm.AES_GCM, random(32), null, null, context);
      return "encrypted random bytes with AES_GCM";
    }
    Optional<WrapBytes> wrapping = key.capability(WrapBytes.class);
    if (wrapping.isPresent() && info.wrapAlgorithms().contains(WrapAlgorithm.AES_KW)) {
      wrapping.get().wrapBytes(WrapAlgorithm.AES_KW, random(32), context);
      return "wrapped random bytes with AES_KW";
    }
    Optional<Decrypting> decrypting = key.capability(Decrypting.class);
    if (decrypting.isPresent()) {
      return decryptGarbage(decrypting.get(), info, context);
    }
    throw new UsageDeniedException("the key allows nothing that a check could use");
  }

  /** That a random number is no ciphertext is an answer of the key itself, and thus its health. */
  private static String decryptGarbage(Decrypting decrypting, KeyInfo info, CallContext context) {
    byte[] garbage = random(info.type().bits() / 8);
    garbage[0] = 0;
    try {
      decrypting.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, garbage, context);
    } catch (InvalidCiphertextException e) {
      return "had random bytes refused as a ciphertext";
    }
    throw new ManagedKeyException("the key decrypted random bytes", null);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
