package io.managedkeys.testkit.awskms;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The faults a server is to show. Rules are tried in the order in which they were given, and the
 * first that applies is used; a rule counts only the requests that reach it. Thread-safe.
 *
 * <pre>{@code
 * server.faults().on("Sign").next(2, Fault.throttle());
 * server.faults().on("Decrypt").nth(3, Fault.cutConnection());
 * server.faults().onAny().share(0.20, 42, Fault.throttle());
 * }</pre>
 */
public final class Faults {
  private static final class Rule {
    private final @Nullable String action;
    private final Fault fault;
    private final int first;
    private final int last;
    private final double share;
    private final @Nullable Random random;
    private int seen;

    Rule(
        @Nullable String action,
        Fault fault,
        int first,
        int last,
        double share,
        @Nullable Random random) {
      this.action = action;
      this.fault = Objects.requireNonNull(fault);
      this.first = first;
      this.last = last;
      this.share = share;
      this.random = random;
    }

    synchronized boolean applies(String requested) {
      if (action != null && !action.equals(requested)) {
        return false;
      }
      seen++;
      return random != null ? random.nextDouble() < share : seen >= first && seen <= last;
    }
  }

  /** Rules for one action or for all. */
  public final class On {
    private final @Nullable String action;

    private On(@Nullable String action) {
      this.action = action;
    }

    /**
     * The fault meets one request.
     *
     * @param n which of the requests from now on, counted from 1
     * @param fault what goes wrong
     */
    public void nth(int n, Fault fault) {
      if (n < 1) {
        throw new IllegalArgumentException("requests are counted from 1: " + n);
      }
      rules.add(new Rule(action, fault, n, n, 0, null));
    }

    /**
     * The fault meets the next requests.
     *
     * @param count how many
     * @param fault what goes wrong
     */
    public void next(int count, Fault fault) {
      rules.add(new Rule(action, fault, 1, count, 0, null));
    }

    /**
     * The fault meets every request until {@link Faults#clear()}.
     *
     * @param fault what goes wrong
     */
    public void always(Fault fault) {
      rules.add(new Rule(action, fault, 1, Integer.MAX_VALUE, 0, null));
    }

    /**
     * The fault meets a share of the requests, the same ones for the same seed.
     *
     * @param share from 0 to 1
     * @param seed of the choice
     * @param fault what goes wrong
     */
    public void share(double share, long seed, Fault fault) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("a share is between 0 and 1: " + share);
      }
      rules.add(new Rule(action, fault, 0, 0, share, new Random(seed)));
    }
  }

  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  Faults() {}

  /**
   * Rules for one action.
   *
   * @param action the operation's name in the service's API, for instance {@code Sign}
   * @return where to say what goes wrong
   */
  public On on(String action) {
    return new On(Objects.requireNonNull(action));
  }

  /**
   * Rules for every action.
   *
   * @return where to say what goes wrong
   */
  public On onAny() {
    return new On(null);
  }

  /** From now on nothing goes wrong. Requests that are stalled or delayed stay so. */
  public void clear() {
    rules.clear();
  }

  @Nullable Fault next(String action) {
    for (Rule rule : rules) {
      if (rule.applies(action)) {
        return rule.fault;
      }
    }
    return null;
  }
}
