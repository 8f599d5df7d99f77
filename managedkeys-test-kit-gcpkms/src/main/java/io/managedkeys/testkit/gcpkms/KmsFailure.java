package io.managedkeys.testkit.gcpkms;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An error answer of the service: a google.rpc.Status with its details. */
final class KmsFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What ErrorInfo.domain holds for this service. */
  static final String DOMAIN = "cloudkms.googleapis.com";

  private final transient Status status;

  private KmsFailure(Code code, String message, List<Message> details) {
    super(code + ": " + message, null, false, false);
    Status.Builder builder = Status.newBuilder().setCode(code.getNumber()).setMessage(message);
    for (Message detail : details) {
      builder.addDetails(Any.pack(detail));
    }
    builder.addDetails(
        Any.pack(RequestInfo.newBuilder().setRequestId(UUID.randomUUID().toString()).build()));
    this.status = builder.build();
  }

  Status status() {
    return status;
  }

  static KmsFailure of(Code code, String message) {
    return of(code, code.name(), message);
  }

  static KmsFailure of(Code code, String reason, String message) {
    return new KmsFailure(code, message, List.of(errorInfo(reason)));
  }

  static KmsFailure invalidArgument(String message) {
    return of(Code.INVALID_ARGUMENT, message);
  }

  static KmsFailure notFound(String name) {
    return of(Code.NOT_FOUND, name + " not found.");
  }

  static KmsFailure alreadyExists(String name) {
    return of(Code.ALREADY_EXISTS, name + " already exists.");
  }

  static KmsFailure unimplemented(String method) {
    return of(Code.UNIMPLEMENTED, method + " is not implemented by this test server.");
  }

  /** FAILED_PRECONDITION with the violation's type, such as KEY_DISABLED, and its subject. */
  static KmsFailure precondition(String subject, String type, String message) {
    PreconditionFailure.Violation violation =
        PreconditionFailure.Violation.newBuilder()
            .setSubject(subject)
            .setType(type)
            .setDescription(message)
            .build();
    return new KmsFailure(
        Code.FAILED_PRECONDITION,
        message,
        List.of(
            errorInfo(type), PreconditionFailure.newBuilder().addViolations(violation).build()));
  }

  /** RESOURCE_EXHAUSTED, with RetryInfo if the service is to name the time to wait. */
  static KmsFailure throttled(java.time.@Nullable Duration retryAfter) {
    List<Message> details = new ArrayList<>();
    details.add(errorInfo("RATE_LIMIT_EXCEEDED"));
    if (retryAfter != null) {
      details.add(
          RetryInfo.newBuilder()
              .setRetryDelay(
                  Duration.newBuilder()
                      .setSeconds(retryAfter.getSeconds())
                      .setNanos(retryAfter.getNano()))
              .build());
    }
    return new KmsFailure(
        Code.RESOURCE_EXHAUSTED,
        "Quota exceeded for quota metric 'Cryptographic requests'.",
        details);
  }

  private static ErrorInfo errorInfo(String reason) {
    return ErrorInfo.newBuilder().setReason(reason).setDomain(DOMAIN).build();
  }
}
