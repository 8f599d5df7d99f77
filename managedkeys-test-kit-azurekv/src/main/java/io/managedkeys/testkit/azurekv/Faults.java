package io.managedkeys.testkit.azurekv;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** The faults that a server shows. Safe for use by several threads. */
public final class Faults {

  private static final class Armed {
    final Fault fault;
    final IntPredicate selection;
    int calls;
    int struck;

    Armed(Fault fault) {
      this.fault = fault;
      this.selection = fault.start();
    }
  }

  private final List<Armed> armed = new ArrayList<>();

  Faults() {}

  /**
   * Arms a fault. Where several strike the same request, all of them do, in the order in which they
   * were added; the first that ends the request wins.
   *
   * @param fault the fault
   */
  public synchronized void add(Fault fault) {
    armed.add(new Armed(fault));
  }

  /** Disarms all faults. What is being delayed or stalled stays so. */
  public synchronized void clear() {
    armed.clear();
  }

  /**
   * How often the faults that are armed have struck.
   *
   * @return the sum over all of them
   */
  public synchronized int struck() {
    return armed.stream().mapToInt(one -> one.struck).sum();
  }

  synchronized List<Fault> strike(KeyVaultOperation operation) {
    List<Fault> faults = new ArrayList<>();
    for (Armed one : armed) {
      if (one.fault.matches(operation)) {
        one.calls++;
        if (one.selection.test(one.calls)) {
          one.struck++;
          faults.add(one.fault);
        }
      }
    }
    return faults;
  }
}
