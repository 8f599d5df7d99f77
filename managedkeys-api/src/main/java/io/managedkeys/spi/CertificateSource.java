package io.managedkeys.spi;

import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates that lie beside a key in its backend. */
public interface CertificateSource {

  /**
   * The chain.
   *
   * @param context the call
   * @return the certificates, leaf first, empty when there are none
   */
  List<X509Certificate> certificateChain(CallContext context);
}
