package io.managedkeys.azurekv;

import io.managedkeys.ManagedKeyException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the certificates of a vault's secret, PEM or PKCS #12, and puts them in order. */
final class CertificateChains {
  private CertificateChains() {}

  static X509Certificate leaf(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new ManagedKeyException("the vault's certificate can't be read", e);
    }
  }

  static List<X509Certificate> parse(String contentType, String value) {
    try {
      return contentType.equals("application/x-pem-file") ? pem(value) : pkcs12(value);
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new ManagedKeyException("the vault's certificate chain can't be read", e);
    }
  }

  /** Each certificate is followed by its issuer; what does not belong to the chain is left out. */
  static List<X509Certificate> order(X509Certificate leaf, List<X509Certificate> others) {
    List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
    List<X509Certificate> left = new ArrayList<>(others);
    left.remove(leaf);
    X509Certificate last = leaf;
    while (!last.getIssuerX500Principal().equals(last.getSubjectX500Principal())) {
      X509Certificate issuer = issuerOf(last, left);
      if (issuer == null) {
        break;
      }
      left.remove(issuer);
      chain.add(issuer);
      last = issuer;
    }
    return List.copyOf(chain);
  }

  private static @Nullable X509Certificate issuerOf(
      X509Certificate certificate, List<X509Certificate> candidates) {
    for (X509Certificate candidate : candidates) {
      if (candidate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        try {
          certificate.verify(candidate.getPublicKey());
          return candidate;
        } catch (GeneralSecurityException e) {
          continue; // another key of the same name
        }
      }
    }
    return null;
  }

  private static List<X509Certificate> pem(String text) throws CertificateException {
    List<X509Certificate> certificates = new ArrayList<>();
    String begin = "-----BEGIN CERTIFICATE-----";
    String end = "-----END CERTIFICATE-----";
    int at = text.indexOf(begin);
    while (at >= 0) {
      int stop = text.indexOf(end, at);
      if (stop < 0) {
        throw new CertificateException("a certificate has no end");
      }
      byte[] one = text.substring(at, stop + end.length()).getBytes(StandardCharsets.US_ASCII);
      certificates.add(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(one)));
      at = text.indexOf(begin, stop);
    }
    return certificates;
  }

  private static List<X509Certificate> pkcs12(String base64)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(Base64.getDecoder().decode(base64)), new char[0]);
    List<X509Certificate> certificates = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      Certificate[] chain = store.getCertificateChain(alias);
      for (Certificate certificate :
          chain != null ? chain : new Certificate[] {store.getCertificate(alias)}) {
        if (certificate instanceof X509Certificate x509) {
          certificates.add(x509);
        }
      }
    }
    return certificates;
  }
}
