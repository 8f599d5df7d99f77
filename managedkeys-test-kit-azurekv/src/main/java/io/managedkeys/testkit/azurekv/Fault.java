package io.managedkeys.testkit.azurekv;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong, for which requests and how often. A fault is an immutable value; it is
 * armed with {@link Faults#add(Fault)}, and counts the requests that match it from then on.
 *
 * <pre>{@code
 * server.faults().add(Fault.throttle(Duration.ofSeconds(1)).on(SIGN).percent(20, 42));
 * server.faults().add(Fault.cutAfter().on(CREATE).call(1));
 * }</pre>
 */
public final class Fault {

  enum Kind {
    DELAY,
    STALL,
    ERROR,
    CUT_BEFORE,
    CUT_AFTER,
    CUT_WITHIN,
    OTHER_KEY_ID,
    CORRUPT_VALUE
  }

  final Kind kind;
  final Duration duration;
  final @Nullable ServiceError error;
  private final Set<KeyVaultOperation> operations;
  private final Selection selection;

  /** Makes the decision for one arming of the fault; the call's number counts from 1. */
  private interface Selection {
    IntPredicate start();
  }

  private Fault(
      Kind kind,
      Duration duration,
      @Nullable ServiceError error,
      Set<KeyVaultOperation> operations,
      Selection selection) {
    this.kind = kind;
    this.duration = duration;
    this.error = error;
    this.operations = operations;
    this.selection = selection;
  }

  private static Fault of(Kind kind, Duration duration, @Nullable ServiceError error) {
    Set<KeyVaultOperation> vault = EnumSet.allOf(KeyVaultOperation.class);
    vault.remove(KeyVaultOperation.TOKEN);
    vault.remove(KeyVaultOperation.CHALLENGE);
    return new Fault(kind, duration, error, vault, () -> call -> true);
  }

  /**
   * The answer comes late.
   *
   * @param duration by how much
   * @return the fault, for every request to the vault
   */
  public static Fault delay(Duration duration) {
    return of(Kind.DELAY, duration, null);
  }

  /**
   * The request is read and not carried out, nothing is answered, and the connection is cut in the
   * end.
   *
   * @param duration how long the client is kept waiting; closing the server ends the wait
   * @return the fault, for every request to the vault
   */
  public static Fault stall(Duration duration) {
    return of(Kind.STALL, duration, null);
  }

  /**
   * 429 with code {@code Throttled}; the request is not carried out.
   *
   * @param retryAfter the header {@code Retry-After}, in whole seconds, rounded up
   * @return the fault, for every request to the vault
   */
  public static Fault throttle(Duration retryAfter) {
    long seconds = retryAfter.plusMillis(999).toSeconds();
    ServiceError throttled =
        ServiceError.of(
            429,
            "Throttled",
            "Request was not processed because too many requests were received. Reason:"
                + " VaultRequestTypeLimitReached");
    return of(
        Kind.ERROR, Duration.ZERO, throttled.withHeader("Retry-After", Long.toString(seconds)));
  }

  /**
   * An error answer; the request is not carried out.
   *
   * @param status the HTTP status, from 400 to 599
   * @param code the {@code code} in the body, such as {@code InternalServerError}
   * @return the fault, for every request to the vault
   */
  public static Fault error(int status, String code) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be from 400 to 599, and is " + status);
    }
    return of(
        Kind.ERROR, Duration.ZERO, ServiceError.of(status, code, "A fault of the test server."));
  }

  /**
   * The connection is cut before the request is carried out.
   *
   * @return the fault, for every request to the vault
   */
  public static Fault cutBefore() {
    return of(Kind.CUT_BEFORE, Duration.ZERO, null);
  }

  /**
   * The request is carried out and the connection is cut before its answer: the client can't know
   * whether it was.
   *
   * @return the fault, for every request to the vault
   */
  public static Fault cutAfter() {
    return of(Kind.CUT_AFTER, Duration.ZERO, null);
  }

  /**
   * The request is carried out and the connection is cut in the middle of the answer's body.
   *
   * @return the fault, for every request to the vault
   */
  public static Fault cutWithin() {
    return of(Kind.CUT_WITHIN, Duration.ZERO, null);
  }

  /**
   * The answer of a cryptographic operation or of a look-up names another version of the key.
   *
   * @return the fault, for every request to the vault whose answer has a key id
   */
  public static Fault otherKeyId() {
    return of(Kind.OTHER_KEY_ID, Duration.ZERO, null);
  }

  /**
   * One bit of the answer's {@code value} is wrong: of a signature, a plaintext, a ciphertext, a
   * wrapped key.
   *
   * @return the fault, for every request to the vault whose answer has a value
   */
  public static Fault corruptValue() {
    return of(Kind.CORRUPT_VALUE, Duration.ZERO, null);
  }

  /**
   * Limits the fault to some operations.
   *
   * @param first an operation
   * @param others further ones
   * @return the limited fault
   */
  public Fault on(KeyVaultOperation first, KeyVaultOperation... others) {
    return new Fault(kind, duration, error, EnumSet.of(first, others), selection);
  }

  /**
   * Limits the fault to one of the requests that match it.
   *
   * @param number which one, from 1
   * @return the limited fault
   */
  public Fault call(int number) {
    return new Fault(kind, duration, error, operations, () -> call -> call == number);
  }

  /**
   * Limits the fault to the first requests that match it.
   *
   * @param count how many
   * @return the limited fault
   */
  public Fault first(int count) {
    return new Fault(kind, duration, error, operations, () -> call -> call <= count);
  }

  /**
   * Lets chance decide for each request that matches.
   *
   * @param percent how likely the fault is, from 0 to 100
   * @param seed the same seed gives the same sequence
   * @return the limited fault
   */
  public Fault percent(int percent, long seed) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("percent must be from 0 to 100, and is " + percent);
    }
    return new Fault(
        kind,
        duration,
        error,
        operations,
        () -> {
          Random random = new Random(seed);
          return call -> random.nextInt(100) < percent;
        });
  }

  boolean matches(KeyVaultOperation operation) {
    return operations.contains(Objects.requireNonNull(operation));
  }

  IntPredicate start() {
    return selection.start();
  }
}
