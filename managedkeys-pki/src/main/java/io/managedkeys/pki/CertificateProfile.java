package io.managedkeys.pki;

import io.managedkeys.InvalidConfigurationException;
import java.time.Duration;
import java.util.List;

/**
 * What a kind of certificate contains and how long it lives.
 *
 * @param purpose what it is for
 * @param lifetime how long it is valid, at most as long as its issuer
 * @param pathLength for a CA, how many CAs may stand below it; else -1
 * @param dnsSuffixes for a server or client, the DNS names that may be granted: a name itself, or
 *     {@code .example.org} for everything below it; empty for none
 */
public record CertificateProfile(
    Purpose purpose, Duration lifetime, int pathLength, List<String> dnsSuffixes) {

  /** What a certificate is for. */
  public enum Purpose {
    /** A certification authority. */
    AUTHORITY,
    /** A TLS server. */
    SERVER,
    /** A TLS client. */
    CLIENT
  }

  /**
   * Checks the parts.
   *
   * @param purpose what it is for
   * @param lifetime how long it is valid
   * @param pathLength for a CA, how many CAs may stand below it; else -1
   * @param dnsSuffixes the DNS names that may be granted
   * @throws InvalidConfigurationException if the lifetime is not positive, or a path length is given
   *     where it has no meaning
   */
  public CertificateProfile {
    if (lifetime.isNegative() || lifetime.isZero()) {
      throw new InvalidConfigurationException("a profile's lifetime must be positive");
    }
    if ((purpose == Purpose.AUTHORITY) != (pathLength >= 0)) {
      throw new InvalidConfigurationException(
          "a profile has a path length if and only if it is for an authority");
    }
    dnsSuffixes = List.copyOf(dnsSuffixes);
  }

  /**
   * For certification authorities.
   *
   * @param lifetime how long the certificates are valid
   * @param pathLength how many CAs may stand below
   * @return the profile
   */
  public static CertificateProfile authority(Duration lifetime, int pathLength) {
    return new CertificateProfile(Purpose.AUTHORITY, lifetime, pathLength, List.of());
  }

  /**
   * For TLS servers.
   *
   * @param lifetime how long the certificates are valid
   * @param dnsSuffixes the DNS names that may be granted
   * @return the profile
   */
  public static CertificateProfile server(Duration lifetime, String... dnsSuffixes) {
    return new CertificateProfile(Purpose.SERVER, lifetime, -1, List.of(dnsSuffixes));
  }

  /**
   * For TLS clients.
   *
   * @param lifetime how long the certificates are valid
   * @return the profile
   */
  public static CertificateProfile client(Duration lifetime) {
    return new CertificateProfile(Purpose.CLIENT, lifetime, -1, List.of());
  }

  boolean grants(String dnsName) {
    for (String allowed : dnsSuffixes) {
      if (allowed.equalsIgnoreCase(dnsName)
          || allowed.startsWith(".")
              && dnsName.length() > allowed.length()
              && dnsName.regionMatches(
                  true, dnsName.length() - allowed.length(), allowed, 0, allowed.length())) {
        return true;
      }
    }
    return false;
  }
}
