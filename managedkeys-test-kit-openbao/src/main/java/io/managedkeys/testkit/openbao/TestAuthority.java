package io.managedkeys.testkit.openbao;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemGenerationException;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority that lives as long as one test server: it issues the server's certificate
 * for the loopback address, and client certificates for mutual TLS and the {@code cert} login.
 *
 * <p>All keys are ECDSA P-256 and valid for one day. Not thread-safe.
 */
public final class TestAuthority {

  private static final Duration VALIDITY = Duration.ofDays(1);

  private final SecureRandom random = new SecureRandom();
  private final KeyPair keys;
  private final X509Certificate certificate;

  TestAuthority(String commonName) {
    keys = newKeyPair();
    certificate = issue(commonName, keys, null, keys.getPrivate(), commonName);
  }

  /**
   * A certificate and its private key.
   *
   * @param certificate the certificate, signed by the authority
   * @param key the private key
   */
  public record Identity(X509Certificate certificate, PrivateKey key) {

    /**
     * The certificate as PEM.
     *
     * @return PEM text
     */
    public String certificatePem() {
      return pem(certificate);
    }

    /**
     * The private key as unencrypted PKCS#8 PEM.
     *
     * @return PEM text
     */
    public String keyPem() {
      return pem(pkcs8(key));
    }

    @Override
    public String toString() {
      return "Identity[" + certificate.getSubjectX500Principal() + "]";
    }
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
   * The authority's own certificate as PEM.
   *
   * @return PEM text
   */
  public String certificatePem() {
    return pem(certificate);
  }

  /**
   * Issues a certificate for a TLS client.
   *
   * @param commonName the subject's common name
   * @return the certificate with its key
   */
  public Identity issueClient(String commonName) {
    KeyPair pair = newKeyPair();
    return new Identity(
        issue(commonName, pair, KeyPurposeId.id_kp_clientAuth, keys.getPrivate(), subject()),
        pair.getPrivate());
  }

  /** Issues a certificate for a server at 127.0.0.1 and localhost. */
  Identity issueServer() {
    KeyPair pair = newKeyPair();
    return new Identity(
        issue("localhost", pair, KeyPurposeId.id_kp_serverAuth, keys.getPrivate(), subject()),
        pair.getPrivate());
  }

  private String subject() {
    return certificate.getSubjectX500Principal().getName().substring("CN=".length());
  }

  private X509Certificate issue(
      String commonName,
      KeyPair pair,
      @Nullable KeyPurposeId purpose,
      PrivateKey signer,
      String issuer) {
    try {
      Instant now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Principal("CN=" + issuer),
              new BigInteger(120, random).setBit(120),
              Date.from(now.minus(Duration.ofMinutes(5))),
              Date.from(now.plus(VALIDITY)),
              new X500Principal("CN=" + commonName),
              pair.getPublic());
      if (purpose == null) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      } else {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      }
      if (KeyPurposeId.id_kp_serverAuth.equals(purpose)) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                  new GeneralName(GeneralName.dNSName, "localhost"),
                  new GeneralName(GeneralName.dNSName, "openbao.test")
                }));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("Cannot issue a test certificate for " + commonName, e);
    }
  }

  private static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no P-256", e);
    }
  }

  private static JcaPKCS8Generator pkcs8(PrivateKey key) {
    try {
      return new JcaPKCS8Generator(key, null);
    } catch (PemGenerationException e) {
      throw new IllegalStateException("Cannot encode a test key", e);
    }
  }

  private static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Writes a file so that a reader sees the old content or the new, never a part. */
  static void write(Path file, String content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, content, StandardCharsets.US_ASCII);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
