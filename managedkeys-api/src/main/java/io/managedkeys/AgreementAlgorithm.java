package io.managedkeys;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key agreement. The result is the raw shared secret at its fixed width (for ECDH the x coordinate,
 * SP 800-56A); deriving keys from it is the caller's work.
 *
 * @param name its name
 * @param keyFamily the {@link KeyType#family()} of the keys it takes
 * @param jcaName its JCA name
 */
public record AgreementAlgorithm(String name, String keyFamily, String jcaName)
    implements Algorithm {

  /** Elliptic curve Diffie-Hellman with cofactor 1 (SP 800-56A). */
  public static final AgreementAlgorithm ECDH = new AgreementAlgorithm("ECDH", "EC", "ECDH");

  /** X25519 (RFC 7748). */
  public static final AgreementAlgorithm X25519 =
      new AgreementAlgorithm("X25519", "X25519", "X25519");

  /**
   * The algorithms that this library knows.
   *
   * @return the algorithms
   */
  public static List<AgreementAlgorithm> known() {
    return List.of(ECDH, X25519);
  }

  /**
   * Finds a known algorithm.
   *
   * @param name its name, in any case
   * @return the algorithm, or empty
   */
  public static Optional<AgreementAlgorithm> named(String name) {
    String wanted = name.toUpperCase(Locale.ROOT);
    return known().stream().filter(algorithm -> algorithm.name.equals(wanted)).findFirst();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AgreementAlgorithm algorithm && name.equals(algorithm.name);
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
