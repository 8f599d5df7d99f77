package io.managedkeys.testkit.awskms;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks a request's Signature Version 4 ("AWS API request signing"): the credential, its scope, the
 * age and the signature itself over method, path, signed headers and body.
 */
final class RequestSignature {
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([^/,]+)/(\\d{8})/([^/,]+)/([^/,]+)/aws4_request,\\s*"
              + "SignedHeaders=([^,]+),\\s*Signature=([0-9a-f]{64})");
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Duration TOLERANCE = Duration.ofMinutes(15);

  /** Who signed a request, and for which region and service. */
  record Scope(String accessKeyId, String region, String service) {}

  private final Credentials credentials;

  RequestSignature(Credentials credentials) {
    this.credentials = credentials;
  }

  Scope check(HttpExchange exchange, byte[] body, Instant now) {
    Headers headers = exchange.getRequestHeaders();
    String authorization = headers.getFirst("Authorization");
    if (authorization == null) {
      throw ServiceError.client(
          "MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    Matcher parts = AUTHORIZATION.matcher(authorization);
    if (!parts.matches()) {
      throw ServiceError.client(
          "IncompleteSignatureException", "The Authorization header is not Signature Version 4.");
    }
    Credentials.AccessKey key = credentials.find(parts.group(1));
    if (key == null) {
      throw ServiceError.client(
          "UnrecognizedClientException", "The security token included in the request is invalid.");
    }
    checkSession(key, headers, now);
    String date = first(headers, "X-Amz-Date");
    checkDate(date, parts.group(2), now);
    List<String> signed = List.of(parts.group(5).split(";"));
    if (!signed.contains("host") || !signed.contains("x-amz-date")) {
      throw mismatch("'Host' and 'X-Amz-Date' must be signed headers");
    }
    String scope = parts.group(2) + "/" + parts.group(3) + "/" + parts.group(4) + "/aws4_request";
    String toSign =
        "AWS4-HMAC-SHA256\n"
            + date
            + "\n"
            + scope
            + "\n"
            + sha256(canonicalRequest(exchange, signed, body));
    byte[] signing = hmac(utf8("AWS4" + key.secret()), parts.group(2));
    signing = hmac(signing, parts.group(3));
    signing = hmac(signing, parts.group(4));
    signing = hmac(signing, "aws4_request");
    String expected = HexFormat.of().formatHex(hmac(signing, toSign));
    if (!MessageDigest.isEqual(utf8(expected), utf8(parts.group(6)))) {
      throw mismatch(
          "The request signature we calculated does not match the signature you provided.");
    }
    return new Scope(key.id(), parts.group(3), parts.group(4));
  }

  private static void checkSession(Credentials.AccessKey key, Headers headers, Instant now) {
    String expected = key.sessionToken();
    String given = headers.getFirst("X-Amz-Security-Token");
    if (expected == null ? given != null : !expected.equals(given)) {
      throw ServiceError.client(
          "UnrecognizedClientException", "The security token included in the request is invalid.");
    }
    Instant expires = key.expires();
    if (expires != null && !now.isBefore(expires)) {
      throw ServiceError.client(
          "ExpiredTokenException", "The security token included in the request is expired");
    }
  }

  private static void checkDate(String date, String scopeDate, Instant now) {
    Instant signedAt;
    try {
      signedAt = DATE.parse(date, Instant::from);
    } catch (DateTimeParseException e) {
      throw mismatch("X-Amz-Date is not a date");
    }
    if (!date.startsWith(scopeDate)
        || Duration.between(signedAt, now).abs().compareTo(TOLERANCE) > 0) {
      throw mismatch("Signature expired: " + date + " is too far from the server's time");
    }
  }

  private static String canonicalRequest(HttpExchange exchange, List<String> signed, byte[] body) {
    StringBuilder canonical = new StringBuilder(exchange.getRequestMethod()).append('\n');
    canonical.append(exchange.getRequestURI().getRawPath()).append('\n');
    String query = exchange.getRequestURI().getRawQuery();
    canonical.append(query == null ? "" : query).append('\n');
    for (String name : signed) {
      List<String> values = exchange.getRequestHeaders().getOrDefault(name, List.of());
      canonical.append(name).append(':');
      canonical.append(String.join(",", values).trim().replaceAll(" +", " ")).append('\n');
    }
    canonical.append('\n').append(String.join(";", signed)).append('\n').append(sha256(body));
    return canonical.toString();
  }

  private static String first(Headers headers, String name) {
    String value = headers.getFirst(name);
    if (value == null) {
      throw mismatch("No " + name + " header");
    }
    return value;
  }

  private static ServiceError mismatch(String message) {
    return ServiceError.client("InvalidSignatureException", message);
  }

  private static String sha256(String text) {
    return sha256(utf8(text));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
