package io.managedkeys.local;

import javax.crypto.SecretKey;

/**
 * A secret key that lends its bytes to one JCA call instead of copying them, as {@code SecretKeySpec}
 * would, into an array that nobody can wipe. What the cipher makes of it (its key schedule) stays in
 * the JDK's hands.
 */
final class LentKey implements SecretKey {

  private static final long serialVersionUID = 1L;

  private final String algorithm;
  private final transient byte[] bytes;

  LentKey(String algorithm, byte[] bytes) {
    this.algorithm = algorithm;
    this.bytes = bytes;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return algorithm + " key (redacted)";
  }
}
