package io.managedkeys.vault.client;

import io.managedkeys.SecretBytes;
import io.managedkeys.vault.client.VaultFailure.Kind;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an answer is. A success is a status of 200 with a JSON object, or of 200 or 204
 * without a body where the request expects none; everything else is a failure.
 */
final class AnswerReader {

  private static final Duration MAX_HINT = Duration.ofMinutes(10);

  private AnswerReader() {}

  static VaultAnswer read(VaultRequest request, HttpResponse<byte[]> response) throws VaultFailure {
    byte[] body = response.body();
    try {
      int status = response.statusCode();
      if (status == 200 || status == 204) {
        return success(request, response, body);
      }
      throw failure(request, response, body);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private static VaultAnswer success(
      VaultRequest request, HttpResponse<byte[]> response, byte[] body) throws VaultFailure {
    int status = response.statusCode();
    if (body.length == 0) {
      if (request.emptyAnswer()) {
        return new VaultAnswer(null, null);
      }
      throw malformed(request, status, "a success without a body");
    }
    if (!isJson(response)) {
      throw malformed(request, status, "a success that is not JSON: is this a Vault address?");
    }
    JsonObject object;
    try {
      object = JsonObject.parse(body);
    } catch (MalformedAnswerException e) {
      throw malformed(request, status, e.getMessage());
    }
    // Some listings answer 200 with errors in place of data.
    if (object.has("errors") && !object.has("data") && !object.has("auth")) {
      object.close();
      throw malformed(request, status, "a success with errors");
    }
    return new VaultAnswer(object.optionalText("request_id"), object);
  }

  private static VaultFailure malformed(VaultRequest request, int status, @Nullable String remark) {
    return new VaultFailure(Kind.MALFORMED, request, status, List.of(), null, null, remark, null);
  }

  private static VaultFailure failure(
      VaultRequest request, HttpResponse<byte[]> response, byte[] body) {
    int status = response.statusCode();
    Refusal refusal = refusal(request, response, body);
    return new VaultFailure(
        kind(status, refusal),
        request,
        status,
        refusal.errors,
        refusal.requestId,
        retryAfter(response),
        remark(request, response, refusal),
        null);
  }

  /** What a refusal's body says. */
  private record Refusal(boolean json, List<String> errors, @Nullable String requestId) {}

  private static Refusal refusal(VaultRequest request, HttpResponse<byte[]> response, byte[] body) {
    if (body.length == 0 || !isJson(response)) {
      return new Refusal(false, List.of(), null);
    }
    JsonObject object;
    try {
      object = JsonObject.parse(body);
    } catch (MalformedAnswerException e) {
      return new Refusal(false, List.of(), null);
    }
    String requestId = object.optionalText("request_id");
    try {
      List<String> errors =
          object.texts("errors").stream().map(error -> withoutToken(request, error)).toList();
      object.close();
      return new Refusal(true, errors, requestId);
    } catch (MalformedAnswerException e) {
      object.close();
      return new Refusal(false, List.of(), requestId);
    }
  }

  /** A proxy that quotes the request must not bring the token into a log. */
  private static String withoutToken(VaultRequest request, String error) {
    SecretBytes token = request.token();
    if (token == null || token.length() == 0) {
      return error;
    }
    String text = token.use(bytes -> new String(bytes, StandardCharsets.US_ASCII));
    return error.replace(text, "(redacted)");
  }

  private static Kind kind(int status, Refusal refusal) {
    boolean sealed = refusal.errors.stream().anyMatch(e -> e.contains("sealed"));
    return switch (status) {
      case 401, 403 -> Kind.DENIED;
      case 404 -> Kind.MISSING;
      case 412 -> Kind.STALE;
      case 429 -> Kind.THROTTLED;
      case 301, 302, 303, 307, 308, 472, 473 -> Kind.STANDBY;
      // The service answers in JSON; a proxy that cannot reach it answers in its own words, and
      // then nobody knows how far the request came.
      case 503 -> sealed ? Kind.SEALED : refusal.json ? Kind.STANDBY : Kind.UNAVAILABLE;
      case 502, 504 -> Kind.UNAVAILABLE;
      default -> status >= 500 ? standbyOr(refusal) : status >= 400 ? Kind.REFUSED : Kind.MALFORMED;
    };
  }

  private static Kind standbyOr(Refusal refusal) {
    boolean standby =
        refusal.errors.stream()
            .anyMatch(
                e ->
                    e.contains("local node not active but active cluster node not found")
                        || e.contains("node is not active")
                        || e.contains("is in standby mode"));
    return standby ? Kind.STANDBY : Kind.FAULT;
  }

  private static @Nullable String remark(
      VaultRequest request, HttpResponse<byte[]> response, Refusal refusal) {
    int status = response.statusCode();
    if (status / 100 == 3) {
      return "redirects are not followed, because the token would go to a host that is not"
          + " configured: add the active node to the field 'address', or enable forwarding";
    }
    if (status < 400) {
      return "an unexpected status";
    }
    if (!refusal.json && !request.method().equals("HEAD")) {
      return "no JSON, so a proxy may have answered";
    }
    return null;
  }

  private static boolean isJson(HttpResponse<byte[]> response) {
    Optional<String> type = response.headers().firstValue("Content-Type");
    return type.isPresent()
        && type.get().split(";", 2)[0].strip().equalsIgnoreCase("application/json");
  }

  /** Seconds only: the HTTP date form would trust the server's clock. */
  private static @Nullable Duration retryAfter(HttpResponse<byte[]> response) {
    String text = response.headers().firstValue("Retry-After").orElse("");
    if (!text.matches("\\d{1,6}")) {
      return null;
    }
    Duration hint = Duration.ofSeconds(Long.parseLong(text));
    return hint.compareTo(MAX_HINT) > 0 ? MAX_HINT : hint;
  }
}
