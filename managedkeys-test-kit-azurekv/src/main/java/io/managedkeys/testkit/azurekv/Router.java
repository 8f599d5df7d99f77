package io.managedkeys.testkit.azurekv;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Finds what a request asks for, and refuses those without a valid token with the challenge. */
final class Router {
  /** Asks for a token issued after the revocation, as continuous access evaluation does. */
  private static final String CLAIMS =
      Base64.getEncoder()
          .encodeToString(
              "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1\"}}}"
                  .getBytes(StandardCharsets.UTF_8));

  private final Tokens tokens;
  private final KeysApi keys;
  private final CertificatesApi certificates;
  private final String challenge;

  Router(Tokens tokens, KeysApi keys, CertificatesApi certificates, String challenge) {
    this.tokens = tokens;
    this.keys = keys;
    this.certificates = certificates;
    this.challenge = challenge;
  }

  Route route(HttpCall call) {
    Route token = tokens.route(call);
    if (token != null) {
      return token;
    }
    if (!tokens.valid(call.header("authorization"))) {
      boolean missing = call.header("authorization") == null;
      String message =
          missing
              ? "AKV10000: Request is missing a Bearer or PoP token."
              : "AKV10022: The token is not valid or has expired.";
      String header =
          tokens.revoked(call.header("authorization"))
              ? challenge + ", error=\"insufficient_claims\", claims=\"" + CLAIMS + "\""
              : challenge;
      return refusal(
          KeyVaultOperation.CHALLENGE,
          ServiceError.of(401, "Unauthorized", message).withHeader("WWW-Authenticate", header));
    }
    Route found = keys.route(call);
    if (found == null) {
      found = certificates.route(call);
    }
    if (found == null) {
      return refusal(
          KeyVaultOperation.UNKNOWN,
          ServiceError.of(404, "NotFound", "The request URI is not served: " + call.path()));
    }
    @Nullable String version = call.query().get("api-version");
    if (version == null || version.isEmpty()) {
      return refusal(
          found.operation(), ServiceError.badParameter("api-version must be specified."));
    }
    return found;
  }

  private static Route refusal(KeyVaultOperation operation, ServiceError error) {
    return Route.of(
        operation,
        () -> {
          throw error;
        });
  }
}
