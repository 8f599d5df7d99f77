package io.managedkeys.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.crypto.spec.OAEPParameterSpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.jcajce.JcaBasicOCSPRespBuilder;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** CMS, time stamps and OCSP by BouncyCastle, checked by openssl, or by the JDK where it cannot. */
@ExtendWith(BackendFixture.Lifecycle.class)
class BouncyCastleTest {

  @TempDir private Path folder;

  static List<Arguments> signatures() {
    List<Arguments> cases = new ArrayList<>();
    for (BackendKind kind : BackendKind.values()) {
      for (String[] each :
          new String[][] {
            {"SHA256withRSA", "rsa"},
            {"SHA256withRSAandMGF1", "rsa"},
            {"SHA384withECDSA", "ec"},
            {"Ed25519", "ed"}
          }) {
        cases.add(Arguments.of(kind, null, each[0], each[1]));
        cases.add(Arguments.of(kind, Position.FRONT, each[0], each[1]));
        cases.add(Arguments.of(kind, Position.END, each[0], each[1]));
      }
    }
    return cases;
  }

  private static ContentSigner signer(
      BackendFixture fixture, Provider provider, String name, String key) throws Exception {
    JcaContentSignerBuilder builder = new JcaContentSignerBuilder(name);
    if (provider != null) {
      builder.setProvider(provider);
    }
    return builder.build(fixture.privateKey(key));
  }

  private static DigestCalculatorProvider digests() throws Exception {
    return new JcaDigestCalculatorProviderBuilder().build();
  }

