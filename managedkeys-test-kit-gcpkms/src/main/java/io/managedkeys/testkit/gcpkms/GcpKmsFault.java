package io.managedkeys.testkit.gcpkms;

import com.google.rpc.Code;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One thing that goes wrong in a call: an error of the service, a fault of the network, or an answer
 * that is not what it should be. When it happens is a {@link FaultTrigger}'s to say.
 *
 * <p>Faults of the network and errors come before the service acts, except {@link
 * #cutAfterActing()}. Immutable.
 */
public final class GcpKmsFault {
  enum Kind {
    DELAY,
    STALL,
    CUT,
    CUT_AFTER_ACTING,
    ERROR,
    WRONG_CHECKSUM,
    MISSING_CHECKSUM,
    CORRUPT_DATA,
    WRONG_NAME,
    WRONG_VERSION,
    UNVERIFIED
  }

  private final Kind kind;
  private final Duration delay;
  private final @Nullable Duration retryAfter;
  private final Code code;
  private final String message;

  private GcpKmsFault(
      Kind kind, Duration delay, @Nullable Duration retryAfter, Code code, String message) {
    this.kind = kind;
    this.delay = delay;
    this.retryAfter = retryAfter;
    this.code = code;
    this.message = message;
  }

  private static GcpKmsFault of(Kind kind) {
    return new GcpKmsFault(kind, Duration.ZERO, null, Code.OK, "");
  }

  /**
   * The call waits before the service acts.
   *
   * @param delay how long
   * @return the fault
   */
  public static GcpKmsFault delay(Duration delay) {
    return new GcpKmsFault(Kind.DELAY, delay, null, Code.OK, "");
  }

  /**
   * The call is taken and never answered, until the faults are cleared or the server is closed.
   *
   * @return the fault
   */
  public static GcpKmsFault stall() {
    return of(Kind.STALL);
  }

  /**
   * The connection is cut before the service acts.
   *
   * @return the fault
   */
  public static GcpKmsFault cut() {
    return of(Kind.CUT);
  }

  /**
   * The service acts, and the connection is cut in place of the answer: a create that happened.
   *
   * @return the fault
   */
  public static GcpKmsFault cutAfterActing() {
    return of(Kind.CUT_AFTER_ACTING);
  }

  /**
   * RESOURCE_EXHAUSTED, with RetryInfo.
   *
   * @param retryAfter the delay that RetryInfo asks for
   * @return the fault
   */
  public static GcpKmsFault throttle(Duration retryAfter) {
    return new GcpKmsFault(Kind.ERROR, Duration.ZERO, retryAfter, Code.RESOURCE_EXHAUSTED, "");
  }

  /**
   * RESOURCE_EXHAUSTED without RetryInfo.
   *
   * @return the fault
   */
  public static GcpKmsFault throttle() {
    return new GcpKmsFault(Kind.ERROR, Duration.ZERO, null, Code.RESOURCE_EXHAUSTED, "");
  }

  /**
   * UNAVAILABLE, as a front end answers when it cannot reach the service.
   *
   * @return the fault
   */
  public static GcpKmsFault unavailable() {
    return error(Code.UNAVAILABLE, "The service is currently unavailable.");
  }

  /**
   * UNAUTHENTICATED, as with a credential that has expired.
   *
   * @return the fault
   */
  public static GcpKmsFault expiredCredentials() {
    return error(
        Code.UNAUTHENTICATED,
        "Request had invalid authentication credentials. Expected OAuth 2 access token.");
  }

  /**
   * Any other error.
   *
   * @param code its status code
   * @param message its message
   * @return the fault
   */
  public static GcpKmsFault error(Code code, String message) {
    return new GcpKmsFault(Kind.ERROR, Duration.ZERO, null, code, message);
  }

  /**
   * Every CRC32C in the answer is wrong.
   *
   * @return the fault
   */
  public static GcpKmsFault wrongChecksum() {
    return of(Kind.WRONG_CHECKSUM);
  }

  /**
   * The answer carries no CRC32C.
   *
   * @return the fault
   */
  public static GcpKmsFault missingChecksum() {
    return of(Kind.MISSING_CHECKSUM);
  }

  /**
   * A bit of each data field flips on the way, after the checksums were made.
   *
   * @return the fault
   */
  public static GcpKmsFault corruptData() {
    return of(Kind.CORRUPT_DATA);
  }

  /**
   * The answer names another key.
   *
   * @return the fault
   */
  public static GcpKmsFault wrongName() {
    return of(Kind.WRONG_NAME);
  }

  /**
   * The answer names another version of the same key.
   *
   * @return the fault
   */
  public static GcpKmsFault wrongVersion() {
    return of(Kind.WRONG_VERSION);
  }

  /**
   * The answer does not confirm the request's checksums: every {@code verified_*} is false.
   *
   * @return the fault
   */
  public static GcpKmsFault unverified() {
    return of(Kind.UNVERIFIED);
  }

  Kind kind() {
    return kind;
  }

  Duration delay() {
    return delay;
  }

  KmsFailure failure() {
    return code == Code.RESOURCE_EXHAUSTED && message.isEmpty()
        ? KmsFailure.throttled(retryAfter)
        : KmsFailure.of(code, message);
  }

  @Override
  public String toString() {
    return kind + (kind == Kind.ERROR ? " " + code : "") + (delay.isZero() ? "" : " " + delay);
  }
}
