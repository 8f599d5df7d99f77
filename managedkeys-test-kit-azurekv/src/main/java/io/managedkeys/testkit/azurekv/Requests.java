package io.managedkeys.testkit.azurekv;

import java.util.ArrayList;
import java.util.List;

/**
 * What was asked of the server, in the order in which the requests came in. Safe for use by several
 * threads.
 */
public final class Requests {

  /**
   * One request.
   *
   * @param operation what it asked for
   * @param method the HTTP method
   * @param path the path without the query; the version of a key stands in it, where one was sent
   * @param requestId the value of {@code x-ms-request-id} in the answer
   */
  public record Request(
      KeyVaultOperation operation, String method, String path, String requestId) {}

  private final List<Request> requests = new ArrayList<>();

  Requests() {}

  synchronized void add(Request request) {
    requests.add(request);
  }

  /**
   * All requests since the start or the last {@link #clear()}.
   *
   * @return a copy, oldest first
   */
  public synchronized List<Request> all() {
    return List.copyOf(requests);
  }

  /**
   * Counts the requests for an operation.
   *
   * @param operation the operation
   * @return how many came in since the start or the last {@link #clear()}
   */
  public synchronized int count(KeyVaultOperation operation) {
    int count = 0;
    for (Request request : requests) {
      if (request.operation() == operation) {
        count++;
      }
    }
    return count;
  }

  /**
   * Counts the requests to the vault itself: all but challenges and requests for tokens, which the
   * SDK makes once and not per call.
   *
   * @return how many came in since the start or the last {@link #clear()}
   */
  public synchronized int toVault() {
    return requests.size() - count(KeyVaultOperation.CHALLENGE) - count(KeyVaultOperation.TOKEN);
  }

  /** Forgets what came in so far. */
  public synchronized void clear() {
    requests.clear();
  }
}
