package io.managedkeys.azurekv;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import com.microsoft.aad.msal4j.MsalServiceException;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.ThrottledException;
import io.managedkeys.UsageDeniedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The one table from what the SDK throws to this library's types. Statuses and codes are those of
 * "Azure Key Vault REST API Error Codes"; the inner code says more than the code, where there is one.
 */
final class ServiceErrors {

  /** What a call does, where the same answer means different things. */
  enum Doing {
    /** Signs, encrypts, wraps, verifies: a 400 is the input's fault. */
    USING,
    /** Decrypts or unwraps: a 400 is the ciphertext's fault. */
    OPENING,
    /** Reads a key's or the vault's description. */
    READING,
    /** Makes, changes or deletes a key. */
    CHANGING
  }

  private static final HttpHeaderName REQUEST_ID = HttpHeaderName.fromString("x-ms-request-id");
  private static final HttpHeaderName RETRY_AFTER_MS = HttpHeaderName.fromString("retry-after-ms");
  private static final HttpHeaderName X_MS_RETRY_AFTER_MS =
      HttpHeaderName.fromString("x-ms-retry-after-ms");
  private static final Set<String> STATE_CODES =
      Set.of(
          "KeyDisabled",
          "KeyExpired",
          "KeyNotYetValid",
          "ObjectIsDeletedButRecoverable",
          "ObjectIsBeingDeleted",
          "ObjectIsBeingRecovered");
  private static final int DEEPEST_CAUSE = 20;

  private ServiceErrors() {}

  static ManagedKeyException of(RuntimeException failure, Doing doing, Clock clock) {
    if (failure instanceof ManagedKeyException known) {
      return known;
    }
    HttpResponse response = response(failure);
    if (response != null) {
      Object body = ((HttpResponseException) failure).getValue();
      return ofAnswer(failure, response, codeOf(body), doing, clock);
    }
    return ofSilence(failure);
  }

  private static @Nullable HttpResponse response(RuntimeException failure) {
    return failure instanceof HttpResponseException http ? http.getResponse() : null;
  }

  private static ManagedKeyException ofAnswer(
      RuntimeException failure, HttpResponse response, String code, Doing doing, Clock clock) {
    int status = response.getStatusCode();
    ManagedKeyException mapped = byStatus(status, code, doing, failure);
    if (status == 429) {
      mapped =
          new ThrottledException(
              "Key Vault asks to slow down; spread the load, cache data keys, or use more vaults",
              failure,
              retryAfter(response, clock));
    }
    return mapped.service(
        code.isEmpty() ? Integer.toString(status) : code, response.getHeaderValue(REQUEST_ID));
  }

  private static ManagedKeyException byStatus(
      int status, String code, Doing doing, RuntimeException cause) {
    return switch (status) {
      case 400 -> badRequest(doing, cause);
      case 401 ->
          new BackendAuthenticationException(
              "Key Vault refused the token; check tenant, client and the vault's directory", cause);
      case 403 -> forbidden(code, cause);
      case 404 ->
          new KeyNotFoundException(
              "there is no such key or version in the vault; check key-name and key-version, and"
                  + " whether it was deleted",
              cause);
      case 409 ->
          doing == Doing.CHANGING
              ? new ConflictException(
                  "the name is held by a deleted key or by a change under way; recover or purge the"
                      + " deleted key, or take another name",
                  cause)
              : new KeyStateException("the key is being changed or deleted", cause);
      default ->
          status == 408 || status >= 500
              ? new BackendUnavailableException("Key Vault failed with status " + status, cause)
              : new ManagedKeyException("Key Vault answered with status " + status, cause);
    };
  }

