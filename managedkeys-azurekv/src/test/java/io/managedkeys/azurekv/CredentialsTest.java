package io.managedkeys.azurekv;

import static io.managedkeys.azurekv.Fixture.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CertificateSource;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.Signing;
import io.managedkeys.testkit.azurekv.AzureKeyVaultServer;
import io.managedkeys.testkit.azurekv.KeyVaultOperation;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to authenticate that a server on this machine can take, by azure-identity itself. */
class CredentialsTest {

  @Test
  void oneTokenServesAllKeys() {
    try (Fixture fixture = Fixture.vault();
        KeyBackend backend = fixture.open()) {
      for (String name : new String[] {"a", "b", "c"}) {
        fixture.sdk().createEcKey(new CreateEcKeyOptions(name));
        sign(backend.key(fixture.named(name), call()));
      }
      assertThat(fixture.server.requests().count(KeyVaultOperation.TOKEN)).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aWrongSecretIsRefusedAtOpeningWithoutBeingShown() {
    try (Fixture fixture = Fixture.vault()) {
      Map<String, String> fields = fixture.clientSecret(false);
      fields.put("client-secret", "wrong-and-not-to-be-seen");

      assertThatThrownBy(() -> fixture.open(fields, new TestHost()))
          .isInstanceOf(BackendAuthenticationException.class)
          .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("wrong-and-not-to-be-seen"));
      assertThat(fixture.server.requests().toVault()).isZero();
    }
  }

  @Test
  void aCertificateAuthenticates(@TempDir Path folder) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    X509Certificate certificate = selfSigned(pair);
    Path pem = folder.resolve("client.pem");
    Files.writeString(
        pem,
        pem("PRIVATE KEY", pair.getPrivate().getEncoded())
            + pem("CERTIFICATE", certificate.getEncoded()));
    try (Fixture fixture =
        new Fixture(AzureKeyVaultServer.builder().clientCertificate(certificate).start())) {
      Map<String, String> fields = fixture.address(false);
      fields.put("credential", "client-certificate");
      fields.put("tenant-id", fixture.server.tenantId());
      fields.put("client-id", fixture.server.clientId());
      fields.put("client-certificate", pem.toString());

      assertSigns(fixture, fields, new TestHost());
    }
  }

  @Test
  void aWorkloadsTokenFileAuthenticates(@TempDir Path folder) throws Exception {
    Path token = folder.resolve("token");
    Files.writeString(token, "projected-token");
    try (Fixture fixture =
        new Fixture(AzureKeyVaultServer.builder().federatedToken("projected-token").start())) {
      Map<String, String> fields = fixture.address(false);
      fields.put("credential", "workload-identity");
      fields.put("tenant-id", fixture.server.tenantId());
      fields.put("client-id", fixture.server.clientId());
      fields.put("workload-token-file", token.toString());

      assertSigns(fixture, fields, new TestHost());
      fields.remove("workload-token-file");
      assertThatThrownBy(() -> fixture.open(fields, new TestHost()))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("workload-token-file");
      TestHost ambient = new TestHost();
      ambient.environment.put("AZURE_FEDERATED_TOKEN_FILE", token.toString());
      assertSigns(fixture, fields, ambient);
    }
  }

  @Test
  void theHostsOwnCredentialIsUsed() {
    try (Fixture fixture = Fixture.vault()) {
      AtomicInteger asked = new AtomicInteger();
      TokenCredential own =
          request -> {
            asked.incrementAndGet();
            assertThat(request.getScopes()).containsExactly("https://vault.azure.net/.default");
            return reactor.core.publisher.Mono.just(
                new AccessToken(fixture.server.issueToken(), OffsetDateTime.now().plusHours(1)));
          };
      Map<String, String> fields = fixture.address(false);
      fields.put("credential", "host");

      assertSigns(fixture, fields, new TestHost().with(TokenCredential.class, own));
      assertThat(asked.get()).isBetween(1, 2);
    }
  }

  @Test
  void theHostsOwnTransportIsUsed() {
    try (Fixture fixture = Fixture.vault()) {
      Map<String, String> fields = fixture.clientSecret(false);
      TestHost host = new TestHost().with(HttpClient.class, fixture.http());

      assertThatThrownBy(() -> fixture.open(fields, host))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("ca-file");
      fields.remove("ca-file");
      assertSigns(fixture, fields, host);
    }
  }

  @Test
  void theHostsOwnClientIsUsedAndHasNoCertificates() {
    try (Fixture fixture = Fixture.vault()) {
      Map<String, String> fields = fixture.address(false);
      fields.put("credential", "host");
      fixture.sdk().createEcKey(new CreateEcKeyOptions("k"));

      try (KeyBackend backend =
          fixture.open(fields, new TestHost().with(KeyClient.class, fixture.sdk()))) {
        BackendKey key = backend.key(fixture.named("k"), call());
        sign(key);
        fixture.server.requests().clear();
        sign(key);
        assertThat(fixture.server.requests().toVault()).isEqualTo(1);
        assertThat(key.capability(CertificateSource.class)).isEmpty();
      }
    }
  }

  @Test
  void aHostsClientForAnotherVaultIsRefused() {
    try (Fixture fixture = Fixture.vault();
        Fixture other = Fixture.vault()) {
      Map<String, String> fields = fixture.address(false);
      fields.put("credential", "host");

      assertThatThrownBy(
              () -> fixture.open(fields, new TestHost().with(KeyClient.class, other.sdk())))
          .isInstanceOf(InvalidConfigurationException.class);
      assertThatThrownBy(() -> fixture.open(fields, new TestHost()))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("TokenCredential");
    }
  }

  private static void assertSigns(Fixture fixture, Map<String, String> fields, TestHost host) {
    fixture.sdk().createEcKey(new CreateEcKeyOptions("k"));
    try (KeyBackend backend = fixture.open(fields, host)) {
      sign(backend.key(fixture.named("k"), call()));
    }
  }

  private static void sign(BackendKey key) {
    assertThat(
            key.capability(Signing.class)
                .orElseThrow()
                .sign(
                    SignatureAlgorithm.ECDSA_SHA256,
                    Message.digest(HashAlgorithm.SHA256, new byte[32]),
                    call()))
        .hasSize(64);
  }

  private static X509Certificate selfSigned(KeyPair pair) throws Exception {
    X500Name name = new X500Name("CN=client");
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    Date.from(Instant.now().minusSeconds(60)),
                    Date.from(Instant.now().plusSeconds(3600)),
                    name,
                    pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static String stackTrace(Throwable e) {
    java.io.StringWriter out = new java.io.StringWriter();
    e.printStackTrace(new java.io.PrintWriter(out));
    return out.toString();
  }
}
