package io.managedkeys.testkit.azurekv;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that refuses: status, code and message as Key Vault words them (REST API reference,
 * "Azure Key Vault REST API Error Codes").
 */
final class ServiceError extends RuntimeException {
  private final int status;
  private final String code;
  private final @Nullable String innerCode;
  private final Map<String, String> headers;

  private ServiceError(
      int status,
      String code,
      @Nullable String innerCode,
      String message,
      Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.innerCode = innerCode;
    this.headers = headers;
  }

  static ServiceError of(int status, String code, String message) {
    return new ServiceError(status, code, null, message, Map.of());
  }

  static ServiceError badParameter(String message) {
    return of(400, "BadParameter", message);
  }

  static ServiceError forbidden(String innerCode, String message) {
    return new ServiceError(403, "Forbidden", innerCode, message, Map.of());
  }

  static ServiceError keyNotFound(String name) {
    return of(
        404,
        "KeyNotFound",
        "A key with (name/id) "
            + name
            + " was not found in this key vault. If you recently deleted this key you may be able"
            + " to recover it using the correct recovery command.");
  }

  static ServiceError deletedButRecoverable(String name) {
    return new ServiceError(
        409,
        "Conflict",
        "ObjectIsDeletedButRecoverable",
        "Key "
            + name
            + " is currently in a deleted but recoverable state, and its name cannot be reused; in"
            + " this state, the key can only be recovered or purged.",
        Map.of());
  }

  ServiceError withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new ServiceError(status, code, innerCode, message(), more);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  Map<String, String> headers() {
    return headers;
  }

  Map<String, Object> body() {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", message());
    if (innerCode != null) {
      error.put("innererror", Map.of("code", innerCode));
    }
    return Map.of("error", error);
  }

  private String message() {
    String message = getMessage();
    return message == null ? code : message;
  }
}
