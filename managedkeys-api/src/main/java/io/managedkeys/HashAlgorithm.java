package io.managedkeys;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A hash function (FIPS 180-4, FIPS 202).
 *
 * @param name its JCA name, such as {@code SHA-256}
 * @param length the digest's length in bytes
 * @param oid its object identifier in dotted form
 */
public record HashAlgorithm(String name, int length, String oid) implements Algorithm {

  /** SHA-1, for what still needs it by name; never a default. */
  public static final HashAlgorithm SHA1 = new HashAlgorithm("SHA-1", 20, "1.3.14.3.2.26");

  /** SHA-224. */
  public static final HashAlgorithm SHA224 =
      new HashAlgorithm("SHA-224", 28, "2.16.840.1.101.3.4.2.4");

  /** SHA-256. */
  public static final HashAlgorithm SHA256 =
      new HashAlgorithm("SHA-256", 32, "2.16.840.1.101.3.4.2.1");

  /** SHA-384. */
  public static final HashAlgorithm SHA384 =
      new HashAlgorithm("SHA-384", 48, "2.16.840.1.101.3.4.2.2");

  /** SHA-512. */
  public static final HashAlgorithm SHA512 =
      new HashAlgorithm("SHA-512", 64, "2.16.840.1.101.3.4.2.3");

  private static final List<HashAlgorithm> KNOWN = List.of(SHA1, SHA224, SHA256, SHA384, SHA512);

  /**
   * The known hash functions.
   *
   * @return SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512
   */
  public static List<HashAlgorithm> known() {
    return KNOWN;
  }

  /**
   * Finds a known hash function.
   *
   * @param name {@code SHA-256}, {@code SHA256} or {@code sha2-256}, in any case
   * @return the hash function, or empty
   */
  public static Optional<HashAlgorithm> named(String name) {
    String wanted = bare(name);
    return KNOWN.stream().filter(hash -> bare(hash.name).equals(wanted)).findFirst();
  }

  /**
   * The name without its hyphen, as algorithm names of the JCA contain it: {@code SHA256}.
   *
   * @return the short name
   */
  public String shortName() {
    return bare(name);
  }

  /**
   * Hashes data.
   *
   * @param data what to hash
   * @return the digest
   * @throws UnsupportedKeyOperationException if no installed provider has the function
   */
  public byte[] digest(byte[] data) {
    return newDigest().digest(data);
  }

  /**
   * A digest engine, for hashing in pieces.
   *
   * @return the engine
   * @throws UnsupportedKeyOperationException if no installed provider has the function
   */
  public MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new UnsupportedKeyOperationException(
          "no installed JCA provider has the hash function " + name, e);
    }
  }

  private static String bare(String name) {
    String upper = name.toUpperCase(Locale.ROOT).replace("-", "").replace("_", "");
    return upper.startsWith("SHA2") && upper.length() == 7 ? "SHA" + upper.substring(4) : upper;
  }

  @Override
  public String toString() {
    return name;
  }
}
