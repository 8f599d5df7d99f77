package io.managedkeys.pki;

import io.managedkeys.InvalidInputException;
import io.managedkeys.ManagedKey;
import io.managedkeys.codec.Spki;
import java.io.IOException;
import java.security.Provider;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A certification request (PKCS #10, RFC 2986) whose proof of possession was checked.
 *
 * @param subject the name asked for
 * @param publicKey the key to be certified, which the requester has shown to hold
 * @param dnsNames the DNS names asked for as subject alternative names; a profile decides which are
 *     granted
 */
public record CertificateRequest(
    X500Principal subject, PublicKey publicKey, List<String> dnsNames) {

  /** An unregistered instance: the JDK's own providers don't know BouncyCastle's names of RSA-PSS. */
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

  /**
   * Copies the names.
   *
   * @param subject the name asked for
   * @param publicKey the key to be certified, which the requester has shown to hold
   * @param dnsNames the DNS names asked for as subject alternative names
   */
  public CertificateRequest {
    dnsNames = List.copyOf(dnsNames);
  }

  /**
   * Makes a request for a managed key.
   *
   * @param key the key; needs the usages sign and verify
   * @param subject the name to ask for
   * @param dnsNames DNS names to ask for
   * @return the DER request
   */
  public static byte[] create(ManagedKey key, X500Principal subject, List<String> dnsNames) {
    try {
      PKCS10CertificationRequestBuilder builder =
          new PKCS10CertificationRequestBuilder(
              X500Name.getInstance(subject.getEncoded()),
              SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()));
      if (!dnsNames.isEmpty()) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.subjectAlternativeName, false, names(dnsNames));
        builder.addAttribute(
            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
      }
      return builder.build(ManagedKeyContentSigner.of(key)).getEncoded();
    } catch (IOException e) {
      throw new InvalidInputException("the request can't be encoded", e);
    }
  }

  static GeneralNames names(List<String> dnsNames) {
    return new GeneralNames(
        dnsNames.stream()
            .map(name -> new GeneralName(GeneralName.dNSName, name))
            .toArray(GeneralName[]::new));
  }

  /**
   * Reads a request and checks that the requester holds the key.
   *
   * @param der the DER request
   * @return the request
   * @throws InvalidInputException if it is malformed or its signature is not by the key it names
   */
  public static CertificateRequest parse(byte[] der) {
    try {
      PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
      PublicKey key = Spki.publicKey(request.getSubjectPublicKeyInfo().getEncoded());
      if (!request.isSignatureValid(
          new JcaContentVerifierProviderBuilder()
              .setProvider(BOUNCY_CASTLE)
              .build(request.getSubjectPublicKeyInfo()))) {
        throw new InvalidInputException(
            "proof of possession: the request is not signed by the key that it names");
      }
      return new CertificateRequest(
          new X500Principal(request.getSubject().getEncoded()), key, dnsNames(request));
    } catch (IOException | OperatorCreationException | PKCSException e) {
      throw new InvalidInputException("the request is malformed or signed in an unknown way", e);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new InvalidInputException("the request is malformed", e);
    }
  }

  private static List<String> dnsNames(PKCS10CertificationRequest request) {
    List<String> names = new ArrayList<>();
    Extensions asked = request.getRequestedExtensions();
    GeneralNames alternative =
        asked == null ? null : GeneralNames.fromExtensions(asked, Extension.subjectAlternativeName);
    if (alternative != null) {
      for (GeneralName name : alternative.getNames()) {
        if (name.getTagNo() == GeneralName.dNSName) {
          names.add(name.getName().toString());
        }
      }
    }
    return names;
  }
}
