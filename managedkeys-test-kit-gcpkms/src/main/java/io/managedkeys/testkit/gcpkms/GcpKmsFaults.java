package io.managedkeys.testkit.gcpkms;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** What goes wrong on a {@link GcpKmsServer}, and when. Safe for use from several threads. */
public final class GcpKmsFaults {
  private final List<Rule> rules = new ArrayList<>();
  private CountDownLatch stalled = new CountDownLatch(1);

  GcpKmsFaults() {}

  /**
   * Adds a fault. Several that strike the same call act in the order in which they were added; an
   * error ends the call.
   *
   * @param fault what goes wrong
   * @param trigger when
   * @throws IllegalArgumentException if the service has no such method
   */
  public synchronized void add(GcpKmsFault fault, FaultTrigger trigger) {
    String method = trigger.method();
    if (method != null && ServiceMethods.SERVICE.findMethodByName(method) == null) {
      throw new IllegalArgumentException("KeyManagementService has no method " + method);
    }
    rules.add(new Rule(fault, trigger));
  }

  /** Removes all faults and lets stalled calls go on. */
  public synchronized void clear() {
    rules.clear();
    stalled.countDown();
    stalled = new CountDownLatch(1);
  }

  /** Counts a call and says what strikes it. */
  synchronized List<GcpKmsFault> strike(String method) {
    List<GcpKmsFault> struck = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.strikes(method)) {
        struck.add(rule.fault);
      }
    }
    return struck;
  }

  void awaitClear() throws InterruptedException {
    CountDownLatch latch;
    synchronized (this) {
      latch = stalled;
    }
    latch.await();
  }

  private static final class Rule {
    private final GcpKmsFault fault;
    private final FaultTrigger trigger;
    private final Random random;
    private int seen;
    private int struck;

    Rule(GcpKmsFault fault, FaultTrigger trigger) {
      this.fault = fault;
      this.trigger = trigger;
      this.random = new Random(trigger.seed());
    }

    boolean strikes(String method) {
      if (trigger.method() != null && !trigger.method().equals(method)) {
        return false;
      }
      seen++;
      if (seen < trigger.first() || struck >= trigger.times()) {
        return false;
      }
      if (trigger.percent() < 100 && random.nextInt(100) >= trigger.percent()) {
        return false;
      }
      struck++;
      return true;
    }
  }
}
