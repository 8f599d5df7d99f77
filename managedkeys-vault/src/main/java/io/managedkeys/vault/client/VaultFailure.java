package io.managedkeys.vault.client;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A call that did not succeed, and what is known of it. The message has the request's method and
 * path, the HTTP status and the service's own error strings; never a token, a body or a secret.
 */
public final class VaultFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it was. */
  public enum Kind {
    /** The service refused the input (400, 405, 413 and other statuses of the caller's making). */
    REFUSED,
    /** The token or the policy does not allow it (401, 403). */
    DENIED,
    /** There is no such path, mount or key (404). */
    MISSING,
    /** The node has not caught up with a write yet (412); it did nothing. */
    STALE,
    /** Too many requests (429); it did nothing. */
    THROTTLED,
    /** The node is sealed (503); it did nothing. */
    SEALED,
    /** The node is a standby, or does not know the leader; it did nothing. */
    STANDBY,
    /** No connection was made: nothing was sent. */
    UNREACHABLE,
    /** The connection broke, or a proxy answered for the service: whether it acted is unknown. */
    UNAVAILABLE,
    /** The deadline passed: whether the service acted is unknown. */
    TIMEOUT,
    /** The thread was interrupted: whether the service acted is unknown. */
    INTERRUPTED,
    /** The service failed (500): see its error strings. */
    FAULT,
    /** The answer is not what the API promises; never taken for a success. */
    MALFORMED
  }

  /** What kind of failure it was. */
  private final Kind kind;

  /** The HTTP status, or 0. */
  private final int status;

  /** The service's own words. */
  private final List<String> errors;

  /** The service's request id, or null. */
  private final @Nullable String requestId;

  /** How long the service asks us to wait, or null. */
  private final @Nullable Duration retryAfter;

  VaultFailure(
      Kind kind,
      VaultRequest request,
      int status,
      List<String> errors,
      @Nullable String requestId,
      @Nullable Duration retryAfter,
      @Nullable String remark,
      @Nullable Throwable cause) {
    super(message(kind, request, status, errors, remark), cause);
    this.kind = kind;
    this.status = status;
    this.errors = List.copyOf(errors);
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }

  /** A failure before any answer. */
  static VaultFailure local(
      Kind kind, VaultRequest request, String remark, @Nullable Throwable cause) {
    return new VaultFailure(kind, request, 0, List.of(), null, null, remark, cause);
  }

  private static String message(
      Kind kind, VaultRequest request, int status, List<String> errors, @Nullable String remark) {
    StringBuilder text = new StringBuilder();
    text.append(request).append(": ").append(kind.name().toLowerCase(Locale.ROOT));
    if (status != 0) {
      text.append(", HTTP ").append(status);
    }
    if (remark != null) {
      text.append(", ").append(remark);
    }
    for (String error : errors) {
      text.append(", ").append(error.strip().replaceAll("\\s+", " "));
    }
    return text.toString();
  }

  /**
   * What kind of failure it was.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The HTTP status.
   *
   * @return the status, or 0 when there was no answer
   */
  public int status() {
    return status;
  }

  /**
   * The service's own words.
   *
   * @return its error strings, empty when it gave none
   */
  public List<String> errors() {
    return errors;
  }

  /**
   * Whether one of the service's error strings contains a text.
   *
   * @param text the text, in the service's case
   * @return true if so
   */
  public boolean says(String text) {
    return errors.stream().anyMatch(error -> error.contains(text));
  }

  /**
   * The service's id of the request. Most refusals carry none.
   *
   * @return the id, or null
   */
  public @Nullable String requestId() {
    return requestId;
  }

  /**
   * The service's hint when to come back.
   *
   * @return how long to wait, or null
   */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /**
   * Whether it is certain that the service did nothing.
   *
   * @return true if so
   */
  public boolean nothingDone() {
    return switch (kind) {
      case REFUSED, DENIED, MISSING, STALE, THROTTLED, SEALED, STANDBY, UNREACHABLE -> true;
      case UNAVAILABLE, TIMEOUT, INTERRUPTED, FAULT, MALFORMED -> false;
    };
  }
}
