package io.managedkeys.azurekv;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.azurekv.ServiceErrors.Doing;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.CertificateSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The vault's certificate of a key. The service gives the leaf with the certificate and the chain in
 * the secret of the same name; that secret holds the private key too where the certificate's policy
 * lets it out, and then it is not read: the chain is the leaf alone.
 *
 * <p>The vendor's certificates SDK at the versions that fit the keys SDK can't be had from Central,
 * and two GET requests over its pipeline do ("Get Certificate", "Get Secret").
 */
final class VaultCertificate implements CertificateSource {
  private static final String API_VERSION = "7.6";

  private final Vault vault;
  private final AzureKey key;
  private final String name;

  VaultCertificate(Vault vault, AzureKey key, String name) {
    this.vault = vault;
    this.key = key;
    this.name = name;
  }

  @Override
  public List<X509Certificate> certificateChain(CallContext call) {
    Map<?, ?> certificate;
    try {
      certificate = get("certificates", version(), call);
    } catch (KeyNotFoundException e) {
      return List.of();
    }
    X509Certificate leaf = CertificateChains.leaf(base64(text(certificate, "cer")));
    requireOurs(leaf);
    if (!isKeptInside(certificate)) {
      return List.of(leaf);
    }
    Map<?, ?> secret = get("secrets", lastSegment(text(certificate, "sid")), call);
    return CertificateChains.order(
        leaf, CertificateChains.parse(text(secret, "contentType"), text(secret, "value")));
  }

  /** Certificate, key and secret share a version, unless another certificate was named. */
  private String version() {
    return name.equalsIgnoreCase(key.name()) ? key.version() : "";
  }

  private void requireOurs(X509Certificate leaf) {
    byte[] spki = key.info().spki().orElse(null);
    if (!Arrays.equals(leaf.getPublicKey().getEncoded(), spki)) {
      throw new IdentityChangedException(
          "the vault's certificate \"" + name + "\" is for another key; correct \"certificate\"");
    }
  }

  private static boolean isKeptInside(Map<?, ?> certificate) {
    return certificate.get("policy") instanceof Map<?, ?> policy
        && policy.get("key_props") instanceof Map<?, ?> properties
        && Boolean.FALSE.equals(properties.get("exportable"));
  }

  private Map<?, ?> get(String collection, String version, CallContext call) {
    String url =
        vault.address().url()
            + "/"
            + collection
            + "/"
            + name
            + (version.isEmpty() ? "" : "/" + version)
            + "?api-version="
            + API_VERSION;
    HttpPipeline pipeline = Objects.requireNonNull(vault.pipeline());
    return vault.call(
        call,
        Doing.READING,
        context -> {
          HttpRequest request =
              new HttpRequest(HttpMethod.GET, url)
                  .setHeader(HttpHeaderName.ACCEPT, "application/json");
          return read(pipeline, request, context);
        });
  }

  private static Map<?, ?> read(HttpPipeline pipeline, HttpRequest request, Context context) {
    try (HttpResponse response = pipeline.sendSync(request, context)) {
      Map<?, ?> body = json(response.getBodyAsBinaryData().toBytes());
      if (response.getStatusCode() != 200) {
        throw new HttpResponseException("refused", response, body);
      }
      return body;
    }
  }

  private static Map<?, ?> json(byte[] body) {
    try (JsonReader reader = JsonProviders.createReader(body)) {
      return reader.readUntyped() instanceof Map<?, ?> map ? map : Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Map<?, ?> body, String field) {
    if (body.get(field) instanceof String text) {
      return text;
    }
    throw new ManagedKeyException("the vault's answer lacks \"" + field + "\"", null);
  }

  private static String lastSegment(String id) {
    return id.substring(id.lastIndexOf('/') + 1);
  }

  private static byte[] base64(@Nullable String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new ManagedKeyException("the vault's certificate is not base64", e);
    }
  }
}
