package io.managedkeys.pki;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;

/**
 * A certification authority whose key stays in its backend. It issues from requests whose proof of
 * possession was checked; what a certificate contains comes from the profile, never from the request's
 * extensions, except for DNS names that the profile grants.
 *
 * <p>Immutable and thread-safe.
 */
public final class CertificateAuthority {

  /** Certificates begin to be valid a little in the past, for clocks that are behind. */
  private static final Duration BACKDATING = Duration.ofMinutes(5);

  private static final int LEAST_RSA_BITS = 2048;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ManagedKey key;
  private final X509Certificate certificate;
  private final Clock clock;

  private CertificateAuthority(ManagedKey key, X509Certificate certificate, Clock clock) {
    this.key = key;
    this.certificate = certificate;
    this.clock = clock;
  }

  /**
   * An authority that exists already.
   *
   * @param key its key; needs the usages sign and verify
   * @param certificate its certificate
   * @return the authority
   * @throws InvalidConfigurationException if the certificate is of another key or not of a CA
   */
  public static CertificateAuthority of(ManagedKey key, X509Certificate certificate) {
    if (!Arrays.equals(certificate.getPublicKey().getEncoded(), key.publicKey().getEncoded())) {
      throw new InvalidConfigurationException("the certificate is not of the key " + key);
    }
    if (certificate.getBasicConstraints() < 0) {
      throw new InvalidConfigurationException(
          "the certificate of " + key + " is not of a certification authority");
    }
    return new CertificateAuthority(key, certificate, Clock.systemUTC());
  }

  /**
   * Makes a root: a certificate of the key by itself.
   *
   * @param key the key; needs the usages sign and verify
   * @param subject its name
   * @param profile a profile for authorities
   * @return the authority
   */
  public static CertificateAuthority selfSigned(
      ManagedKey key, X500Principal subject, CertificateProfile profile) {
    if (profile.purpose() != CertificateProfile.Purpose.AUTHORITY) {
      throw new InvalidConfigurationException("a root needs a profile for authorities");
    }
    Clock clock = Clock.systemUTC();
    Instant start = clock.instant().minus(BACKDATING);
    Instant end = start.plus(profile.lifetime());
    PublicKey publicKey = key.publicKey();
    X509v3CertificateBuilder builder =
        builder(subject, subject, publicKey, start, end, profile, List.of());
    return new CertificateAuthority(key, sign(builder, key), clock);
  }

  /**
   * The authority's own certificate.
   *
   * @return the certificate
   */
  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * Issues a certificate.
   *
   * @param request what is asked for
   * @param profile what the certificate contains and how long it lives
   * @return the certificate
   * @throws InvalidInputException naming the rule, if the request's key is weak, its name is empty or
   *     not granted, or the lifetime goes beyond the issuer's
   */
  public X509Certificate issue(CertificateRequest request, CertificateProfile profile) {
    Instant now = clock.instant();
    Instant start = now.minus(BACKDATING);
    Instant end = now.plus(profile.lifetime());
    check(request, profile, now, end);
    X509v3CertificateBuilder builder =
        builder(
            certificate.getSubjectX500Principal(),
            request.subject(),
            request.publicKey(),
            start,
            end,
            profile,
            request.dnsNames());
    try {
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate.getPublicKey()));
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new ManagedKeyException("the authority key identifier can't be encoded", e);
    }
    return sign(builder, key);
  }

  private void check(
      CertificateRequest request, CertificateProfile profile, Instant now, Instant end) {
    if (request.publicKey() instanceof RSAPublicKey rsa
        && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
      throw new InvalidInputException(
          "rule key-size: an RSA key must have " + LEAST_RSA_BITS + " bits or more");
    }
    if (Arrays.equals(request.publicKey().getEncoded(), certificate.getPublicKey().getEncoded())) {
      throw new InvalidInputException("rule own-key: the request is for the issuer's own key");
    }
    if (request.subject().getName().isEmpty()) {
      throw new InvalidInputException("rule subject: the request names no subject");
    }
    for (String name : request.dnsNames()) {
      if (!profile.grants(name)) {
        throw new InvalidInputException(
            "rule dns-name: the profile does not grant \"" + printable(name) + "\"");
      }
    }
    if (profile.purpose() == CertificateProfile.Purpose.AUTHORITY
        && certificate.getBasicConstraints() != Integer.MAX_VALUE
        && profile.pathLength() >= certificate.getBasicConstraints()) {
      throw new InvalidInputException(
          "rule path-length: the issuer allows "
              + certificate.getBasicConstraints()
              + " authorities below it, so a new one may allow fewer than that only");
    }
    Instant issuerEnd = certificate.getNotAfter().toInstant();
    if (end.isAfter(issuerEnd) || now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new InvalidInputException(
          "rule lifetime: the certificate would be valid until "
              + end.truncatedTo(ChronoUnit.SECONDS)
              + ", the issuer's only until "
              + issuerEnd);
    }
  }

  private static String printable(String name) {
    String shown = name.length() > 80 ? name.substring(0, 80) + "..." : name;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }

  private static X509v3CertificateBuilder builder(
      X500Principal issuer,
      X500Principal subject,
      PublicKey publicKey,
      Instant start,
      Instant end,
      CertificateProfile profile,
      List<String> dnsNames) {
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            X500Name.getInstance(issuer.getEncoded()),
            serial(),
            Date.from(start),
            Date.from(end),
            X500Name.getInstance(subject.getEncoded()),
            SubjectPublicKeyInfo.getInstance(publicKey.getEncoded()));
    try {
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(publicKey));
      switch (profile.purpose()) {
        case AUTHORITY -> {
          builder.addExtension(
              Extension.basicConstraints, true, new BasicConstraints(profile.pathLength()));
          builder.addExtension(
              Extension.keyUsage,
              true,
              new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
        }
        case SERVER -> leaf(builder, KeyPurposeId.id_kp_serverAuth);
        case CLIENT -> leaf(builder, KeyPurposeId.id_kp_clientAuth);
      }
      if (!dnsNames.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName, false, CertificateRequest.names(dnsNames));
      }
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new ManagedKeyException("the certificate's extensions can't be encoded", e);
    }
    return builder;
  }

  private static void leaf(X509v3CertificateBuilder builder, KeyPurposeId purpose)
      throws IOException {
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
  }

  /** 159 random bits: more than the 64 that the CA/Browser Forum demands, positive, 20 bytes at most. */
  private static BigInteger serial() {
    BigInteger serial;
    do {
      serial = new BigInteger(159, RANDOM);
    } while (serial.signum() == 0);
    return serial;
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, ManagedKey key) {
    try {
      byte[] der = builder.build(ManagedKeyContentSigner.of(key)).getEncoded();
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (IOException | CertificateException e) {
      throw new ManagedKeyException("the certificate can't be encoded", e);
    }
  }
}
