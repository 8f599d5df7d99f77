package io.managedkeys;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An algorithm that wraps key material.
 *
 * @param name its name
 * @param keyFamily the {@link KeyType#family()} of the wrapping keys it takes
 * @param hash the hash of OAEP, else null
 */
public record WrapAlgorithm(String name, String keyFamily, @Nullable HashAlgorithm hash)
    implements Algorithm {

  /** AES Key Wrap (RFC 3394): material of 16 bytes or more, a multiple of 8. */
  public static final WrapAlgorithm AES_KW = new WrapAlgorithm("AES_KW", "AES", null);

  /** AES Key Wrap with Padding (RFC 5649): material of any length. */
  public static final WrapAlgorithm AES_KWP = new WrapAlgorithm("AES_KWP", "AES", null);

  /**
   * AES Key Wrap of material padded as PKCS #5, as some tokens do under the number of
   * CKM_AES_KEY_WRAP_PAD; only where an entry permits it by name.
   */
  public static final WrapAlgorithm AES_KW_PKCS5 = new WrapAlgorithm("AES_KW_PKCS5", "AES", null);

  /** RSA-OAEP with SHA-1 for both hashes, only where an entry permits it by name. */
  public static final WrapAlgorithm RSA_OAEP_SHA1 =
      new WrapAlgorithm("RSA_OAEP_SHA1", "RSA", HashAlgorithm.SHA1);

  /** RSA-OAEP with SHA-256 for both hashes (RFC 8017). */
  public static final WrapAlgorithm RSA_OAEP_SHA256 =
      new WrapAlgorithm("RSA_OAEP_SHA256", "RSA", HashAlgorithm.SHA256);

  /** RSA-OAEP with SHA-384 for both hashes (RFC 8017). */
  public static final WrapAlgorithm RSA_OAEP_SHA384 =
      new WrapAlgorithm("RSA_OAEP_SHA384", "RSA", HashAlgorithm.SHA384);

  /** RSA-OAEP with SHA-512 for both hashes (RFC 8017). */
  public static final WrapAlgorithm RSA_OAEP_SHA512 =
      new WrapAlgorithm("RSA_OAEP_SHA512", "RSA", HashAlgorithm.SHA512);

  /** OAEP with SHA-1 over a fresh AES-256 key, then KWP under that key. */
  public static final WrapAlgorithm RSA_AES_KWP_SHA1 =
      new WrapAlgorithm("RSA_AES_KWP_SHA1", "RSA", HashAlgorithm.SHA1);

  /** OAEP with SHA-256 over a fresh AES-256 key, then KWP under that key. */
  public static final WrapAlgorithm RSA_AES_KWP_SHA256 =
      new WrapAlgorithm("RSA_AES_KWP_SHA256", "RSA", HashAlgorithm.SHA256);

  /** A service's own wrapping with an opaque result. */
  public static final WrapAlgorithm SERVICE = new WrapAlgorithm("SERVICE", "AES", null);

  private static final Map<String, WrapAlgorithm> KNOWN = new LinkedHashMap<>();

  static {
    for (WrapAlgorithm algorithm :
        List.of(
            AES_KW,
            AES_KWP,
            AES_KW_PKCS5,
            RSA_OAEP_SHA256,
            RSA_OAEP_SHA384,
            RSA_OAEP_SHA512,
            RSA_OAEP_SHA1,
            RSA_AES_KWP_SHA256,
            RSA_AES_KWP_SHA1,
            SERVICE)) {
      KNOWN.put(algorithm.name, algorithm);
    }
  }

  /**
   * The algorithms that this library knows.
   *
   * @return the algorithms
   */
  public static List<WrapAlgorithm> known() {
    return List.copyOf(KNOWN.values());
  }

  /**
   * Finds a known algorithm.
   *
   * @param name its name, in any case
   * @return the algorithm, or empty
   */
  public static Optional<WrapAlgorithm> named(String name) {
    return Optional.ofNullable(KNOWN.get(name.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  /**
   * Whether this is RSA-OAEP over the material itself, which the public key alone can do.
   *
   * @return true if so
   */
  public boolean isOaep() {
    return name.startsWith("RSA_OAEP_");
  }

  /**
   * Whether this is OAEP over an AES key and KWP under it, which the public key alone can do.
   *
   * @return true if so
   */
  public boolean isRsaAes() {
    return name.startsWith("RSA_AES_KWP_");
  }

  /**
   * Whether a wrapping key of this type can be used.
   *
   * @param type the wrapping key's type
   * @return true if the family fits
   */
  public boolean suits(KeyType type) {
    return keyFamily.equals(type.family());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WrapAlgorithm algorithm && name.equals(algorithm.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
