package io.managedkeys.testkit.gcpkms;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many requests a {@link GcpKmsServer} was sent, by method and whatever came of them. Safe for
 * use from several threads.
 */
public final class RequestCounts {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  RequestCounts() {}

  void count(String method) {
    counts.computeIfAbsent(method, name -> new LongAdder()).increment();
  }

  /**
   * Requests of one method.
   *
   * @param method its name, such as {@code AsymmetricSign}
   * @return how many
   */
  public long of(String method) {
    LongAdder adder = counts.get(method);
    return adder == null ? 0 : adder.sum();
  }

  /**
   * Requests of all methods.
   *
   * @return how many
   */
  public long total() {
    return counts.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /**
   * The methods that were called, each with its count.
   *
   * @return a copy, sorted by name
   */
  public Map<String, Long> byMethod() {
    Map<String, Long> snapshot = new TreeMap<>();
    counts.forEach((method, adder) -> snapshot.put(method, adder.sum()));
    return snapshot;
  }

  /** Counts from zero again. */
  public void reset() {
    counts.clear();
  }

  @Override
  public String toString() {
    return byMethod().toString();
  }
}
