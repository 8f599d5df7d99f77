package io.managedkeys.registry.publickey;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.codec.DigestInfo;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;

/**
 * Verification of RSA signatures over a digest, which the JDK offers for whole messages only (RFC
 * 8017, sections 8.1.2, 8.2.2 and 9).
 */
final class RsaDigestVerification {

  private RsaDigestVerification() {}

  /** RSASSA-PKCS1-v1_5 by comparing encodings, so that no lax parser has a say. */
  static boolean pkcs1(RSAPublicKey key, HashAlgorithm hash, byte[] digest, byte[] signature) {
    return pkcs1(key, DigestInfo.encode(hash, digest), signature);
  }

  static boolean pkcs1(RSAPublicKey key, byte[] digestInfo, byte[] signature) {
    byte[] opened = RawRsa.open(key, signature);
    if (opened == null || digestInfo.length > opened.length - 11) {
      return false;
    }
    byte[] expected = new byte[opened.length];
    Arrays.fill(expected, (byte) 0xff);
    expected[0] = 0;
    expected[1] = 1;
    int at = expected.length - digestInfo.length;
    expected[at - 1] = 0;
    System.arraycopy(digestInfo, 0, expected, at, digestInfo.length);
    return MessageDigest.isEqual(expected, opened);
  }

  /** RSASSA-PSS with MGF1 of the same hash and a salt as long as the hash. */
  static boolean pss(RSAPublicKey key, HashAlgorithm hash, byte[] digest, byte[] signature) {
    byte[] opened = RawRsa.open(key, signature);
    if (opened == null) {
      return false;
    }
    int bits = key.getModulus().bitLength() - 1;
    int length = (bits + 7) / 8;
    int skip = opened.length - length;
    if (skip == 1 && opened[0] != 0) {
      return false;
    }
    byte[] encoded = Arrays.copyOfRange(opened, skip, opened.length);
    int h = hash.length();
    if (length < 2 * h + 2 || (encoded[length - 1] & 0xff) != 0xbc) {
      return false;
    }
    byte[] db = Arrays.copyOf(encoded, length - h - 1);
    byte[] seed = Arrays.copyOfRange(encoded, length - h - 1, length - 1);
    int unused = 8 * length - bits;
    int mask = 0xff >> unused;
    if ((db[0] & ~mask & 0xff) != 0) {
      return false;
    }
    mgf1Xor(hash, seed, db);
    db[0] &= (byte) mask;
    int saltAt = db.length - h;
    for (int i = 0; i < saltAt - 1; i++) {
      if (db[i] != 0) {
        return false;
      }
    }
    if (db[saltAt - 1] != 1) {
      return false;
    }
    MessageDigest engine = hash.newDigest();
    engine.update(new byte[8]);
    engine.update(digest);
    engine.update(db, saltAt, h);
    return MessageDigest.isEqual(engine.digest(), seed);
  }

  private static void mgf1Xor(HashAlgorithm hash, byte[] seed, byte[] data) {
    MessageDigest engine = hash.newDigest();
    for (int counter = 0, at = 0; at < data.length; counter++) {
      engine.update(seed);
      engine.update(
          new byte[] {
            (byte) (counter >> 24), (byte) (counter >> 16), (byte) (counter >> 8), (byte) counter
          });
      byte[] block = engine.digest();
      for (int i = 0; i < block.length && at < data.length; i++, at++) {
        data[at] ^= block[i];
      }
    }
  }
}
