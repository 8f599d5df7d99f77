package io.managedkeys.jca;

import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;

/**
 * A hash function under the name without its hyphen, for libraries that take everything from the
 * provider they were given (BouncyCastle asks for {@code SHA256}). The work is the platform's.
 */
final class ForwardingDigest extends MessageDigestSpi {

  private final MessageDigest platform;

  ForwardingDigest(String standardName) throws NoSuchAlgorithmException {
    this.platform = MessageDigest.getInstance(standardName);
  }

  @Override
  protected void engineUpdate(byte input) {
    platform.update(input);
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    platform.update(input, offset, length);
  }

  @Override
  protected byte[] engineDigest() {
    return platform.digest();
  }

  @Override
  protected int engineGetDigestLength() {
    return platform.getDigestLength();
  }

  @Override
  protected void engineReset() {
    platform.reset();
  }
}
