package io.managedkeys.examples;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.GrantMissingException;
import io.managedkeys.KeyAccess;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Subject;
import io.managedkeys.pki.CertificateAuthority;
import io.managedkeys.pki.CertificateProfile;
import io.managedkeys.pki.CertificateRequest;
import io.managedkeys.registry.ManagedKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/** The main job from end to end: {@code bin/quickstart} runs it and the README shows it. */
final class Quickstart {

  private final Path work;
  private final ManagedKeys keys;
  private final Report report = new Report();

  private Quickstart(Path work, ManagedKeys keys) {
    this.work = work;
    this.keys = keys;
  }

  public static void main(String[] arguments) throws Exception {
    QuickstartSetup setup = QuickstartSetup.parse(arguments);
    try (ManagedKeys keys = ManagedKeys.open(setup.writeConfiguration())) {
      System.out.println("Backend: " + setup.description());
      new Quickstart(setup.work(), keys).run();
    }
  }

  private void run() throws Exception {
    makeKeys();
    List<X509Certificate> chain = issueCertificates();
    Checks.chain(report, work, chain);
    Checks.tls(report, keys.access(Namespace.ROOT, Subject.mount("web")), chain.get(2));
    signDocument();
    encryptFile();
    showRefusal();
    report.done();
  }

  /** Keys are made only on request, and only for entries that allow it. */
  private void makeKeys() {
    Map.of(
            "keys:root", KeyType.EC_P384,
            "keys:issuing", KeyType.EC_P256,
            "keys:server", KeyType.EC_P256,
            "keys:files", KeyType.AES_256)
        .forEach((ref, type) -> keys.registry().generate(Namespace.ROOT, KeyRef.parse(ref), type));
    report.step("made a root, an issuing, a server and a file key in the backend");
  }

  /** The PKI gets the keys that are granted to its mount, and no others. */
  private List<X509Certificate> issueCertificates() throws Exception {
    KeyAccess pki = keys.access(Namespace.ROOT, Subject.mount("pki"));
    CertificateAuthority root =
        CertificateAuthority.selfSigned(
            pki.key("keys:root"),
            new X500Principal("CN=Quickstart Root"),
            CertificateProfile.authority(Duration.ofDays(3650), 1));
    CertificateRequest issuingRequest =
        CertificateRequest.parse(
            CertificateRequest.create(
                pki.key("keys:issuing"), new X500Principal("CN=Quickstart Issuing"), List.of()));
    CertificateAuthority issuing =
        CertificateAuthority.of(
            pki.key("keys:issuing"),
            root.issue(issuingRequest, CertificateProfile.authority(Duration.ofDays(1825), 0)));

    KeyAccess web = keys.access(Namespace.ROOT, Subject.mount("web"));
    CertificateRequest serverRequest =
        CertificateRequest.parse(
            CertificateRequest.create(
                web.key("keys:server"), new X500Principal("CN=localhost"), List.of("localhost")));
    X509Certificate server =
        issuing.issue(serverRequest, CertificateProfile.server(Duration.ofDays(90), "localhost"));

    Files.writeString(work.resolve("server.pem"), Pem.of(server, issuing.certificate()));
    report.step("issued root, intermediate and server certificates");
    return List.of(server, issuing.certificate(), root.certificate());
  }

  private void signDocument() {
    ManagedKey key = keys.key("keys:server");
    byte[] document = "We, the undersigned".getBytes(StandardCharsets.UTF_8);
    byte[] signature = key.sign(SignatureAlgorithm.ECDSA_SHA256, document);
    boolean right = key.verify(SignatureAlgorithm.ECDSA_SHA256, document, signature);
    document[0]++;
    boolean wrong = key.verify(SignatureAlgorithm.ECDSA_SHA256, document, signature);
    report.require(
        right && !wrong, "signed a document, verified it, and saw a changed one refused");
  }

  private void encryptFile() throws Exception {
    ManagedKey key = keys.access(Namespace.ROOT, Subject.mount("files")).key("keys:files");
    Path plain = Files.writeString(work.resolve("secret.txt"), "the quick brown fox");
    byte[] name = "secret.txt".getBytes(StandardCharsets.UTF_8);
    byte[] ciphertext = key.encrypt(EncryptionAlgorithm.AES_GCM, Files.readAllBytes(plain), name);
    Path sealed = Files.write(work.resolve("secret.mk"), ciphertext);
    byte[] opened = key.decrypt(EncryptionAlgorithm.AES_GCM, Files.readAllBytes(sealed), name);
    report.require(
        Arrays.equals(opened, Files.readAllBytes(plain)),
        "encrypted a file with a key that never left the backend, and decrypted it");
  }

  /** A mount without a grant is refused, before anything is asked of the backend. */
  private void showRefusal() {
    try {
      keys.access(Namespace.ROOT, Subject.mount("transit")).key("keys:root");
      report.require(false, "the mount transit/ must not reach the root key");
    } catch (GrantMissingException e) {
      report.step("refused what was not granted: " + e.getMessage());
    }
  }
}
