package io.managedkeys.testkit.awskms;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong with one request. Immutable; handed to {@link Faults}.
 *
 * <p>A fault either keeps the operation from happening (an error, a cut connection, a stall) or lets
 * it happen and spoils the answer ({@link #loseAnswer()}, {@link #otherKeyId()}, {@link
 * #corruptAnswer()}, {@link #truncateAnswer()}). Only the second kind shows whether a client repeats an act that must not be
 * repeated, or trusts an answer it should have checked.
 */
public final class Fault {
  enum Kind {
    DELAY,
    ERROR,
    CUT,
    STALL,
    LOSE_ANSWER,
    OTHER_KEY_ID,
    CORRUPT_ANSWER,
    TRUNCATE_ANSWER
  }

  private final Kind kind;
  private final Duration duration;
  private final String code;
  private final int status;

  private Fault(Kind kind, Duration duration, String code, int status) {
    this.kind = kind;
    this.duration = duration;
    this.code = code;
    this.status = status;
  }

  /**
   * The right answer, late.
   *
   * @param duration how much later
   * @return the fault
   */
  public static Fault delay(Duration duration) {
    return new Fault(Kind.DELAY, Objects.requireNonNull(duration), "", 0);
  }

  /**
   * ThrottlingException with HTTP status 400, as the service answers beyond its request quota.
   *
   * @return the fault
   */
  public static Fault throttle() {
    return error("ThrottlingException", 400);
  }

  /**
   * ThrottlingException with a {@code Retry-After} header.
   *
   * @param retryAfter the hint, in whole seconds
   * @return the fault
   */
  public static Fault throttle(Duration retryAfter) {
    return new Fault(Kind.ERROR, Objects.requireNonNull(retryAfter), "ThrottlingException", 400);
  }

  /**
   * KMSInternalException with HTTP status 500.
   *
   * @return the fault
   */
  public static Fault internalError() {
    return error("KMSInternalException", 500);
  }

  /**
   * Any error of the service.
   *
   * @param code the wire's {@code __type}, for instance {@code ExpiredTokenException}
   * @param status the HTTP status
   * @return the fault
   */
  public static Fault error(String code, int status) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("not an error's HTTP status: " + status);
    }
    return new Fault(Kind.ERROR, Duration.ZERO, Objects.requireNonNull(code), status);
  }

  /**
   * The connection is closed before the operation happens.
   *
   * @return the fault
   */
  public static Fault cutConnection() {
    return new Fault(Kind.CUT, Duration.ZERO, "", 0);
  }

  /**
   * Nothing is answered for a while, then the connection is closed; the operation does not happen.
   *
   * @param duration how long
   * @return the fault
   */
  public static Fault stall(Duration duration) {
    return new Fault(Kind.STALL, Objects.requireNonNull(duration), "", 0);
  }

  /**
   * The operation happens, and the connection is closed instead of an answer.
   *
   * @return the fault
   */
  public static Fault loseAnswer() {
    return new Fault(Kind.LOSE_ANSWER, Duration.ZERO, "", 0);
  }

  /**
   * The answer's KeyId names a key that was not asked for.
   *
   * @return the fault
   */
  public static Fault otherKeyId() {
    return new Fault(Kind.OTHER_KEY_ID, Duration.ZERO, "", 0);
  }

  /**
   * One bit of the answer's first blob (signature, plaintext, ciphertext, MAC, public key) is
   * flipped.
   *
   * @return the fault
   */
  public static Fault corruptAnswer() {
    return new Fault(Kind.CORRUPT_ANSWER, Duration.ZERO, "", 0);
  }

  /**
   * The answer's first blob lacks its last byte.
   *
   * @return the fault
   */
  public static Fault truncateAnswer() {
    return new Fault(Kind.TRUNCATE_ANSWER, Duration.ZERO, "", 0);
  }

  Kind kind() {
    return kind;
  }

  /** Whether the operation does not happen and nothing is answered. */
  boolean endsUnanswered() {
    return kind == Kind.CUT || kind == Kind.STALL;
  }

  Duration duration() {
    return duration;
  }

  @Nullable ServiceError serviceError() {
    return kind == Kind.ERROR ? new ServiceError(code, status, "injected by the test") : null;
  }

  /** The kind and its parameters. */
  @Override
  public String toString() {
    return switch (kind) {
      case ERROR -> "ERROR(" + code + ", " + status + ")";
      case DELAY, STALL -> kind + "(" + duration + ")";
      default -> kind.toString();
    };
  }
}
