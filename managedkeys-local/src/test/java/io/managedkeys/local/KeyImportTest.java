package io.managedkeys.local;

import static io.managedkeys.local.Local.can;
import static io.managedkeys.local.Local.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.ConflictException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.Message;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CertificateSource;
import io.managedkeys.spi.Signing;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyImportTest {

  private static final Provider BC = new BouncyCastleProvider();
  private static final char[] PASSWORD = "pässwört".toCharArray();

  @TempDir Path folder;
  private KeyPair pair;
  private X509Certificate certificate;

  @BeforeEach
  void keyAndCertificate() throws Exception {
    pair = PrivateKeys.generate(KeyType.EC_P256);
    certificate = certificate(pair);
  }

  private static X509Certificate certificate(KeyPair pair) throws Exception {
    X500Principal name = new X500Principal("CN=imported");
    long now = System.currentTimeMillis();
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    new Date(now - 1000),
                    new Date(now + 86_400_000L),
                    name,
                    pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
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

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** JDK 17 protects the keys of a PKCS #12 store with ASCII passwords only. */
  private static final char[] PKCS12_PASSWORD =
      Runtime.version().feature() < 22 ? "plain".toCharArray() : PASSWORD;

  @Test
  void pkcs12GivesItsKeysAndChains() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server", pair.getPrivate(), PKCS12_PASSWORD, new Certificate[] {certificate});
    byte[] aes = new byte[32];
    Arrays.fill(aes, (byte) 3);
    store.setKeyEntry("data", new SecretKeySpec(aes, "AES"), PKCS12_PASSWORD, null);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, PKCS12_PASSWORD);

    List<ImportedKey> keys = KeyImport.fromPkcs12(out.toByteArray(), PKCS12_PASSWORD);
    assertThat(keys).extracting(ImportedKey::alias).containsExactly("data", "server");
    assertThat(keys.get(0).type()).isEqualTo(KeyType.AES_256);
    assertThat(keys.get(0).material().copy()).isEqualTo(aes);
    assertThat(keys.get(1).type()).isEqualTo(KeyType.EC_P256);
    assertThat(keys.get(1).chain()).containsExactly(certificate);
    assertThat(keys.get(1).toString()).contains("server").contains("redacted");
    keys.forEach(ImportedKey::close);

    assertThatThrownBy(() -> KeyImport.fromPkcs12(out.toByteArray(), "wrong".toCharArray()))
        .isInstanceOf(BackendAuthenticationException.class);
    assertThatThrownBy(() -> KeyImport.fromPkcs12(new byte[100], PKCS12_PASSWORD))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void importedKeySignsFromTheFileWithItsChain() throws Exception {
    Path file = folder.resolve("keys");
    byte[] pem =
        ascii(
            pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                + pem("CERTIFICATE", certificate.getEncoded()));
    try (SecretBytes password = SecretBytes.copyOf(Local.PASSWORD.toCharArray());
        LocalKeyFile keyFile = LocalKeyFile.open(file, password);
        ImportedKey key = KeyImport.fromPem(pem, null)) {
      keyFile.add("server", key, EnumSet.of(Usage.SIGN));
      assertThat(keyFile.list()).hasSize(1);
      assertThatThrownBy(() -> keyFile.add("server", key, EnumSet.of(Usage.SIGN)))
          .isInstanceOf(ConflictException.class);
      X509Certificate foreign = certificate(PrivateKeys.generate(KeyType.EC_P256));
      assertThatThrownBy(() -> keyFile.putCertificateChain("server", List.of(foreign)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("own certificate first");
    }
    try (Local local = Local.inFile(file)) {
      BackendKey key = local.key("server");
      assertThat(can(key, CertificateSource.class).certificateChain(soon()))
          .containsExactly(certificate);
      byte[] message = {1, 2, 3};
      byte[] signature =
          can(key, Signing.class)
              .sign(SignatureAlgorithm.ECDSA_SHA256, Message.of(message), soon());
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(certificate);
      verifier.update(message);
      assertThat(verifier.verify(signature)).isTrue();
    }
  }

  @Test
  void encryptedPemOfOtherSoftwareIsRead() throws Exception {
    PKCS8Generator generator =
        new JcaPKCS8Generator(
            pair.getPrivate(),
            new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_128_CBC)
                .setProvider(BC)
                .setPassword("other".toCharArray())
                .setIterationCount(2048)
                .build());
    byte[] pem = ascii(pem("ENCRYPTED PRIVATE KEY", generator.generate().getContent()));
    try (ImportedKey key = KeyImport.fromPem(pem, "other".toCharArray())) {
      assertThat(key.material().copy()).isEqualTo(pair.getPrivate().getEncoded());
    }
    assertThatThrownBy(() -> KeyImport.fromPem(pem, "wrong".toCharArray()))
        .isInstanceOf(BackendAuthenticationException.class);
    assertThatThrownBy(() -> KeyImport.fromPem(pem, null))
        .isInstanceOf(BackendAuthenticationException.class);
  }

  @Test
  void ourPbes2IsReadByOtherSoftware() throws Exception {
    byte[] ours = Pbes2.encrypt(pair.getPrivate().getEncoded(), "ascii".toCharArray(), 100_000);
    var info = new PKCS8EncryptedPrivateKeyInfo(ours);
    var opened =
        info.decryptPrivateKeyInfo(
            new JceOpenSSLPKCS8DecryptorProviderBuilder()
                .setProvider(BC)
                .build("ascii".toCharArray()));
    assertThat(opened.getEncoded()).isEqualTo(pair.getPrivate().getEncoded());
    assertThat(Pbes2.decrypt(ours, "ascii".toCharArray()))
        .isEqualTo(pair.getPrivate().getEncoded());
  }

  @Test
  void badPemFilesAreRefusedByWhatIsWrong() throws Exception {
    byte[] der = pair.getPrivate().getEncoded();
    X509Certificate foreign = certificate(PrivateKeys.generate(KeyType.EC_P256));
    String[][] bad = {
      {pem("CERTIFICATE", certificate.getEncoded()), "no private key"},
      {pem("PRIVATE KEY", der) + pem("PRIVATE KEY", der), "more than one"},
      {pem("RSA PRIVATE KEY", der), "openssl pkcs8 -topk8"},
      {pem("PRIVATE KEY", new byte[40]), "not the PKCS #8 form"},
      {"-----BEGIN PRIVATE KEY-----\nAAAA\n", "ends within"},
      {pem("ENCRYPTED PRIVATE KEY", new byte[40]), "PBES2"},
      {
        pem("PRIVATE KEY", der) + pem("CERTIFICATE", foreign.getEncoded()), "do not belong together"
      },
    };
    for (String[] row : bad) {
      assertThatThrownBy(() -> KeyImport.fromPem(ascii(row[0]), PASSWORD))
          .as(row[1])
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(row[1]);
    }
  }
}
