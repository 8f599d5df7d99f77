package io.managedkeys.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.ManagedKeysBuilder;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Issuance with keys in a SoftHSM token, judged by the JDK and by BouncyCastle. */
class CertificateAuthorityTest {

  private static final CertificateProfile ROOT =
      CertificateProfile.authority(Duration.ofDays(3650), 1);
  private static final CertificateProfile SUB =
      CertificateProfile.authority(Duration.ofDays(365), 0);
  private static final CertificateProfile SERVER =
      CertificateProfile.server(Duration.ofDays(90), ".example.org", "localhost");

  private static SoftHsmToken token;
  private static ManagedKeys keys;

  @BeforeAll
  static void open() {
    token = SoftHsmToken.create();
    ManagedKeysBuilder builder =
        ManagedKeys.builder()
            .library("softhsm", token.library())
            .backend(
                "hsm",
                "pkcs11",
                Map.of(
                    "library", "softhsm", "token-label", token.label(), "pin", SoftHsmToken.PIN));
    Map<String, KeyType> types = new HashMap<>();
    types.put("p256", KeyType.EC_P256);
    types.put("p384", KeyType.EC_P384);
    types.put("p521", KeyType.EC_P521);
    types.put("rsa", KeyType.RSA_2048);
    types.put("pss", KeyType.RSA_2048);
    types.put("ed", KeyType.ED25519);
    types.put("leaf", KeyType.EC_P256);
    types.forEach(
        (name, type) -> {
          Map<String, String> fields = new HashMap<>();
          fields.put("key-label", name);
          fields.put("allow-generate-key", "true");
          if (name.equals("pss")) {
            fields.put("algorithms", "RSA_PSS_SHA256");
          }
          builder.key("hsm:" + name, fields);
        });
    builder.key("hsm:signonly", Map.of("key-label", "leaf", "usages", "sign"));
    keys = builder.open();
    types.forEach(
        (name, type) ->
            keys.registry().generate(Namespace.ROOT, KeyRef.parse("hsm:" + name), type));
  }

  @AfterAll
  static void close() {
    if (keys != null) {
      keys.close();
    }
    if (token != null) {
      token.close();
    }
  }

  private static ManagedKey key(String name) {
    return keys.key("hsm:" + name);
  }

  private static X500Principal name(String common) {
    return new X500Principal("CN=" + common);
  }

  private static CertificateRequest request(String key, String common, String... dns) {
    return CertificateRequest.parse(
        CertificateRequest.create(key(key), name(common), List.of(dns)));
  }

  @ParameterizedTest
  @CsvSource({
    "p256, 1.2.840.10045.4.3.2",
    "p384, 1.2.840.10045.4.3.3",
    "p521, 1.2.840.10045.4.3.4",
    "rsa, 1.2.840.113549.1.1.11",
    "pss, 1.2.840.113549.1.1.10",
    "ed, 1.3.101.112"
  })
  void chainsOfThreeAreAcceptedByTheJdkAndByBouncyCastle(String rootKey, String algorithm)
      throws Exception {
    CertificateAuthority root = CertificateAuthority.selfSigned(key(rootKey), name("Root"), ROOT);
    assertThat(root.certificate().getSigAlgOID()).isEqualTo(algorithm);
    String subKey = rootKey.equals("p256") ? "p384" : "p256";
    CertificateAuthority sub =
        CertificateAuthority.of(key(subKey), root.issue(request(subKey, "Sub"), SUB));
    X509Certificate leaf =
        sub.issue(request("leaf", "www", "www.example.org", "localhost"), SERVER);

    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(root.certificate(), null)));
    parameters.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509")
                .generateCertPath(List.of(leaf, sub.certificate())),
            parameters);
    X509CertificateHolder holder = new X509CertificateHolder(sub.certificate().getEncoded());
    assertThat(
            holder.isSignatureValid(
                new JcaContentVerifierProviderBuilder()
                    .setProvider(new BouncyCastleProvider())
                    .build(new X509CertificateHolder(root.certificate().getEncoded()))))
        .isTrue();
    assertThat(leaf.getSubjectAlternativeNames()).hasSize(2);
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getSerialNumber().bitLength()).isGreaterThan(64);
  }

  @Test
  void pssHasItsParametersWrittenOut() throws Exception {
    X509Certificate root =
        CertificateAuthority.selfSigned(key("pss"), name("Root"), ROOT).certificate();
    assertThat(root.getSigAlgParams())
        .isEqualTo(
            Arrays.copyOfRange(
                SignatureAlgorithm.RSA_PSS_SHA256.algorithmIdentifier().orElseThrow(),
                13,
                SignatureAlgorithm.RSA_PSS_SHA256.algorithmIdentifier().orElseThrow().length));
  }

  @Test
  void requestsOfAnyKeyAreReadAndProven() throws Exception {
    for (String key : List.of("p256", "rsa", "pss", "ed")) {
      CertificateRequest request = request(key, "Someone", "a.example.org");
      assertThat(request.publicKey()).isEqualTo(key(key).publicKey());
      assertThat(request.dnsNames()).containsExactly("a.example.org");
    }
  }

  @Test
  void aRequestWithoutTheKeyIsRefused() throws Exception {
    byte[] request = CertificateRequest.create(key("leaf"), name("x"), List.of());
    for (int at = request.length - 1; at > request.length - 60; at -= 7) {
      byte[] changed = request.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> CertificateRequest.parse(changed))
          .isInstanceOf(InvalidInputException.class);
    }
    byte[] renamed = request.clone();
    int common = indexOf(renamed, (byte) 'x');
    renamed[common] = 'y';
    assertThatThrownBy(() -> CertificateRequest.parse(renamed))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("proof of possession");
  }

  private static int indexOf(byte[] bytes, byte wanted) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    throw new IllegalArgumentException("not there");
  }

  @Test
  void whatBreaksARuleIsRefusedByItsName() throws Exception {
    CertificateAuthority root = CertificateAuthority.selfSigned(key("p256"), name("Root"), ROOT);
    assertThatThrownBy(() -> root.issue(request("leaf", "w", "www.example.com"), SERVER))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("rule dns-name");
    assertThatThrownBy(() -> root.issue(request("p256", "Root"), SUB))
        .hasMessageContaining("rule own-key");
    assertThatThrownBy(
            () ->
                root.issue(request("leaf", "w"), CertificateProfile.server(Duration.ofDays(9999))))
        .hasMessageContaining("rule lifetime");
    assertThatThrownBy(
            () ->
                root.issue(
                    request("leaf", "w"), CertificateProfile.authority(Duration.ofDays(9), 1)))
        .hasMessageContaining("rule path-length");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    KeyPair weak = generator.generateKeyPair();
    byte[] weakRequest =
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=weak"), weak.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(weak.getPrivate()))
            .getEncoded();
    assertThatThrownBy(() -> root.issue(CertificateRequest.parse(weakRequest), SERVER))
        .hasMessageContaining("rule key-size");
  }

  @Test
  void aCertificateOfAnotherKeyMakesNoAuthority() {
    X509Certificate root =
        CertificateAuthority.selfSigned(key("p256"), name("Root"), ROOT).certificate();
    assertThatThrownBy(() -> CertificateAuthority.of(key("p384"), root))
        .isInstanceOf(InvalidConfigurationException.class);
  }

  @Test
  void aKeyThatMayNotVerifyIssuesNothing() {
    assertThatThrownBy(() -> CertificateAuthority.selfSigned(key("signonly"), name("x"), ROOT))
        .isInstanceOf(UnsupportedKeyOperationException.class)
        .hasMessageContaining("usage verify");
  }
}
