package io.managedkeys.vault.client;

import io.managedkeys.InvalidConfigurationException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom the client trusts and as whom it presents itself: TLS 1.2 or 1.3, the host name always
 * checked.
 *
 * @param context trust and identity
 * @param parameters protocols and the server's name
 */
public record VaultTls(SSLContext context, SSLParameters parameters) {

  /**
   * Builds the TLS side.
   *
   * @param caPem the authorities in PEM form, or null for the JDK's own
   * @param certificatePem the client's certificate chain in PEM form, leaf first, or null
   * @param keyPem the client's PKCS#8 key in PEM form, or null
   * @param serverName the DNS name to expect in the server's certificate in place of the address's
   *     host, or null
   * @return the TLS side
   * @throws InvalidConfigurationException if a file cannot be used, or only one of certificate and
   *     key is given
   */
  public static VaultTls of(
      byte @Nullable [] caPem,
      byte @Nullable [] certificatePem,
      byte @Nullable [] keyPem,
      @Nullable String serverName) {
    if ((certificatePem == null) != (keyPem == null)) {
      throw new InvalidConfigurationException(
          "the fields 'client-cert-file' and 'client-key-file' belong together: give both or none");
    }
    try {
      TrustManager[] trust = trust(caPem);
      if (serverName != null) {
        trust = new TrustManager[] {new NamedServer((X509TrustManager) trust[0], serverName)};
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          certificatePem == null || keyPem == null
              ? new KeyManager[0]
              : identity(certificatePem, keyPem),
          trust,
          null);
      SSLParameters parameters = new SSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      if (serverName != null) {
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
      }
      return new VaultTls(context, parameters);
    } catch (GeneralSecurityException | IOException e) {
      throw new InvalidConfigurationException("TLS cannot be set up: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigurationException("the field 'server-name' is not a DNS name", e);
    }
  }

  private static TrustManager[] trust(byte @Nullable [] caPem)
      throws GeneralSecurityException, IOException {
    KeyStore store = null;
    if (caPem != null) {
      store = empty();
      int i = 0;
      for (X509Certificate authority : Pem.certificates("ca-file", caPem)) {
        store.setCertificateEntry("ca-" + i++, authority);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] identity(byte[] certificatePem, byte[] keyPem)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> chain = Pem.certificates("client-cert-file", certificatePem);
    PrivateKey key = Pem.privateKey("client-key-file", keyPem);
    KeyStore store = empty();
    char[] none = new char[0];
    store.setKeyEntry("client", key, none, chain.toArray(new X509Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, none);
    return factory.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /**
   * Checks the chain as the JDK does, and the name against the configured one: the JDK would check
   * it against the host of the address, which is what this setting replaces.
   */
  private static final class NamedServer extends X509ExtendedTrustManager {
    private final X509TrustManager chain;
    private final String name;

    NamedServer(X509TrustManager chain, String name) {
      this.chain = chain;
      this.name = name;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String type, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(certificates, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String type, Socket socket)
        throws CertificateException {
      checkServerTrusted(certificates, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String type)
        throws CertificateException {
      chain.checkServerTrusted(certificates, type);
      var names = certificates[0].getSubjectAlternativeNames();
      boolean named =
          names != null
              && names.stream()
                  .anyMatch(
                      entry ->
                          Integer.valueOf(2).equals(entry.get(0))
                              && name.equalsIgnoreCase(String.valueOf(entry.get(1))));
      if (!named) {
        throw new CertificateException(
            "the server's certificate does not name " + name + " (no wildcards are taken here)");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("this side accepts no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("this side accepts no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String type)
        throws CertificateException {
      throw new CertificateException("this side accepts no clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return chain.getAcceptedIssuers();
    }

    @Override
    public String toString() {
      return "NamedServer" + Arrays.asList(name);
    }
  }
}