  private static ManagedKeyException badRequest(Doing doing, RuntimeException cause) {
    return switch (doing) {
      case OPENING ->
          new InvalidCiphertextException(
              "the ciphertext is damaged, was made by another key, or its associated data differs",
              cause);
      case USING ->
          new InvalidInputException(
              "Key Vault refused the input: its length or the algorithm does not fit the key; for a"
                  + " symmetric key check aes-bits",
              cause);
      case READING, CHANGING ->
          new InvalidInputException(
              "Key Vault refused the request; check key-name, key-version, key type and protection"
                  + " (HSM keys need the Premium tier or a Managed HSM)",
              cause);
    };
  }

  private static ManagedKeyException forbidden(String code, RuntimeException cause) {
    if (STATE_CODES.contains(code)) {
      return new KeyStateException(
          "the key's state forbids it: " + code + "; enable it or correct its dates in the vault",
          cause);
    }
    if (code.equals("KeyOperationForbidden")) {
      return new UsageDeniedException("the key's own key_ops do not allow the operation", cause);
    }
    if (code.startsWith("ForbiddenBy")
        && !code.equals("ForbiddenByRbac")
        && !code.equals("ForbiddenByPolicy")) {
      return new BackendAuthenticationException(
          "the vault's network rules refuse this host; see its firewall", cause);
    }
    return new BackendAuthenticationException(
        "the client has no permission for this operation in the vault; see the roles in the guide",
        cause);
  }

  /** No answer came: a network's, a token's or the SDK's own failure. */
  private static ManagedKeyException ofSilence(RuntimeException failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      if (cause instanceof ManagedKeyException known) {
        return known;
      }
      if (cause instanceof IOException
          || cause instanceof UncheckedIOException
          || cause instanceof TimeoutException) {
        return new BackendUnavailableException(
            "Key Vault or the token service can't be reached or did not answer in time", failure);
      }
      if (cause instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        return new BackendUnavailableException("the call was interrupted", failure);
      }
      if (cause instanceof MsalServiceException token) {
        return ofTokenService(token, failure);
      }
      cause = cause.getCause();
    }
    String text = String.valueOf(failure.getMessage());
    if (failure instanceof ClientAuthenticationException) {
      return new BackendAuthenticationException("no token could be had", failure);
    }
    if (text.startsWith("Timeout on blocking read")) {
      return new BackendUnavailableException("the token service did not answer in time", failure);
    }
    return new ManagedKeyException(
        "the Azure SDK failed: " + failure.getClass().getName(), failure);
  }

  private static ManagedKeyException ofTokenService(
      MsalServiceException token, RuntimeException failure) {
    Integer status = token.statusCode();
    ManagedKeyException mapped =
        status != null && (status == 429 || status >= 500)
            ? new BackendUnavailableException(
                "the token service failed with status " + status, failure)
            : new BackendAuthenticationException(
                "the token service refused the credential; check tenant-id, client-id and whether"
                    + " the secret or certificate has expired",
                failure);
    return mapped.service(token.errorCode(), token.correlationId());
  }

  /** The innermost code of {@code {"error": {"code": ..., "innererror": {"code": ...}}}}. */
  private static String codeOf(@Nullable Object body) {
    String code = "";
    Object error = body instanceof Map<?, ?> map ? map.get("error") : null;
    while (error instanceof Map<?, ?> level) {
      if (level.get("code") instanceof String text && text.matches("[A-Za-z0-9_.-]{1,80}")) {
        code = text;
      }
      error = level.get("innererror");
    }
    return code;
  }

  private static @Nullable Duration retryAfter(HttpResponse response, Clock clock) {
    for (HttpHeaderName name : new HttpHeaderName[] {RETRY_AFTER_MS, X_MS_RETRY_AFTER_MS}) {
      String millis = response.getHeaderValue(name);
      if (millis != null && millis.matches("[0-9]{1,9}")) {
        return Duration.ofMillis(Long.parseLong(millis));
      }
    }
    String after = response.getHeaderValue(HttpHeaderName.RETRY_AFTER);
    if (after == null) {
      return null;
    }
    if (after.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(after));
    }
    try {
      Duration left =
          Duration.between(
              clock.instant(),
              ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
