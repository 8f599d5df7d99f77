package io.managedkeys;

import org.jspecify.annotations.Nullable;

/**
 * Root of every failure this library reports. Unchecked; the subtypes are the ones a caller acts on
 * differently.
 *
 * <p>The message says what was tried, what came back and what to do. It never holds key material,
 * plaintext, a PIN or a token. Where the failure happened (backend, key, operation) is filled in by
 * the registry on the way out, so a backend only says what it alone knows: the service's own code
 * and request id.
 */
public class ManagedKeyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient boolean retryable;
  private transient @Nullable String backend;
  private transient @Nullable String key;
  private transient @Nullable String operation;
  private transient @Nullable String serviceCode;
  private transient @Nullable String requestId;

  /**
   * A failure with the given text.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   * @param retryable whether the same call may succeed later without a change by the caller
   */
  protected ManagedKeyException(String message, @Nullable Throwable cause, boolean retryable) {
    super(message, cause);
    this.retryable = retryable;
  }

  /**
   * A failure that none of the subtypes describes: the backend answered in a way that its contract
   * does not allow.
   *
   * @param message what was tried, what came back, what to do
   * @param cause what caused it, or null
   */
  public ManagedKeyException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  /**
   * Adds where the failure happened; what is already known is kept.
   *
   * @param backend the backend's name, or null
   * @param key the key's name, or null
   * @param operation the operation, such as {@code sign}, or null
   * @return this
   */
  public final synchronized ManagedKeyException at(
      @Nullable String backend, @Nullable String key, @Nullable String operation) {
    this.backend = this.backend == null ? backend : this.backend;
    this.key = this.key == null ? key : this.key;
    this.operation = this.operation == null ? operation : this.operation;
    return this;
  }

  /**
   * Adds the service's own words for the failure; what is already known is kept.
   *
   * @param serviceCode the service's error code, such as {@code CKR_PIN_INCORRECT} or {@code
   *     DisabledException}, or null
   * @param requestId the service's request id, for its operator, or null
   * @return this
   */
  public final synchronized ManagedKeyException service(
      @Nullable String serviceCode, @Nullable String requestId) {
    this.serviceCode = this.serviceCode == null ? serviceCode : this.serviceCode;
    this.requestId = this.requestId == null ? requestId : this.requestId;
    return this;
  }

  /**
   * The backend concerned.
   *
   * @return the backend's name, or null when the failure concerns none
   */
  public final synchronized @Nullable String backend() {
    return backend;
  }

  /**
   * The key concerned.
   *
   * @return the key's name, or null when the failure concerns none
   */
  public final synchronized @Nullable String key() {
    return key;
  }

  /**
   * The operation that failed.
   *
   * @return the operation, such as {@code sign}, or null
   */
  public final synchronized @Nullable String operation() {
    return operation;
  }

  /**
   * The service's own error code.
   *
   * @return the code, or null when there is none
   */
  public final synchronized @Nullable String serviceCode() {
    return serviceCode;
  }

  /**
   * The service's id of the failed request.
   *
   * @return the id, or null when there is none
   */
  public final synchronized @Nullable String requestId() {
    return requestId;
  }

  /**
   * Whether the same call may succeed later without a change by the caller.
   *
   * @return true if so
   */
  public final boolean retryable() {
    return retryable;
  }

  @Override
  public synchronized String getMessage() {
    StringBuilder text = new StringBuilder(String.valueOf(super.getMessage()));
    String before = " [";
    before = append(text, before, "backend", backend);
    before = append(text, before, "key", key);
    before = append(text, before, "operation", operation);
    before = append(text, before, "code", serviceCode);
    before = append(text, before, "request", requestId);
    return before.equals(" [") ? text.toString() : text.append(']').toString();
  }

  private static String append(
      StringBuilder text, String before, String name, @Nullable String value) {
    if (value == null) {
      return before;
    }
    text.append(before).append(name).append('=').append(value);
    return ", ";
  }
}
