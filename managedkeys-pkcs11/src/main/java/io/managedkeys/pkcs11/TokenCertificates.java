package io.managedkeys.pkcs11;

import io.managedkeys.ManagedKeyException;
import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.pkcs11.cryptoki.Cko;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.CertificateSource;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The chain that lies in the token beside a key: the certificate of the key's public key, and then
 * issuers as far as the token has them and each really signed the one before.
 */
final class TokenCertificates implements CertificateSource {

  private static final int MOST = 256;
  private static final int LONGEST = 10;

  private final KeyRunner runner;
  private final byte[] spki;

  TokenCertificates(KeyRunner runner, byte[] spki) {
    this.runner = runner;
    this.spki = spki;
  }

  @Override
  public List<X509Certificate> certificateChain(CallContext context) {
    return runner.run(
        context,
        (cryptoki, session, key) -> chain(all(cryptoki, session.handle())),
        Probe.ofToken(),
        Meaning.OF_INPUT);
  }

  private static List<X509Certificate> all(Cryptoki cryptoki, long session) throws CkrException {
    CertificateFactory factory;
    try {
      factory = CertificateFactory.getInstance("X.509");
    } catch (CertificateException e) {
      throw new ManagedKeyException("this JVM reads no X.509 certificates", e);
    }
    List<X509Certificate> certificates = new ArrayList<>();
    for (long object :
        cryptoki.findObjects(
            session,
            List.of(
                Attribute.of(Cka.CLASS, Cko.CERTIFICATE),
                Attribute.of(Cka.TOKEN, true),
                Attribute.of(Cka.CERTIFICATE_TYPE, 0L)),
            MOST)) {
      byte[] der = cryptoki.bytesAttribute(session, object, Cka.VALUE);
      if (der == null) {
        continue;
      }
      try {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      } catch (CertificateException e) {
        // One damaged certificate must not hide the others.
        continue;
      }
    }
    return certificates;
  }

  private List<X509Certificate> chain(List<X509Certificate> all) {
    List<X509Certificate> chain = new ArrayList<>();
    X509Certificate next = null;
    for (X509Certificate candidate : all) {
      boolean ours = Arrays.equals(candidate.getPublicKey().getEncoded(), spki);
      if (ours && (next == null || candidate.getNotAfter().after(next.getNotAfter()))) {
        next = candidate;
      }
    }
    while (next != null && chain.size() < LONGEST) {
      chain.add(next);
      X509Certificate last = next;
      next =
          isSelfIssued(last)
              ? null
              : all.stream()
                  .filter(candidate -> !chain.contains(candidate) && issued(candidate, last))
                  .findFirst()
                  .orElse(null);
    }
    return List.copyOf(chain);
  }

  private static boolean isSelfIssued(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  private static boolean issued(X509Certificate issuer, X509Certificate subject) {
    if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())) {
      return false;
    }
    try {
      subject.verify(issuer.getPublicKey());
      return true;
    } catch (java.security.GeneralSecurityException e) {
      return false;
    }
  }
}
