package io.managedkeys.awskms;

import static java.util.Map.entry;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.ThrottledException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.UsageDeniedException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * What the service's error codes mean here. The codes are those of the KMS API reference ("Common
 * Errors" and each action's own) and of STS.
 */
final class ErrorTable {
  private record Meaning(BiFunction<String, Throwable, ManagedKeyException> type, String remedy) {}

  private static final Meaning NOT_FOUND =
      new Meaning(
          KeyNotFoundException::new,
          "no such key or alias in this account and region; a key that was just created can take"
              + " some seconds to be seen");
  private static final Meaning STATE =
      new Meaning(
          KeyStateException::new,
          "the key's state forbids it; enable the key, cancel its deletion or import its material");
  private static final Meaning CIPHERTEXT =
      new Meaning(
          InvalidCiphertextException::new,
          "the ciphertext is damaged, was made by another key, or with other associated data");
  private static final Meaning UNSUPPORTED =
      new Meaning(
          UnsupportedKeyOperationException::new, "the key's spec and usage do not allow it");
  private static final Meaning CREDENTIALS =
      new Meaning(
          BackendAuthenticationException::new,
          "the service does not accept the backend's credentials; renew them");
  private static final Meaning DENIED =
      new Meaning(
          UsageDeniedException::new,
          "key policy, IAM policy or grants do not allow it; the permission is kms: and the"
              + " action's name");
  private static final Meaning UNAVAILABLE =
      new Meaning(
          BackendUnavailableException::new, "the service failed; the same call may work later");
  private static final Meaning THROTTLED =
      new Meaning(
          (message, cause) -> new ThrottledException(message, cause, null),
          "beyond the account's request quota; slow down or have the quota raised");
  private static final Meaning INPUT =
      new Meaning(InvalidInputException::new, "the service refuses the input");
  private static final Meaning CONFLICT =
      new Meaning(ConflictException::new, "the name is taken or the key is being changed");
  private static final Meaning CONFIGURATION =
      new Meaning(InvalidConfigurationException::new, "a field of the entry is wrong");
  private static final Meaning OTHER =
      new Meaning(ManagedKeyException::new, "see the service's code");

  private static final Map<String, Meaning> MEANINGS =
      Map.ofEntries(
          entry("NotFoundException", NOT_FOUND),
          entry("DisabledException", STATE),
          entry("KMSInvalidStateException", STATE),
          entry("InvalidCiphertextException", CIPHERTEXT),
          entry("IncorrectKeyException", CIPHERTEXT),
          entry("InvalidKeyUsageException", UNSUPPORTED),
          entry("UnsupportedOperationException", UNSUPPORTED),
          entry("UnknownOperationException", UNSUPPORTED),
          entry("AccessDeniedException", DENIED),
          entry("AccessDenied", DENIED),
          entry("NotAuthorized", DENIED),
          entry("NotAuthorizedException", DENIED),
          entry("InvalidGrantTokenException", DENIED),
          entry("UnrecognizedClientException", CREDENTIALS),
          entry("InvalidClientTokenId", CREDENTIALS),
          entry("InvalidSignatureException", CREDENTIALS),
          entry("SignatureDoesNotMatch", CREDENTIALS),
          entry("IncompleteSignature", CREDENTIALS),
          entry("IncompleteSignatureException", CREDENTIALS),
          entry("MissingAuthenticationToken", CREDENTIALS),
          entry("MissingAuthenticationTokenException", CREDENTIALS),
          entry("ExpiredToken", CREDENTIALS),
          entry("ExpiredTokenException", CREDENTIALS),
          entry("RequestExpired", CREDENTIALS),
          entry("OptInRequired", CREDENTIALS),
          entry("InvalidIdentityToken", CREDENTIALS),
          entry("KMSInternalException", UNAVAILABLE),
          entry("DependencyTimeoutException", UNAVAILABLE),
          entry("KeyUnavailableException", UNAVAILABLE),
          entry("InternalFailure", UNAVAILABLE),
          entry("ServiceUnavailable", UNAVAILABLE),
          entry("ThrottlingException", THROTTLED),
          entry("Throttling", THROTTLED),
          entry("RequestLimitExceeded", THROTTLED),
          entry("TooManyRequestsException", THROTTLED),
          entry("ValidationException", INPUT),
          entry("ValidationError", INPUT),
          entry("IncorrectKeyMaterialException", INPUT),
          entry("AlreadyExistsException", CONFLICT),
          entry("ConflictException", CONFLICT),
          entry("InvalidAliasNameException", CONFIGURATION),
          entry("InvalidArnException", CONFIGURATION),
          entry("TagException", CONFIGURATION),
          entry("MalformedPolicyDocumentException", CONFIGURATION));

