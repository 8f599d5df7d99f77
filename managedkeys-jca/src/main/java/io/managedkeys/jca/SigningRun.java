package io.managedkeys.jca;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to a signature: hashed here as it comes where the algorithm begins with a
 * hash and the backend takes the digest, so that it may be of any length; else collected up to the
 * key's limit.
 */
final class SigningRun {

  /** SunEC takes no more for NONEwithECDSA either: no hash is longer. */
  private static final int LONGEST_DIGEST = 64;

  private final ManagedKey key;
  private final KeyType type;
  private final SignatureAlgorithm algorithm;
  private final @Nullable HashAlgorithm hash;
  private final @Nullable MessageDigest digest;
  private final @Nullable BoundedBuffer buffer;
  private boolean started;

  SigningRun(ManagedKey key, KeyInfo info, SignatureAlgorithm algorithm) {
    this.key = key;
    this.type = info.type();
    this.algorithm = algorithm;
    this.hash = info.takesDigest(algorithm) ? algorithm.hash() : null;
    this.digest = hash == null ? null : hash.newDigest();
    this.buffer =
        hash == null
            ? new BoundedBuffer(
                "a message for " + algorithm + " with " + key.ref(),
                limit(info, algorithm),
                wayOut())
            : null;
  }

  private static int limit(KeyInfo info, SignatureAlgorithm algorithm) {
    if (algorithm.equals(SignatureAlgorithm.ECDSA_NONE)) {
      return LONGEST_DIGEST;
    }
    if (algorithm.equals(SignatureAlgorithm.RSA_PKCS1_NONE)) {
      return (info.type().bits() + 7) / 8 - 11;
    }
    return info.limits().message();
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

  KeyType type() {
    return type;
  }
}
