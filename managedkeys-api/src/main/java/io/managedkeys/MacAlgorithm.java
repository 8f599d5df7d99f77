package io.managedkeys;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message authentication code, always of full length.
 *
 * @param name its name
 * @param hash the hash of HMAC (RFC 2104, FIPS 198-1), else null
 * @param jcaName its JCA name
 * @param length the code's length in bytes
 */
public record MacAlgorithm(String name, @Nullable HashAlgorithm hash, String jcaName, int length)
    implements Algorithm {

  /** HMAC with SHA-1, only where an entry permits it by name. */
  public static final MacAlgorithm HMAC_SHA1 = hmac(HashAlgorithm.SHA1);

  /** HMAC with SHA-224. */
  public static final MacAlgorithm HMAC_SHA224 = hmac(HashAlgorithm.SHA224);

  /** HMAC with SHA-256. */
  public static final MacAlgorithm HMAC_SHA256 = hmac(HashAlgorithm.SHA256);

  /** HMAC with SHA-384. */
  public static final MacAlgorithm HMAC_SHA384 = hmac(HashAlgorithm.SHA384);

  /** HMAC with SHA-512. */
  public static final MacAlgorithm HMAC_SHA512 = hmac(HashAlgorithm.SHA512);

  private static final Map<String, MacAlgorithm> KNOWN = new LinkedHashMap<>();

  static {
    for (MacAlgorithm algorithm :
        List.of(HMAC_SHA256, HMAC_SHA384, HMAC_SHA512, HMAC_SHA224, HMAC_SHA1)) {
      KNOWN.put(algorithm.name, algorithm);
    }
  }

  private static MacAlgorithm hmac(HashAlgorithm hash) {
    return new MacAlgorithm(
        "HMAC_" + hash.shortName(), hash, "Hmac" + hash.shortName(), hash.length());
  }

  /**
   * The algorithms that this library knows.
   *
   * @return the algorithms
   */
  public static List<MacAlgorithm> known() {
    return List.copyOf(KNOWN.values());
  }

  /**
   * Finds a known algorithm.
   *
   * @param name its name, in any case
   * @return the algorithm, or empty
   */
  public static Optional<MacAlgorithm> named(String name) {
    return Optional.ofNullable(KNOWN.get(name.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MacAlgorithm algorithm && name.equals(algorithm.name);
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
