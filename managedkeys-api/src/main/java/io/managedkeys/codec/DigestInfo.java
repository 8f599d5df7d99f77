package io.managedkeys.codec;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidInputException;

/**
 * The DigestInfo of RSASSA-PKCS1-v1_5 (RFC 8017, section 9.2), for backends that pad but do not name
 * the hash.
 */
public final class DigestInfo {

  private DigestInfo() {}

  /**
   * Encodes a digest with its algorithm, with NULL parameters as RFC 8017 demands.
   *
   * @param hash the hash function
   * @param digest the digest
   * @return the DER form
   * @throws InvalidInputException if the digest is not as long as the function says
   */
  public static byte[] encode(HashAlgorithm hash, byte[] digest) {
    if (digest.length != hash.length()) {
      throw new InvalidInputException(
          "a " + hash.name() + " digest has " + hash.length() + " bytes, not " + digest.length);
    }
    return Der.encode(
        Der.SEQUENCE,
        Der.encode(Der.SEQUENCE, Der.oid(hash.oid()), Der.encode(Der.NULL)),
        Der.encode(Der.OCTET_STRING, digest));
  }
}
