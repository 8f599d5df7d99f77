package io.managedkeys.gcpkms;

import com.google.api.client.http.HttpResponseException;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The service's own status code. Over gRPC the client has it. Over REST it goes by the HTTP status
 * alone, so that 400 hides FAILED_PRECONDITION and 409 hides ALREADY_EXISTS; there the {@code
 * status} of the error's JSON says which it was.
 */
final class CanonicalStatus {
  /** In JSON a quote inside the message text is escaped, so only the field itself fits. */
  private static final Pattern STATUS = Pattern.compile("\"status\"\\s*:\\s*\"([A-Z_]+)\"");

  private CanonicalStatus() {}

  static StatusCode.Code of(ApiException e) {
    StatusCode.Code known = e.getStatusCode().getCode();
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause.getClass().getName().equals("com.google.api.client.http.HttpResponseException")) {
        return RestBody.status(cause, known);
      }
    }
    return known;
  }

  /** Apart, so that the HTTP client's class is touched only when it is there. */
  private static final class RestBody {
    static StatusCode.Code status(Throwable cause, StatusCode.Code known) {
      String body = ((HttpResponseException) cause).getContent();
      Matcher matcher = STATUS.matcher(body == null ? "" : body);
      if (matcher.find()) {
        for (StatusCode.Code code : StatusCode.Code.values()) {
          if (code.name().equals(matcher.group(1))) {
            return code;
          }
        }
      }
      return known;
    }
  }
}
