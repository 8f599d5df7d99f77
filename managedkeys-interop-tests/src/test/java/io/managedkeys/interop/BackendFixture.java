package io.managedkeys.interop;

import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.jca.ManagedKeysProvider;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One backend with a key for each purpose, configured by a properties file as a user writes it, with
 * certificates of a throw-away authority. Made once for each backend and closed with the test run.
 *
 * <p>Keys: {@code rsa}, {@code ec}, {@code ed} sign and have chains; {@code rsa-raw} and {@code ec-raw}
 * sign what the caller hashed or padded too; {@code rsa-enc} decrypts and unwraps; {@code aes}
 * encrypts, {@code wrap} wraps, {@code hmac}, {@code ecdh} do what their names say; {@code bare} has no
 * certificate.
 */
final class BackendFixture implements AutoCloseable {

  /** Closes the fixtures at the end of the run. */
  static final class Lifecycle implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
      context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .computeIfAbsent(BackendFixture.class, type -> (AutoCloseable) BackendFixture::closeAll);
    }
  }

  private static final Map<BackendKind, BackendFixture> OPEN = new EnumMap<>(BackendKind.class);

  final BackendKind kind;
  final Path folder;
  final Path file;
  final TestAuthority authority = new TestAuthority();
  final ManagedKeys keys;
  final ManagedKeysProvider provider;
  private final SoftHsmToken token;

  static synchronized BackendFixture of(BackendKind kind) {
    return OPEN.computeIfAbsent(kind, BackendFixture::new);
  }

  private static synchronized void closeAll() {
    OPEN.values().forEach(BackendFixture::close);
    OPEN.clear();
  }

  private BackendFixture(BackendKind kind) {
    this.kind = kind;
    // Skips the test where SoftHSM is missing, before anything else is made.
    this.token = kind == BackendKind.SOFTHSM ? SoftHsmToken.create() : null;
    try {
      folder = Files.createTempDirectory("managedkeys-interop");
      file = folder.resolve("managedkeys.properties");
      Files.writeString(file, properties());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    keys = ManagedKeys.open(file);
    provider = ManagedKeysProvider.of(keys);
    generate("rsa", KeyType.RSA_2048);
    generate("ec", KeyType.EC_P256);
    generate("ed", KeyType.ED25519);
    generate("rsa-raw", KeyType.RSA_2048);
    generate("ec-raw", KeyType.EC_P256);
    generate("rsa-enc", KeyType.RSA_2048);
    generate("ecdh", KeyType.EC_P256);
    generate("bare", KeyType.EC_P384);
    generate("aes", KeyType.AES_256);
    generate("wrap", KeyType.AES_256);
    generate("hmac", KeyType.parse("HMAC-SHA256"));
  }

  private String properties() throws IOException {
    StringBuilder text = new StringBuilder();
    if (token == null) {
      Files.writeString(folder.resolve("password.txt"), "a password of the test");
      text.append("backend.it.type = local\n")
          .append("backend.it.file = keys.mkf\n")
          .append("backend.it.iterations = 100000\n")
          .append("backend.it.password = ${file:password.txt}\n");
    } else {
      Files.writeString(folder.resolve("pin.txt"), SoftHsmToken.PIN);
      text.append("library.softhsm = ").append(token.library()).append('\n');
      text.append("backend.it.type = pkcs11\n")
          .append("backend.it.library = softhsm\n")
          .append("backend.it.token-label = ")
          .append(token.label())
          .append('\n')
          .append("backend.it.pin = ${file:pin.txt}\n");
    }
    signing(text, "rsa", "");
    signing(text, "ec", "");
    signing(text, "ed", "");
    signing(
        text,
        "rsa-raw",
        "RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,"
            + " RSA_PSS_SHA512, RSA_PKCS1_NONE");
    signing(text, "ec-raw", "ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512, ECDSA_NONE");
    // SoftHSM 2 has OAEP with SHA-1 alone, which is permitted by name only.
    signing(text, "rsa-enc", token == null ? "" : "RSA_OAEP_SHA1");
    key(text, "rsa-enc", "decrypt, unwrap");
    key(text, "ecdh", "agree");
    key(text, "bare", "sign, verify");
    key(text, "aes", "encrypt, decrypt, random");
    key(text, "wrap", "wrap, unwrap");
    key(text, "hmac", "mac, verify-mac");
    return text.toString();
  }

  private void signing(StringBuilder text, String name, String algorithms) {
    if (!name.equals("rsa-enc")) {
      key(text, name, "sign, verify");
    }
    text.append("key.it.").append(name).append(".certificate-chain = ").append(name + ".pem\n");
    if (!algorithms.isEmpty()) {
      text.append("key.it.").append(name).append(".algorithms = ").append(algorithms + "\n");
    }
  }

  private void key(StringBuilder text, String name, String usages) {
    if (token != null) {
      text.append("key.it.").append(name).append(".key-label = ").append(name).append('\n');
    }
    text.append("key.it.").append(name).append(".usages = ").append(usages).append('\n');
    text.append("key.it.").append(name).append(".allow-generate-key = true\n");
  }

  private void generate(String name, KeyType type) {
    ManagedKey key =
        keys.registry().generate(Namespace.ROOT, io.managedkeys.KeyRef.parse("it:" + name), type);
    if (type.isSecret() || name.equals("bare") || name.equals("ecdh")) {
      return;
    }
    try {
      X509Certificate leaf = authority.issue(name, key.publicKey());
      Files.writeString(folder.resolve(name + ".pem"), pem(leaf) + pem(authority.certificate));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static String pem(X509Certificate certificate) throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            .encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  /** The OAEP that the backend can do. */
  OAEPParameterSpec oaep() {
    String hash = token == null ? "SHA-256" : "SHA-1";
    return new OAEPParameterSpec(
        hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT);
  }

  ManagedKey key(String name) {
    return keys.key("it:" + name);
  }

  PrivateKey privateKey(String name) {
    return ManagedKeysProvider.privateKey(key(name));
  }

  PublicKey publicKey(String name) {
    return key(name).publicKey();
  }

  /** A provider that shows these keys only, named apart from {@link #provider}. */
  ManagedKeysProvider providerOf(String... names) {
    Set<String> refs = Stream.of(names).map(name -> "it:" + name).collect(Collectors.toSet());
    return ManagedKeysProvider.of(String.join("-", names), new OnlyKeys(keys, refs));
  }

  /** The key store of a provider, as a consumer is given it. */
  static KeyStore store(ManagedKeysProvider provider) throws Exception {
    KeyStore store = KeyStore.getInstance("ManagedKeys", provider);
    store.load(null, null);
    return store;
  }

  /** The JDK's context with these key managers' store, or none, which trusts the authority. */
  SSLContext context(KeyStore store) throws Exception {
    KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
    managers.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS", "SunJSSE");
    context.init(store == null ? null : managers.getKeyManagers(), trust(), null);
    return context;
  }

  TrustManager[] trust() throws Exception {
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX", "SunJSSE");
    trust.init(authority.trust());
    return trust.getTrustManagers();
  }

  X509Certificate certificate(String name) {
    return key(name).certificateChain().get(0);
  }

  @Override
  public void close() {
    keys.close();
    if (token != null) {
      token.close();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
