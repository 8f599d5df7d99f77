package io.managedkeys.gcpkms;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.ErrorDetails;
import com.google.api.gax.rpc.StatusCode;
import com.google.protobuf.Duration;
import com.google.rpc.PreconditionFailure;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.ThrottledException;
import io.managedkeys.UnsupportedKeyOperationException;
import org.jspecify.annotations.Nullable;

/**
 * The one table from the service's status codes (google.rpc.Code) to our exceptions.
 *
 * @param what what was tried, on what: the beginning of every message
 * @param permission the IAM permission that it needs
 * @param decrypting whether INVALID_ARGUMENT means a bad ciphertext, since lengths and names were
 *     checked before
 */
record Failures(String what, String permission, boolean decrypting) {

  static Failures of(String what, String permission) {
    return new Failures(what, permission, false);
  }

  static Failures decrypting(String what, String permission) {
    return new Failures(what, permission, true);
  }

  ManagedKeyException translate(ApiException e) {
    StatusCode.Code code = CanonicalStatus.of(e);
    ErrorDetails details = e.getErrorDetails();
    String said = what + ": the service answered " + code + said(e);
    ManagedKeyException result =
        switch (code) {
          case NOT_FOUND ->
              new KeyNotFoundException(
                  said + "; check project, location, key-ring and crypto-key", e);
          case ALREADY_EXISTS -> new ConflictException(said, e);
          case UNAUTHENTICATED ->
              new BackendAuthenticationException(
                  said + "; the credentials were refused or have expired", e);
          case PERMISSION_DENIED ->
              new BackendAuthenticationException(
                  said + "; the account needs " + permission + " on the key or its ring", e);
          case RESOURCE_EXHAUSTED ->
              new ThrottledException(said + "; a quota is used up", e, retryAfter(details));
          case FAILED_PRECONDITION -> new KeyStateException(said + violation(details), e);
          case INVALID_ARGUMENT, OUT_OF_RANGE -> invalid(said, e);
          case UNIMPLEMENTED -> new UnsupportedKeyOperationException(said, e);
          case DEADLINE_EXCEEDED ->
              new BackendUnavailableException(
                  said + "; it did not answer within the call's deadline", e);
          case CANCELLED, UNKNOWN, INTERNAL, ABORTED, UNAVAILABLE, DATA_LOSS ->
              new BackendUnavailableException(said, e);
          default -> new ManagedKeyException(said, e);
        };
    return result.service(serviceCode(code, details), requestId(details));
  }

  private ManagedKeyException invalid(String said, ApiException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("crc32c") || message.contains("checksum")) {
      return new BackendUnavailableException(
          said + "; the request was damaged on the way to the service", e);
    }
    return decrypting
        ? new InvalidCiphertextException(
            "the ciphertext is damaged, was made by another key, or its associated data differs", e)
        : new InvalidInputException(said, e);
  }

  private static String said(ApiException e) {
    // Over gRPC the message begins with the cause's class, over REST it is the service's text.
    Throwable cause = e.getCause();
    String text = e.getMessage();
    if (text != null && cause != null && text.startsWith(cause.getClass().getName())) {
      text = cause.getMessage();
    }
    return text == null || text.isEmpty() ? "" : " (" + firstLine(text) + ")";
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    return line.length() > 300 ? line.substring(0, 300) + "..." : line;
  }

  private static String serviceCode(StatusCode.Code code, @Nullable ErrorDetails details) {
    if (details == null || details.getErrorInfo() == null) {
      return code.name();
    }
    String reason = details.getErrorInfo().getReason();
    return reason.isEmpty() || reason.equals(code.name()) ? code.name() : code + "/" + reason;
  }

  private static @Nullable String requestId(@Nullable ErrorDetails details) {
    if (details == null || details.getRequestInfo() == null) {
      return null;
    }
    String id = details.getRequestInfo().getRequestId();
    return id.isEmpty() ? null : id;
  }

  private static java.time.@Nullable Duration retryAfter(@Nullable ErrorDetails details) {
    if (details == null || details.getRetryInfo() == null) {
      return null;
    }
    Duration delay = details.getRetryInfo().getRetryDelay();
    return java.time.Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
  }

  private static String violation(@Nullable ErrorDetails details) {
    PreconditionFailure failure = details == null ? null : details.getPreconditionFailure();
    if (failure == null || failure.getViolationsCount() == 0) {
      return "";
    }
    return "; "
        + failure.getViolations(0).getType()
        + " on "
        + failure.getViolations(0).getSubject();
  }
}
