package io.managedkeys.jca;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to a signature: hashed here as it comes where the algorithm begins with a
 * hash, so that it may be of any length; collected up to the key's limit where it does not.
 */
final class SigningRun {

  /** SunEC takes no more for NONEwithECDSA either: no hash is longer. */
  private static final int LONGEST_DIGEST = 64;

  private final ManagedKey key;
  private final SignatureAlgorithm algorithm;
  private final @Nullable MessageDigest digest;
  private final @Nullable BoundedBuffer buffer;
  private boolean started;

  SigningRun(ManagedKey key, SignatureAlgorithm algorithm) {
    this.key = key;
    this.algorithm = algorithm;
    HashAlgorithm hash = algorithm.hash();
    this.digest = hash == null ? null : hash.newDigest();
    this.buffer =
        hash == null
            ? new BoundedBuffer(
                "a message for " + algorithm + " with " + key.ref(),
                limit(key, algorithm),
                wayOut())
            : null;
  }

  private static int limit(ManagedKey key, SignatureAlgorithm algorithm) {
    if (algorithm.equals(SignatureAlgorithm.ECDSA_NONE)) {
      return LONGEST_DIGEST;
    }
    if (algorithm.equals(SignatureAlgorithm.RSA_PKCS1_NONE)) {
      KeyType type = key.type();
      return (type.bits() + 7) / 8 - 11;
    }
    return key.info().limits().message();
  }

  private static String wayOut() {
    return "sign a digest of it, or use an algorithm that begins with a hash";
  }

  void update(byte[] bytes, int offset, int length) {
    started = true;
    if (digest != null) {
      digest.update(bytes, offset, length);
    } else if (buffer != null) {
      buffer.write(bytes, offset, length);
    }
  }

  /** Signs and starts over, whatever the outcome. */
  byte[] sign() {
    started = false;
    HashAlgorithm hash = algorithm.hash();
    if (digest != null && hash != null) {
      return key.sign(algorithm, Message.digest(hash, digest.digest()));
    }
    byte[] message = buffer == null ? new byte[0] : buffer.take();
    try {
      return key.sign(algorithm, Message.of(message));
    } finally {
      Arrays.fill(message, (byte) 0);
    }
  }

  /** Whether part of a message was taken already. */
  boolean started() {
    return started;
  }

  ManagedKey key() {
    return key;
  }
}