  private ErrorTable() {}

  /**
   * What a failed request means.
   *
   * @param action the service's action
   * @param failure what the SDK threw
   * @return the exception to throw
   */
  static ManagedKeyException of(String action, SdkException failure) {
    CredentialSource.NoCredentialsException none = noCredentialsIn(failure);
    if (none != null) {
      return noCredentials(none);
    }
    if (failure instanceof AwsServiceException service) {
      return of(action, service);
    }
    if (failure instanceof ApiCallTimeoutException
        || failure instanceof ApiCallAttemptTimeoutException) {
      return new BackendUnavailableException(
          "AWS KMS did not answer " + action + " within the call's deadline", failure);
    }
    if (failure instanceof AbortedException) {
      Thread.currentThread().interrupt();
      return new BackendUnavailableException(
          "the calling thread was interrupted during " + action, failure);
    }
    return new BackendUnavailableException(
        "AWS KMS could not be reached for " + action + " or broke the connection off", failure);
  }

  /** No credentials to sign with: refused ones and unreachable sources are different things. */
  static ManagedKeyException noCredentials(CredentialSource.NoCredentialsException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof AwsServiceException service && service.statusCode() >= 500) {
      return new BackendUnavailableException("AWS STS failed to give credentials", failure)
          .service(code(service), service.requestId());
    }
    ManagedKeyException result =
        new BackendAuthenticationException(
            "no credentials for AWS KMS could be had from the place that the backend names",
            failure);
    if (cause instanceof AwsServiceException service) {
      return result.service(code(service), service.requestId());
    }
    return result;
  }

  private static ManagedKeyException of(String action, AwsServiceException failure) {
    String code = code(failure);
    String requestId = failure.requestId();
    Meaning meaning = MEANINGS.get(code);
    if (meaning == null) {
      meaning =
          failure.isThrottlingException() || failure.statusCode() == 429
              ? THROTTLED
              : failure.statusCode() >= 500 ? UNAVAILABLE : OTHER;
    }
    // The SDK's own message repeats status and request id and quotes nothing that was sent.
    String message = "AWS KMS refused " + action + ": " + meaning.remedy();
    String detail = detail(failure);
    if (!detail.isEmpty()) {
      message += " (" + detail + ")";
    }
    ManagedKeyException result =
        meaning == THROTTLED
            ? new ThrottledException(message, failure, retryAfter(failure).orElse(null))
            : meaning.type().apply(message, failure);
    return result.service(code, requestId);
  }

  private static String code(AwsServiceException failure) {
    AwsErrorDetails details = failure.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    return code == null ? "HTTP " + failure.statusCode() : code;
  }

  private static String detail(AwsServiceException failure) {
    AwsErrorDetails details = failure.awsErrorDetails();
    String text = details == null ? null : details.errorMessage();
    return text == null ? "" : text.strip();
  }

  private static Optional<Duration> retryAfter(SdkServiceException failure) {
    if (!(failure instanceof AwsServiceException aws)
        || aws.awsErrorDetails() == null
        || aws.awsErrorDetails().sdkHttpResponse() == null) {
      return Optional.empty();
    }
    return aws.awsErrorDetails()
        .sdkHttpResponse()
        .firstMatchingHeader("Retry-After")
        .filter(value -> value.matches("[0-9]{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)));
  }

  private static CredentialSource.@Nullable NoCredentialsException noCredentialsIn(
      Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 8; depth++) {
      if (cause instanceof CredentialSource.NoCredentialsException none) {
        return none;
      }
      cause = cause.getCause();
    }
    return null;
  }
}
