package io.managedkeys.vault.client;

import io.managedkeys.vault.client.VaultFailure.Kind;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls a cluster: tries its addresses in turn, and waits for one that is sealed, a standby or not
 * caught up, within the call's deadline.
 *
 * <p>A request goes out again only when it is certain that the service did nothing, or when nothing
 * was sent. Whether to repeat a call whose fate is unknown, and what to do about throttling, is the
 * caller's decision. Thread-safe.
 */
public final class VaultClient {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** An address that does not take connections must leave time for the next one. */
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final VaultAddresses addresses;
  private final VaultHttp http;
  private final Duration patience;

  /**
   * A client.
   *
   * @param addresses the cluster
   * @param tls trust and identity
   * @param patience how long a call waits at most for a node that is sealed, a standby or not
   *     caught up; zero fails at once
   */
  public VaultClient(VaultAddresses addresses, VaultTls tls, Duration patience) {
    this.addresses = addresses;
    this.http = new VaultHttp(client(tls));
    this.patience = patience;
  }

  private static HttpClient client(VaultTls tls) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT)
        .sslContext(tls.context())
        .sslParameters(tls.parameters())
        .build();
  }

  /**
   * Sends a request and gives its answer. The request's body is wiped in any case.
   *
   * @param request the request
   * @param deadline when to give up
   * @return the answer, a checked success
   * @throws VaultFailure if there was none
   */
  public VaultAnswer call(VaultRequest request, Deadline deadline) throws VaultFailure {
    try {
      return callPatiently(request, deadline);
    } finally {
      byte[] body = request.body();
      if (body != null) {
        Arrays.fill(body, (byte) 0);
      }
    }
  }

  /**
   * Sends a request whose body the caller still needs, for example to send it again with a new
   * token.
   *
   * @param request the request
   * @param deadline when to give up
   * @return the answer, a checked success
   * @throws VaultFailure if there was none
   */
  public VaultAnswer callKeepingBody(VaultRequest request, Deadline deadline) throws VaultFailure {
    return callPatiently(request, deadline);
  }

  private VaultAnswer callPatiently(VaultRequest request, Deadline deadline) throws VaultFailure {
    Deadline patienceEnds = deadline.atMost(patience);
    long pause = FIRST_PAUSE.toNanos();
    while (true) {
      try {
        return callOnce(request, deadline);
      } catch (VaultFailure failure) {
        boolean passing =
            failure.kind() == Kind.SEALED
                || failure.kind() == Kind.STANDBY
                || failure.kind() == Kind.STALE;
        // Full jitter: clients that were stopped by the same event must not come back together.
        long wait = ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
        if (!passing || patienceEnds.remainingNanos() < wait) {
          throw failure;
        }
        sleep(request, wait);
        pause = Math.min(pause * 2, LONGEST_PAUSE.toNanos());
      }
    }
  }

  private static void sleep(VaultRequest request, long nanos) throws VaultFailure {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw VaultFailure.local(Kind.INTERRUPTED, request, "the thread was interrupted", e);
    }
  }

  /** One round over the addresses. */
  private VaultAnswer callOnce(VaultRequest request, Deadline deadline) throws VaultFailure {
    int start = addresses.preferred();
    VaultFailure last = null;
    for (int n = 0; n < addresses.count(); n++) {
      try {
        VaultAnswer answer = http.exchange(addresses.candidate(start, n), request, deadline);
        addresses.served(start, n);
        return answer;
      } catch (VaultFailure failure) {
        if (!elsewhere(failure)) {
          addresses.served(start, n);
          throw failure;
        }
        last = moreTelling(last, failure);
      }
    }
    if (last == null) {
      throw new IllegalStateException("a cluster has an address");
    }
    throw last;
  }

  /** Whether another node may serve what this one did not even begin. */
  private static boolean elsewhere(VaultFailure failure) {
    return failure.kind() == Kind.UNREACHABLE
        || failure.kind() == Kind.SEALED
        || failure.kind() == Kind.STANDBY;
  }

  /** A node that answered says more about the cluster than one that did not. */
  private static VaultFailure moreTelling(@Nullable VaultFailure before, VaultFailure now) {
    return before != null && now.kind() == Kind.UNREACHABLE && before.kind() != Kind.UNREACHABLE
        ? before
        : now;
  }

  @Override
  public String toString() {
    return "VaultClient" + addresses;
  }
}
