package io.managedkeys.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A PDF signed through PDFBox; openssl checks the signature over the document's byte range. */
@ExtendWith(BackendFixture.Lifecycle.class)
class PdfBoxTest {

  @TempDir private Path folder;

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (BackendKind kind : BackendKind.values()) {
      cases.add(Arguments.of(kind, "SHA256withRSA", "rsa"));
      cases.add(Arguments.of(kind, "SHA256withECDSA", "ec"));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signedPdfIsAcceptedByOpenssl(BackendKind kind, String algorithm, String key)
      throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    byte[] empty;
    try (PDDocument document = new PDDocument()) {
      document.addPage(new PDPage());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      document.save(out);
      empty = out.toByteArray();
    }
    try (PDDocument document = Loader.loadPDF(empty)) {
      PDSignature signature = new PDSignature();
      signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
      signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
      signature.setSignDate(Calendar.getInstance());
      document.addSignature(
          signature, content -> sign(fixture, algorithm, key, content.readAllBytes()));
      document.saveIncremental(signed);
    }
    byte[] pdf = signed.toByteArray();
    try (PDDocument document = Loader.loadPDF(pdf)) {
      PDSignature signature = document.getSignatureDictionaries().get(0);
      Files.write(folder.resolve("signature.der"), signature.getContents(pdf));
      Files.write(folder.resolve("content.bin"), signature.getSignedContent(pdf));
    }
    Files.writeString(folder.resolve("ca.pem"), BackendFixture.pem(fixture.authority.certificate));
    String said =
        OpenSsl.run(
            folder,
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "signature.der",
            "-content",
            "content.bin",
            "-CAfile",
            "ca.pem",
            "-purpose",
            "any",
            "-out",
            "out.bin");
    assertThat(said).containsIgnoringCase("verification successful");
  }

  private static byte[] sign(BackendFixture fixture, String algorithm, String key, byte[] content) {
    try {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addSignerInfoGenerator(
          new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
              .build(
                  new JcaContentSignerBuilder(algorithm)
                      .setProvider(fixture.provider)
                      .build(fixture.privateKey(key)),
                  fixture.certificate(key)));
      generator.addCertificates(new JcaCertStore(List.of(fixture.certificate(key))));
      return generator.generate(new CMSProcessableByteArray(content), false).getEncoded();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
