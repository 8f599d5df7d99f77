package io.managedkeys.local;

import io.managedkeys.InvalidInputException;
import io.managedkeys.ManagedKeyException;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Certificates to and from DER. */
final class Certificates {

  private Certificates() {}

  static List<X509Certificate> read(List<byte[]> chain) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (byte[] der : chain) {
      try {
        certificates.add(
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der)));
      } catch (CertificateException e) {
        throw new ManagedKeyException("a certificate beside the key can't be read", e);
      }
    }
    return List.copyOf(certificates);
  }

  /** Refuses a chain whose first certificate is not of the key. */
  static void requireLeafOf(KeyEntry entry, List<X509Certificate> chain) {
    if (!chain.isEmpty()
        && !Arrays.equals(chain.get(0).getPublicKey().getEncoded(), entry.spki())) {
      throw new InvalidInputException(
          "the first certificate is not of local key \""
              + entry.name()
              + "\"; give the key's own certificate first, then its issuers");
    }
  }

  static List<byte[]> encode(List<X509Certificate> chain) {
    List<byte[]> encoded = new ArrayList<>();
    for (X509Certificate certificate : chain) {
      try {
        encoded.add(certificate.getEncoded());
      } catch (CertificateEncodingException e) {
        throw new ManagedKeyException("a certificate can't be encoded", e);
      }
    }
    return encoded;
  }
}
