package io.managedkeys.azurekv;

import static io.managedkeys.azurekv.Fixture.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CertificateSource;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.testkit.azurekv.Fault;
import io.managedkeys.testkit.azurekv.KeyVaultOperation;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CertificatesTest {
  private static Fixture fixture;
  private static KeyBackend backend;
  private static KeyPair root;
  private static KeyPair intermediate;
  private static KeyPair leaf;
  private static List<X509Certificate> chain;

  @BeforeAll
  static void open() throws Exception {
    fixture = Fixture.vault();
    backend = fixture.open();
    root = pair();
    intermediate = pair();
    leaf = pair();
    chain =
        List.of(
            certificate("CN=leaf", leaf, "CN=intermediate", intermediate),
            certificate("CN=intermediate", intermediate, "CN=root", root),
            certificate("CN=root", root, "CN=root", root));
  }

  @AfterAll
  static void close() {
    backend.close();
    fixture.close();
  }

  @AfterEach
  void clear() {
    fixture.server.faults().clear();
    fixture.server.requests().clear();
  }

  @Test
  void theChainOfAKeyThatStaysInsideIsReadInOrder() {
    List<X509Certificate> shuffled = List.of(chain.get(0), chain.get(2), chain.get(1));
    fixture.server.importCertificate("pem", leaf.getPrivate(), shuffled, false, true);

    assertThat(chainOf("pem")).isEqualTo(chain);
  }

  @Test
  void theSecretOfAnExportableKeyIsNotRead() {
    fixture.server.importCertificate("exportable", leaf.getPrivate(), chain, true, true);
    fixture.server.requests().clear();

    assertThat(chainOf("exportable")).containsExactly(chain.get(0));
    assertThat(fixture.server.requests().count(KeyVaultOperation.GET_SECRET)).isZero();
  }

  @Test
  void aPkcs12ChainIsReadToo() {
    fixture.server.importCertificate("pfx", leaf.getPrivate(), chain, false, false);
    assertThat(chainOf("pfx")).isEqualTo(chain);
  }

  @Test
  void aKeyWithoutACertificateHasAnEmptyChain() {
    fixture.sdk().createEcKey(new CreateEcKeyOptions("bare"));
    assertThat(chainOf("bare")).isEmpty();
  }

  @Test
  void aCertificateForAnotherKeyIsRefused() {
    fixture.server.importCertificate("theirs", leaf.getPrivate(), chain, false, true);
    fixture.sdk().createEcKey(new CreateEcKeyOptions("mine"));
    BackendKey key =
        backend.key(fixture.entry(Map.of("key-name", "mine", "certificate", "theirs")), call());

    assertThatThrownBy(
            () -> key.capability(CertificateSource.class).orElseThrow().certificateChain(call()))
        .isInstanceOf(IdentityChangedException.class);
  }

  @Test
  void aFailureOfTheServiceIsNotAnEmptyChain() {
    fixture.server.importCertificate("fails", leaf.getPrivate(), chain, false, true);
    BackendKey key = backend.key(fixture.named("fails"), call());
    fixture
        .server
        .faults()
        .add(Fault.error(503, "ServiceUnavailable").on(KeyVaultOperation.GET_CERTIFICATE));

    assertThatThrownBy(
            () -> key.capability(CertificateSource.class).orElseThrow().certificateChain(call()))
        .isInstanceOf(BackendUnavailableException.class);
  }

  private static List<X509Certificate> chainOf(String name) {
    return backend
        .key(fixture.named(name), call())
        .capability(CertificateSource.class)
        .orElseThrow()
        .certificateChain(call());
  }

  private static KeyPair pair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(
      String subject, KeyPair subjectKey, String issuer, KeyPair issuerKey) throws Exception {
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    new X500Name(issuer),
                    BigInteger.valueOf(subject.hashCode()).abs(),
                    Date.from(Instant.now().minusSeconds(60)),
                    Date.from(Instant.now().plusSeconds(3600)),
                    new X500Name(subject),
                    subjectKey.getPublic())
                .build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey.getPrivate())));
  }
}
