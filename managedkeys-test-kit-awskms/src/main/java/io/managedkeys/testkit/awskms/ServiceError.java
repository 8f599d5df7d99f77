package io.managedkeys.testkit.awskms;

import java.io.Serial;

/** An error the service answers with: the wire's {@code __type}, the HTTP status and a message. */
final class ServiceError extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String code;
  private final int status;

  ServiceError(String code, int status, String message) {
    super(message, null, false, false);
    this.code = code;
    this.status = status;
  }

  static ServiceError client(String code, String message) {
    return new ServiceError(code, 400, message);
  }

  static ServiceError validation(String message) {
    return client("ValidationException", message);
  }

  static ServiceError notFound(String what) {
    return client("NotFoundException", what);
  }

  static ServiceError incompatible(String algorithm, KeySpec spec) {
    return client(
        "InvalidKeyUsageException",
        "Algorithm " + algorithm + " is incompatible with key spec " + spec.wire() + ".");
  }

  String code() {
    return code;
  }

  int status() {
    return status;
  }
}