  /** Position null: the provider is passed as an object and registered nowhere. */
  @ParameterizedTest
  @MethodSource("signatures")
  void cmsIsAccepted(BackendKind kind, Position position, String name, String key)
      throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    byte[] content = "the content".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] encoded;
    if (position == null) {
      encoded = cms(fixture, signer(fixture, fixture.provider, name, key), key, content);
    } else {
      try (var registered = position.register(fixture.provider)) {
        encoded = cms(fixture, signer(fixture, null, name, key), key, content);
      }
    }
    if (name.equals("Ed25519")) {
      // OpenSSL before 3.2 has no Ed25519 in CMS: the JDK checks instead.
      assertThat(
              new CMSSignedData(encoded)
                  .getSignerInfos()
                  .iterator()
                  .next()
                  .verify(new JcaSimpleSignerInfoVerifierBuilder().build(fixture.publicKey(key))))
          .isTrue();
      return;
    }
    Files.write(folder.resolve("signed.der"), encoded);
    Files.writeString(folder.resolve("ca.pem"), BackendFixture.pem(fixture.authority.certificate));
    OpenSsl.run(
        folder,
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "signed.der",
        "-CAfile",
        "ca.pem",
        "-purpose",
        "any",
        "-out",
        "content.bin");
    assertThat(Files.readAllBytes(folder.resolve("content.bin"))).isEqualTo(content);
  }

  private static byte[] cms(
      BackendFixture fixture, ContentSigner signer, String key, byte[] content) throws Exception {
    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
    X509Certificate certificate = fixture.certificate(key);
    generator.addSignerInfoGenerator(
        new JcaSignerInfoGeneratorBuilder(digests()).build(signer, certificate));
    generator.addCertificates(new JcaCertStore(List.of(certificate)));
    CMSSignedData signed = generator.generate(new CMSProcessableByteArray(content), true);
    return signed.getEncoded();
  }

  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void envelopeIsOpenedByTheRsaKey(BackendKind kind) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    OAEPParameterSpec oaep = fixture.oaep();
    CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
    AlgorithmIdentifier keyTransport =
        new JcaAlgorithmParametersConverter()
            .getAlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.113549.1.1.7"), oaep);
    generator.addRecipientInfoGenerator(
        new JceKeyTransRecipientInfoGenerator(fixture.certificate("rsa-enc"), keyTransport));
    byte[] envelope = envelope(generator);
    RecipientInformation recipient = recipient(envelope);
    byte[] content =
        recipient.getContent(
            new JceKeyTransEnvelopedRecipient(fixture.privateKey("rsa-enc"))
                .setProvider(fixture.provider)
                .setContentProvider("SunJCE"));
    assertThat(content).containsExactly(1, 2, 3);
  }

  private static byte[] envelope(CMSEnvelopedDataGenerator generator) throws Exception {
    return generator
        .generate(
            new CMSProcessableByteArray(new byte[] {1, 2, 3}),
            new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC).build())
        .getEncoded();
  }

  private static RecipientInformation recipient(byte[] envelope) throws Exception {
    return new CMSEnvelopedData(envelope).getRecipientInfos().getRecipients().iterator().next();
  }

  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void timeStampIsAcceptedByOpenssl(BackendKind kind) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    X509Certificate certificate = purpose(fixture, KeyPurposeId.id_kp_timeStamping, true);
    TimeStampTokenGenerator tokens =
        new TimeStampTokenGenerator(
            new JcaSignerInfoGeneratorBuilder(digests())
                .build(signer(fixture, fixture.provider, "SHA256withRSA", "rsa"), certificate),
            digests().get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)),
            new ASN1ObjectIdentifier("1.2.3.4"));
    tokens.addCertificates(new JcaCertStore(List.of(certificate)));
    TimeStampRequestGenerator asking = new TimeStampRequestGenerator();
    asking.setCertReq(true);
    byte[] data = new byte[] {4, 5, 6};
    byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(data);
    TimeStampRequest request = asking.generate(TSPAlgorithms.SHA256, digest, BigInteger.TEN);
    TimeStampResponse response =
        new TimeStampResponseGenerator(tokens, TSPAlgorithms.ALLOWED)
            .generate(request, BigInteger.ONE, new Date());
    response.validate(request);
    Files.write(folder.resolve("data.bin"), data);
    Files.write(folder.resolve("response.tsr"), response.getEncoded());
    Files.writeString(folder.resolve("ca.pem"), BackendFixture.pem(fixture.authority.certificate));
    assertThat(
            OpenSsl.run(
                folder,
                "ts",
                "-verify",
                "-data",
                "data.bin",
                "-in",
                "response.tsr",
                "-CAfile",
                "ca.pem"))
        .contains("Verification: OK");
  }

  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void ocspAnswerIsAcceptedByOpenssl(BackendKind kind) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    X509Certificate responder = purpose(fixture, KeyPurposeId.id_kp_OCSPSigning, false);
    X509CertificateHolder issuer = new JcaX509CertificateHolder(fixture.authority.certificate);
    X509Certificate asked = fixture.certificate("ec");
    BasicOCSPRespBuilder builder =
        new JcaBasicOCSPRespBuilder(
            responder.getPublicKey(), digests().get(CertificateID.HASH_SHA1));
    builder.addResponse(
        new CertificateID(digests().get(CertificateID.HASH_SHA1), issuer, asked.getSerialNumber()),
        CertificateStatus.GOOD,
        new Date(),
        new Date(System.currentTimeMillis() + 3_600_000));
    BasicOCSPResp basic =
        builder.build(
            signer(fixture, fixture.provider, "SHA256withRSA", "rsa"),
            new X509CertificateHolder[] {new JcaX509CertificateHolder(responder)},
            new Date());
    OCSPResp response = new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic);
    Files.write(folder.resolve("ocsp.der"), response.getEncoded());
    Files.writeString(folder.resolve("ca.pem"), BackendFixture.pem(fixture.authority.certificate));
    Files.writeString(folder.resolve("asked.pem"), BackendFixture.pem(asked));
    assertThat(
            OpenSsl.run(
                folder,
                "ocsp",
                "-respin",
                "ocsp.der",
                "-issuer",
                "ca.pem",
                "-cert",
                "asked.pem",
                "-CAfile",
                "ca.pem"))
        .contains("Response verify OK", "asked.pem: good");
  }

  private static X509Certificate purpose(
      BackendFixture fixture, KeyPurposeId purpose, boolean critical) throws Exception {
    X509Certificate plain = fixture.certificate("rsa");
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=Test CA"),
            BigInteger.valueOf(System.nanoTime()),
            plain.getNotBefore(),
            plain.getNotAfter(),
            new X500Name("CN=special"),
            plain.getPublicKey());
    builder.addExtension(Extension.extendedKeyUsage, critical, new ExtendedKeyUsage(purpose));
    return new JcaX509CertificateConverter().getCertificate(fixture.authority.sign(builder));
  }
}
