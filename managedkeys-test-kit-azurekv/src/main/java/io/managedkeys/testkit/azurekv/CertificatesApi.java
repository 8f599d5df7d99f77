package io.managedkeys.testkit.azurekv;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /certificates} and {@code GET /secrets}, as far as reading a chain needs them. As in
 * the service a certificate, its key and its secret share name and version, and the secret holds the
 * private key only where the policy says that it is exportable.
 */
final class CertificatesApi {

  private record Stored(
      String version,
      List<X509Certificate> chain,
      PrivateKey privateKey,
      boolean exportable,
      boolean pem,
      String kty) {}

  private final String base;
  private final Map<String, Stored> certificates = new ConcurrentHashMap<>();

  CertificatesApi(String base) {
    this.base = base;
  }

  void put(
      String name,
      String version,
      List<X509Certificate> chain,
      PrivateKey privateKey,
      boolean exportable,
      boolean pem,
      String kty) {
    certificates.put(
        name, new Stored(version, List.copyOf(chain), privateKey, exportable, pem, kty));
  }

  @Nullable Route route(HttpCall call) {
    String name = call.segment(1);
    String version = call.segment(2);
    if (call.matches("GET", "certificates", "*") || call.matches("GET", "certificates", "*", "*")) {
      return Route.of(
          KeyVaultOperation.GET_CERTIFICATE,
          () -> bundle(name, find(name, version, "CertificateNotFound")));
    }
    if (call.matches("GET", "secrets", "*") || call.matches("GET", "secrets", "*", "*")) {
      return Route.of(
          KeyVaultOperation.GET_SECRET, () -> secret(name, find(name, version, "SecretNotFound")));
    }
    return null;
  }

  private Stored find(String name, String version, String code) {
    Stored stored = certificates.get(name);
    if (stored == null || !(version.isEmpty() || version.equals(stored.version()))) {
      throw ServiceError.of(
          404, code, "A certificate with (name/id) " + name + " was not found in this key vault.");
    }
    return stored;
  }

  private Map<String, Object> bundle(String name, Stored stored) {
    byte[] leaf = encoded(stored.chain().get(0));
    Map<String, Object> policy = new LinkedHashMap<>();
    policy.put("id", base + "/certificates/" + name + "/policy");
    policy.put("key_props", Map.of("exportable", stored.exportable(), "kty", stored.kty()));
    policy.put("secret_props", Map.of("contentType", contentType(stored)));
    Map<String, Object> bundle = new LinkedHashMap<>();
    bundle.put("id", base + "/certificates/" + name + "/" + stored.version());
    bundle.put("kid", base + "/keys/" + name + "/" + stored.version());
    bundle.put("sid", base + "/secrets/" + name + "/" + stored.version());
    bundle.put("x5t", Json.base64Url(sha1(leaf)));
    bundle.put("cer", Base64.getEncoder().encodeToString(leaf));
    bundle.put("attributes", Map.of("enabled", true));
    bundle.put("policy", policy);
    return bundle;
  }

  private Map<String, Object> secret(String name, Stored stored) {
    Map<String, Object> secret = new LinkedHashMap<>();
    secret.put("value", stored.pem() ? pem(stored) : pkcs12(stored));
    secret.put("contentType", contentType(stored));
    secret.put("id", base + "/secrets/" + name + "/" + stored.version());
    secret.put("managed", true);
    secret.put("attributes", Map.of("enabled", true));
    secret.put("kid", base + "/keys/" + name + "/" + stored.version());
    return secret;
  }

  private static String contentType(Stored stored) {
    return stored.pem() ? "application/x-pem-file" : "application/x-pkcs12";
  }

  private static String pem(Stored stored) {
    StringBuilder pem = new StringBuilder();
    if (stored.exportable()) {
      append(pem, "PRIVATE KEY", stored.privateKey().getEncoded());
    }
    for (X509Certificate certificate : stored.chain()) {
      append(pem, "CERTIFICATE", encoded(certificate));
    }
    return pem.toString();
  }

  private static void append(StringBuilder pem, String label, byte[] der) {
    pem.append("-----BEGIN ").append(label).append("-----\n");
    pem.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    pem.append("\n-----END ").append(label).append("-----\n");
  }

  private static String pkcs12(Stored stored) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      if (stored.exportable()) {
        store.setKeyEntry(
            "key", stored.privateKey(), new char[0], stored.chain().toArray(new Certificate[0]));
      } else {
        int index = 0;
        for (X509Certificate certificate : stored.chain()) {
          store.setCertificateEntry("certificate" + index++, certificate);
        }
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      store.store(out, new char[0]);
      return Base64.getEncoder().encodeToString(out.toByteArray());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
