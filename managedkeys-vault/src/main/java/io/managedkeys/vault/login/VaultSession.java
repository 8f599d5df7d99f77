package io.managedkeys.vault.login;

import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.vault.client.Deadline;
import io.managedkeys.vault.client.Failures;
import io.managedkeys.vault.client.MalformedAnswerException;
import io.managedkeys.vault.client.VaultAnswer;
import io.managedkeys.vault.client.VaultClient;
import io.managedkeys.vault.client.VaultFailure;
import io.managedkeys.vault.client.VaultFailure.Kind;
import io.managedkeys.vault.client.VaultRequest;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The service as an engine sees it: requests go out in the backend's namespace with a live token.
 *
 * <p>A refusal for lack of rights is looked into: when the token turns out dead, a new one is taken
 * and the request, which was not carried out, goes out once more; else the policy is the reason.
 * Thread-safe.
 */
public final class VaultSession implements AutoCloseable {

  private final VaultClient client;
  private final TokenKeeper tokens;
  private final String namespace;
  private final AtomicLong outages = new AtomicLong();

  /**
   * A service.
   *
   * @param client the client
   * @param tokens the tokens
   * @param namespace the namespace, empty for the root
   */
  public VaultSession(VaultClient client, TokenKeeper tokens, String namespace) {
    this.client = client;
    this.tokens = tokens;
    this.namespace = namespace;
  }

  /**
   * Calls the service. The request's body is wiped in any case.
   *
   * @param request the request
   * @param context the call
   * @return the answer, a checked success
   * @throws VaultFailure if there was none; never {@link Kind#DENIED}
   * @throws UsageDeniedException if the token's policies do not allow the request
   * @throws io.managedkeys.BackendAuthenticationException if there is no live token to be had
   */
  public VaultAnswer call(VaultRequest request, CallContext context) throws VaultFailure {
    Deadline deadline = new Deadline(context.deadlineNanos());
    try {
      SecretBytes token = tokens.token(deadline);
      try {
        return send(request, token, deadline);
      } catch (VaultFailure failure) {
        if (failure.kind() != Kind.DENIED) {
          throw failure;
        }
        if (tokens.isAlive(token, deadline)) {
          throw denied(failure);
        }
        return sendAgain(request, tokens.replace(token, deadline), deadline);
      }
    } finally {
      byte[] body = request.body();
      if (body != null) {
        Arrays.fill(body, (byte) 0);
      }
    }
  }

  /**
   * Logs in unless that is done.
   *
   * @param context the call
   * @throws ManagedKeyException of the fitting type if the login does not succeed
   */
  public void logIn(CallContext context) {
    tokens.token(new Deadline(context.deadlineNanos()));
  }

  private VaultAnswer sendAgain(VaultRequest request, SecretBytes token, Deadline deadline)
      throws VaultFailure {
    try {
      return send(request, token, deadline);
    } catch (VaultFailure failure) {
      if (failure.kind() == Kind.DENIED) {
        throw denied(failure);
      }
      throw failure;
    }
  }

  private VaultAnswer send(VaultRequest request, SecretBytes token, Deadline deadline)
      throws VaultFailure {
    try {
      return client.callKeepingBody(request.in(namespace).with(token), deadline);
    } catch (VaultFailure failure) {
      switch (failure.kind()) {
        case SEALED, STANDBY, UNREACHABLE, UNAVAILABLE, TIMEOUT -> outages.incrementAndGet();
        default -> {
          // An answer of the service that was there all the time.
        }
      }
      throw failure;
    }
  }

  private static ManagedKeyException denied(VaultFailure failure) {
    return new UsageDeniedException(
            "the token's policies do not allow this: give its role the capability on this path: "
                + failure.getMessage(),
            failure)
        .service("HTTP " + failure.status(), failure.requestId());
  }

  /**
   * Changes when the service may have become another one: after a login, and after it was away,
   * since it may have come back from a backup with other keys under the same names.
   *
   * @return a number that changes
   */
  public long epoch() {
    return tokens.epoch() + outages.get();
  }

  /**
   * Sends an encrypted or read-only request and translates its failure.
   *
   * @param request the request
   * @param doing what is tried, such as {@code signing}
   * @param context the call
   * @param reader takes out of the answer what the caller needs
   * @param <R> what that is
   * @return what the reader returned
   * @throws ManagedKeyException of the fitting type if there was no success
   */
  public <R> R ask(
      VaultRequest request, String doing, CallContext context, AnswerFunction<R> reader) {
    try (VaultAnswer answer = call(request, context)) {
      return reader.apply(answer);
    } catch (VaultFailure failure) {
      throw Failures.translate(failure, doing);
    } catch (MalformedAnswerException e) {
      throw Failures.malformed(doing, e);
    }
  }

  /**
   * Takes a result out of an answer.
   *
   * @param <R> the result
   */
  @FunctionalInterface
  public interface AnswerFunction<R> {

    /**
     * Takes the result out.
     *
     * @param answer the answer, which is wiped afterwards
     * @return the result
     * @throws MalformedAnswerException if the answer lacks it
     */
    R apply(VaultAnswer answer) throws MalformedAnswerException;
  }

  /** Ends the session. */
  @Override
  public void close() {
    tokens.close();
  }
}
