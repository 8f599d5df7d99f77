package io.managedkeys.testkit.azurekv;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of Microsoft Entra ID that a Key Vault client meets: OAuth 2.0 client credentials with a
 * secret or an assertion (RFC 6749, RFC 7523), and the endpoints of a managed identity. Tokens are
 * opaque, live for an hour and are known to this server only.
 */
final class Tokens {
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /** Who may have a token. */
  record Clients(
      String tenantId,
      String clientId,
      String clientSecret,
      @Nullable X509Certificate certificate,
      @Nullable String federatedToken,
      Set<String> managedIdentities,
      String identityHeader) {}

  private final Clients clients;
  private final String resource;
  private final Supplier<Instant> now;
  private final Map<String, Instant> issued = new ConcurrentHashMap<>();

  Tokens(Clients clients, String resource, Supplier<Instant> now) {
    this.clients = clients;
    this.resource = resource;
    this.now = now;
  }

  String issue() {
    String token = RandomSource.id() + RandomSource.id();
    issued.put(token, now.get().plus(LIFETIME));
    return token;
  }

  /** Revoked ones stay in the table, with an end in the past. */
  void revokeAll() {
    issued.replaceAll((token, end) -> Instant.EPOCH);
  }

  /** Whether the token was issued here and revoked since, which earns a claims challenge. */
  boolean revoked(@Nullable String authorization) {
    return authorization != null
        && authorization.startsWith("Bearer ")
        && Instant.EPOCH.equals(issued.get(authorization.substring("Bearer ".length())));
  }

  boolean valid(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      return false;
    }
    Instant end = issued.get(authorization.substring("Bearer ".length()));
    return end != null && now.get().isBefore(end);
  }

  @Nullable Route route(HttpCall call) {
    if (call.matches("POST", clients.tenantId(), "oauth2", "v2.0", "token")) {
      return Route.of(KeyVaultOperation.TOKEN, () -> clientCredentials(form(call)));
    }
    if (call.matches("GET", "msi", "token")) {
      return Route.of(
          KeyVaultOperation.TOKEN,
          () -> {
            if (!clients.identityHeader().equals(call.header("x-identity-header"))) {
              throw ServiceError.of(401, "Unauthorized", "X-IDENTITY-HEADER is not valid.");
            }
            return managedIdentity(call.query());
          });
    }
    if (call.matches("GET", "metadata", "identity", "oauth2", "token")) {
      return Route.of(
          KeyVaultOperation.TOKEN,
          () -> {
            if (!"true".equalsIgnoreCase(call.header("metadata"))) {
              throw ServiceError.of(400, "bad_request", "The header Metadata is missing.");
            }
            return managedIdentity(call.query());
          });
    }
    return null;
  }

  private static Map<String, String> form(HttpCall call) {
    return HttpCall.form(new String(call.body(), StandardCharsets.UTF_8));
  }

  private Map<String, Object> clientCredentials(Map<String, String> form) {
    if (!"client_credentials".equals(form.get("grant_type"))) {
      throw ServiceError.of(400, "unsupported_grant_type", "Only client_credentials is served.");
    }
    String scopes = " " + form.getOrDefault("scope", "") + " ";
    if (!scopes.contains(" " + resource + "/.default ")) {
      throw ServiceError.of(400, "invalid_scope", "AADSTS70011: The scope is not valid.");
    }
    if (!clients.clientId().equals(form.get("client_id"))) {
      throw ServiceError.of(400, "unauthorized_client", "AADSTS700016: Application not found.");
    }
    boolean known =
        form.containsKey("client_assertion")
            ? ASSERTION_TYPE.equals(form.get("client_assertion_type"))
                && assertionIsValid(form.get("client_assertion"))
            : equal(clients.clientSecret(), form.get("client_secret"));
    if (!known) {
      throw ServiceError.of(
          401, "invalid_client", "AADSTS7000215: Invalid client secret or assertion provided.");
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("token_type", "Bearer");
    answer.put("expires_in", LIFETIME.toSeconds());
    answer.put("ext_expires_in", LIFETIME.toSeconds());
    answer.put("access_token", issue());
    return answer;
  }

  private Map<String, Object> managedIdentity(Map<String, String> query) {
    String selected = "";
    for (String name :
        new String[] {"client_id", "mi_res_id", "msi_res_id", "object_id", "principal_id"}) {
      selected = query.getOrDefault(name, selected);
    }
    if (!clients.managedIdentities().contains(selected)) {
      throw ServiceError.of(400, "invalid_request", "Identity not found");
    }
    if (!resource.equals(query.get("resource"))) {
      throw ServiceError.of(400, "invalid_resource", "AADSTS500011: The resource is unknown.");
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("access_token", issue());
    answer.put("token_type", "Bearer");
    answer.put("resource", resource);
    answer.put("expires_in", Long.toString(LIFETIME.toSeconds()));
    answer.put("expires_on", Long.toString(now.get().plus(LIFETIME).getEpochSecond()));
    return answer;
  }

  private boolean assertionIsValid(@Nullable String assertion) {
    if (assertion == null) {
      return false;
    }
    if (clients.federatedToken() != null && equal(clients.federatedToken(), assertion)) {
      return true;
    }
    String[] parts = assertion.split("\\.", -1);
    if (clients.certificate() == null || parts.length != 3) {
      return false;
    }
    try {
      String alg = Json.parse(Base64.getUrlDecoder().decode(parts[0])).string("alg");
      Signature verifier;
      if ("PS256".equals(alg)) {
        verifier = Signature.getInstance("RSASSA-PSS");
        verifier.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
      } else if ("RS256".equals(alg)) {
        verifier = Signature.getInstance("SHA256withRSA");
      } else {
        return false;
      }
      verifier.initVerify(clients.certificate());
      verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return verifier.verify(Base64.getUrlDecoder().decode(parts[2]));
    } catch (GeneralSecurityException | IllegalArgumentException | ServiceError e) {
      return false;
    }
  }

  private static boolean equal(String expected, @Nullable String actual) {
    return actual != null
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
  }
}
