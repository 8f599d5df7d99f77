package io.managedkeys.vault.client;

import io.managedkeys.SecretBytes;
import io.managedkeys.vault.client.VaultFailure.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with one address: sends, waits no longer than the deadline, and hands the raw answer
 * to {@link AnswerReader}. HTTP/1.1 with connections kept alive; redirects are not followed, since
 * they would carry the token to a host that nobody configured.
 *
 * <p>{@code HttpRequest.timeout} ends with the answer's headers, so that a body that trickles could
 * hold a thread for ever: the wait on the future covers the whole exchange instead.
 */
final class VaultHttp {

  /** Above any answer of transit, K/V or a login: the server's own limit of requests is 32 MiB. */
  private static final int MAX_ANSWER = 64 << 20;

  private final HttpClient http;

  VaultHttp(HttpClient http) {
    this.http = http;
  }

  VaultAnswer exchange(URI base, VaultRequest request, Deadline deadline) throws VaultFailure {
    long remaining = deadline.remainingNanos();
    if (remaining <= 0) {
      throw VaultFailure.local(Kind.TIMEOUT, request, "the deadline passed before sending", null);
    }
    HttpRequest http11 = build(base, request, remaining);
    CompletableFuture<HttpResponse<byte[]>> future =
        http.sendAsync(http11, info -> new BoundedBody(MAX_ANSWER));
    try {
      return AnswerReader.read(request, future.get(remaining, TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      future.cancel(true);
      throw VaultFailure.local(Kind.TIMEOUT, request, "no answer within the deadline", null);
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw VaultFailure.local(Kind.INTERRUPTED, request, "the thread was interrupted", e);
    } catch (ExecutionException e) {
      throw transport(request, e.getCause());
    }
  }

  private static HttpRequest build(URI base, VaultRequest request, long remaining) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(base + request.path()))
            .timeout(Duration.ofNanos(remaining))
            .header("X-Vault-Request", "true");
    SecretBytes token = request.token();
    if (token != null) {
      // java.net.http takes header values as String only: this one lives as long as the request.
      builder.header(
          "X-Vault-Token", token.use(bytes -> new String(bytes, StandardCharsets.US_ASCII)));
    }
    if (!request.namespace().isEmpty()) {
      builder.header("X-Vault-Namespace", request.namespace());
    }
    byte[] body = request.body();
    if (body != null) {
      builder.header("Content-Type", "application/json");
    }
    return builder
        .method(
            request.method(),
            body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
        .build();
  }

  private static VaultFailure transport(VaultRequest request, @Nullable Throwable cause) {
    if (cause instanceof HttpConnectTimeoutException || cause instanceof ConnectException) {
      return VaultFailure.local(Kind.UNREACHABLE, request, "no connection", cause);
    }
    if (cause instanceof UnknownHostException) {
      return VaultFailure.local(Kind.UNREACHABLE, request, "the host name is unknown", cause);
    }
    if (cause instanceof HttpTimeoutException) {
      return VaultFailure.local(Kind.TIMEOUT, request, "no answer within the deadline", cause);
    }
    if (cause instanceof SSLException) {
      // A handshake that fails comes before the first byte of the request.
      return VaultFailure.local(
          Kind.UNREACHABLE, request, "TLS failed: " + cause.getMessage(), cause);
    }
    if (cause instanceof IOException) {
      return VaultFailure.local(Kind.UNAVAILABLE, request, "the connection broke", cause);
    }
    return VaultFailure.local(Kind.UNAVAILABLE, request, "the exchange failed", cause);
  }
}
