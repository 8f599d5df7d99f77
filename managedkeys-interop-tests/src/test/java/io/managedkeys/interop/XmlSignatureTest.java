package io.managedkeys.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.xml.security.Init;
import org.apache.xml.security.algorithms.JCEMapper;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.transforms.Transforms;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** XML signatures by the JDK and by Santuario; each checks what the other made. */
@ExtendWith(BackendFixture.Lifecycle.class)
class XmlSignatureTest {

  private static final String MORE = "http://www.w3.org/2001/04/xmldsig-more#";
  private static final String PSS = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1";
  private static final String DIGEST = "http://www.w3.org/2001/04/xmlenc#sha256";

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (BackendKind kind : BackendKind.values()) {
      for (Position position : Position.values()) {
        cases.add(Arguments.of(kind, position, MORE + "rsa-sha256", "rsa"));
        cases.add(Arguments.of(kind, position, MORE + "ecdsa-sha256", "ec"));
        if (position == Position.FRONT) {
          // Parameters before the key: only the first provider of the list is asked.
          cases.add(Arguments.of(kind, position, PSS, "rsa"));
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void jdkSignsAndSantuarioChecks(BackendKind kind, Position position, String algorithm, String key)
      throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    Document document = document();
    try (var registered = position.register(fixture.provider)) {
      signByJdk(
          document,
          algorithm,
          new DOMSignContext(fixture.privateKey(key), document.getDocumentElement()));
    }
    assertThat(santuarioAccepts(document, fixture, key)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void santuarioSignsAndJdkChecks(BackendKind kind, Position position, String algorithm, String key)
      throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    Init.init();
    Document document = document();
    try (var registered = position.register(fixture.provider)) {
      XMLSignature signature =
          new XMLSignature(document, "", algorithm, CanonicalizationMethod.EXCLUSIVE);
      document.getDocumentElement().appendChild(signature.getElement());
      Transforms transforms = new Transforms(document);
      transforms.addTransform(Transforms.TRANSFORM_ENVELOPED_SIGNATURE);
      signature.addDocument("", transforms, DIGEST);
      signature.sign(fixture.privateKey(key));
    }
    assertThat(jdkAccepts(document, fixture, key)).isTrue();
    document.getDocumentElement().setAttribute("amount", "1000000");
    assertThat(jdkAccepts(document, fixture, key)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("objects")
  void jdkSignsWithTheProviderAsAnObject(BackendKind kind, String algorithm, String key)
      throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    Document document = document();
    DOMSignContext context =
        new DOMSignContext(fixture.privateKey(key), document.getDocumentElement());
    Provider provider = fixture.provider;
    context.setProperty("org.jcp.xml.dsig.internal.dom.SignatureProvider", provider);
    signByJdk(document, algorithm, context);
    assertThat(santuarioAccepts(document, fixture, key)).isTrue();
  }

  static List<Arguments> objects() {
    List<Arguments> cases = new ArrayList<>();
    for (BackendKind kind : BackendKind.values()) {
      cases.add(Arguments.of(kind, MORE + "rsa-sha256", "rsa"));
      cases.add(Arguments.of(kind, PSS, "rsa"));
      cases.add(Arguments.of(kind, MORE + "ecdsa-sha256", "ec"));
    }
    return cases;
  }

  private static void signByJdk(Document document, String algorithm, DOMSignContext context)
      throws Exception {
    XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
    Reference reference =
        factory.newReference(
            "",
            factory.newDigestMethod(DigestMethod.SHA256, null),
            List.of(factory.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null)),
            null,
            null);
    SignedInfo info =
        factory.newSignedInfo(
            factory.newCanonicalizationMethod(
                CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
            factory.newSignatureMethod(algorithm, null),
            List.of(reference));
    factory.newXMLSignature(info, null).sign(context);
  }

  private static boolean jdkAccepts(Document document, BackendFixture fixture, String key)
      throws Exception {
    DOMValidateContext context =
        new DOMValidateContext(fixture.publicKey(key), signatureElement(document));
    return XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context).validate(context);
  }

  private static boolean santuarioAccepts(Document document, BackendFixture fixture, String key)
      throws Exception {
    Init.init();
    assertThat(JCEMapper.getProviderId()).isNull();
    return new XMLSignature(signatureElement(document), "")
        .checkSignatureValue(fixture.publicKey(key));
  }

  private static Element signatureElement(Document document) {
    return (Element)
        document
            .getElementsByTagNameNS(javax.xml.crypto.dsig.XMLSignature.XMLNS, "Signature")
            .item(0);
  }

  private static Document document() throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader("<order amount=\"10\"/>")));
  }
}
