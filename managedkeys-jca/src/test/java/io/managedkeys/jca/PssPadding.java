package io.managedkeys.jca;

import io.managedkeys.HashAlgorithm;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;

/**
 * EMSA-PSS (RFC 8017, section 9.1.1) over a digest with MGF1 of the same hash and a salt as long as
 * it. The JDK takes whole messages only, and a test key takes digests as a token does.
 */
final class PssPadding {

  private PssPadding() {}

  static byte[] sign(RSAPrivateKey key, HashAlgorithm hash, byte[] digest) {
    int bits = key.getModulus().bitLength() - 1;
    int length = (bits + 7) / 8;
    byte[] salt = new byte[hash.length()];
    new SecureRandom().nextBytes(salt);
    MessageDigest engine = hash.newDigest();
    engine.update(new byte[8]);
    engine.update(digest);
    byte[] h = engine.digest(salt);
    byte[] encoded = new byte[length];
    int maskLength = length - h.length - 1;
    encoded[maskLength - salt.length - 1] = 1;
    System.arraycopy(salt, 0, encoded, maskLength - salt.length, salt.length);
    for (int at = 0, counter = 0; at < maskLength; counter++) {
      engine.update(h);
      engine.update(new byte[] {0, 0, 0, (byte) counter});
      for (byte b : engine.digest()) {
        if (at < maskLength) {
          encoded[at++] ^= b;
        }
      }
    }
    encoded[0] &= (byte) (0xff >> (8 * length - bits));
    System.arraycopy(h, 0, encoded, maskLength, h.length);
    encoded[length - 1] = (byte) 0xbc;
    BigInteger s = new BigInteger(1, encoded).modPow(key.getPrivateExponent(), key.getModulus());
    byte[] raw = s.toByteArray();
    int size = (key.getModulus().bitLength() + 7) / 8;
    byte[] out = new byte[size];
    int skip = Math.max(0, raw.length - size);
    System.arraycopy(raw, skip, out, size - (raw.length - skip), raw.length - skip);
    return out;
  }
}
