package io.managedkeys.testkit.awskms;

import java.util.ArrayList;
import java.util.List;

/**
 * The requests that reached a server, faulty ones included, for tests that count. It forgets the
 * oldest beyond 100,000. Thread-safe.
 */
public final class RequestLog {
  private static final int MOST = 100_000;

  private final List<ReceivedRequest> requests = new ArrayList<>();
  private long total;

  RequestLog() {}

  synchronized void add(ReceivedRequest request) {
    if (requests.size() == MOST) {
      requests.remove(0);
    }
    requests.add(request);
    total++;
  }

  /**
   * How many requests were received since the start or the last {@link #reset()}.
   *
   * @return the number
   */
  public synchronized long count() {
    return total;
  }

  /**
   * How many requests of one action are remembered.
   *
   * @param action the operation's name, for instance {@code Sign}
   * @return the number
   */
  public synchronized long count(String action) {
    return requests.stream().filter(request -> request.action().equals(action)).count();
  }

  /**
   * The requests, oldest first.
   *
   * @return a copy
   */
  public synchronized List<ReceivedRequest> all() {
    return List.copyOf(requests);
  }

  /** Forgets all requests. */
  public synchronized void reset() {
    requests.clear();
    total = 0;
  }
}
