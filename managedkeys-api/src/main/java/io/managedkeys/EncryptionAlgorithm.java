package io.managedkeys;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An algorithm that encrypts data with a key itself, not with a data key under it.
 *
 * <p>{@code AES_GCM} ciphertexts have our own form (see {@link io.managedkeys.codec.GcmMessage});
 * {@code SERVICE} stands for a service's own opaque format; RSA-OAEP (RFC 8017) has MGF1 with the
 * same hash and an empty label unless the name says otherwise.
 *
 * @param name its name
 * @param keyFamily the {@link KeyType#family()} of the keys it takes
 * @param hash the hash of OAEP, else null
 * @param mgfHash the hash of OAEP's MGF1, else null
 * @param nonceLength the length of the nonce in bytes, 0 when there is none or the service hides it
 * @param takesAad whether it authenticates associated data
 */
public record EncryptionAlgorithm(
    String name,
    String keyFamily,
    @Nullable HashAlgorithm hash,
    @Nullable HashAlgorithm mgfHash,
    int nonceLength,
    boolean takesAad)
    implements Algorithm {

  /** RSA-OAEP with SHA-1 for both hashes, only where an entry permits it by name. */
  public static final EncryptionAlgorithm RSA_OAEP_SHA1 = oaep(HashAlgorithm.SHA1);

  /** RSA-OAEP with SHA-256 for both hashes. */
  public static final EncryptionAlgorithm RSA_OAEP_SHA256 = oaep(HashAlgorithm.SHA256);

  /** RSA-OAEP with SHA-384 for both hashes. */
  public static final EncryptionAlgorithm RSA_OAEP_SHA384 = oaep(HashAlgorithm.SHA384);

  /** RSA-OAEP with SHA-512 for both hashes. */
  public static final EncryptionAlgorithm RSA_OAEP_SHA512 = oaep(HashAlgorithm.SHA512);

  /**
   * RSA-OAEP with SHA-256 and MGF1-SHA-1, which is what SunJCE means by {@code
   * OAEPWithSHA-256AndMGF1Padding} without parameters; only where an entry permits it by name.
   */
  public static final EncryptionAlgorithm RSA_OAEP_SHA256_MGF1_SHA1 =
      new EncryptionAlgorithm(
          "RSA_OAEP_SHA256_MGF1_SHA1", "RSA", HashAlgorithm.SHA256, HashAlgorithm.SHA1, 0, false);

  /** AES-GCM with a nonce of 12 bytes and a tag of 16 (NIST SP 800-38D). */
  public static final EncryptionAlgorithm AES_GCM =
      new EncryptionAlgorithm("AES_GCM", "AES", null, null, 12, true);

  /** AES-CBC with PKCS #7 padding, unauthenticated; only where an entry permits it by name. */
  public static final EncryptionAlgorithm AES_CBC_PAD =
      new EncryptionAlgorithm("AES_CBC_PAD", "AES", null, null, 16, false);

  /** A service's own symmetric encryption with an opaque ciphertext and associated data. */
  public static final EncryptionAlgorithm SERVICE =
      new EncryptionAlgorithm("SERVICE", "AES", null, null, 0, true);

  private static final Map<String, EncryptionAlgorithm> KNOWN = new LinkedHashMap<>();

  static {
    for (EncryptionAlgorithm algorithm :
        List.of(
            RSA_OAEP_SHA256,
            RSA_OAEP_SHA384,
            RSA_OAEP_SHA512,
            RSA_OAEP_SHA1,
            RSA_OAEP_SHA256_MGF1_SHA1,
            AES_GCM,
            AES_CBC_PAD,
            SERVICE)) {
      KNOWN.put(algorithm.name, algorithm);
    }
  }

  private static EncryptionAlgorithm oaep(HashAlgorithm hash) {
    return new EncryptionAlgorithm("RSA_OAEP_" + hash.shortName(), "RSA", hash, hash, 0, false);
  }

  /**
   * The algorithms that this library knows.
   *
   * @return the algorithms
   */
  public static List<EncryptionAlgorithm> known() {
    return List.copyOf(KNOWN.values());
  }

  /**
   * Finds a known algorithm.
   *
   * @param name its name, in any case
   * @return the algorithm, or empty
   */
  public static Optional<EncryptionAlgorithm> named(String name) {
    return Optional.ofNullable(KNOWN.get(name.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  /**
   * Whether this is RSA-OAEP.
   *
   * @return true if so
   */
  public boolean isOaep() {
    return mgfHash != null;
  }

  /**
   * Whether a key of this type can be used.
   *
   * @param type the key's type
   * @return true if the family fits
   */
  public boolean suits(KeyType type) {
    return keyFamily.equals(type.family());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EncryptionAlgorithm algorithm && name.equals(algorithm.name);
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
