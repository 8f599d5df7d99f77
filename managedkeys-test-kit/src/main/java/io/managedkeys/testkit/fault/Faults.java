package io.managedkeys.testkit.fault;

import io.managedkeys.ManagedKeyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The faults of a {@link FaultyBackendProvider}: which call of which kind is late, fails or answers
 * wrongly. Counts every call. Thread-safe; may be changed while calls run.
 *
 * <pre>{@code
 * faults.on(Faults.Call.SIGN).nth(2).fail(() -> new BackendUnavailableException("cable pulled"));
 * }</pre>
 */
public final class Faults {

  /** What is called. */
  public enum Call {
    /** Opening the backend. */
    OPEN,
    /** Binding a key. */
    KEY,
    /** Checking the backend's health. */
    CHECK,
    /** Signing. */
    SIGN,
    /** Encrypting with a secret key. */
    ENCRYPT,
    /** Decrypting with a secret or private key. */
    DECRYPT,
    /** Wrapping material. */
    WRAP,
    /** Unwrapping material. */
    UNWRAP,
    /** Computing a code. */
    MAC,
    /** Agreeing on a secret. */
    AGREE,
    /** Generating a key, before it is made. */
    GENERATE,
    /** Generating a key, after it was made: the answer is lost. */
    GENERATE_ANSWER
  }

  private record Fault(Call call, long first, long last, Effect effect) {}

  /** What happens in place of, or to, a call. */
  @FunctionalInterface
  private interface Effect {
    byte[] on(byte[] answer);
  }

  private final Map<Call, Long> counts = new EnumMap<>(Call.class);
  private final List<Fault> before = new ArrayList<>();
  private final List<Fault> answers = new ArrayList<>();

  /** No faults yet. */
  public Faults() {}

  /**
   * Starts to describe a fault of every call of a kind.
   *
   * @param call the kind
   * @return where and what
   */
  public At on(Call call) {
    return new At(call, 1, Long.MAX_VALUE);
  }

  /**
   * How often a kind was called.
   *
   * @param call the kind
   * @return the number of calls
   */
  public synchronized long count(Call call) {
    return counts.getOrDefault(call, 0L);
  }

  /** Ends all faults; the counts go on. */
  public synchronized void clear() {
    before.clear();
    answers.clear();
  }

  /** Which calls of a kind. */
  public final class At {

    private final Call call;
    private final long first;
    private final long last;

    private At(Call call, long first, long last) {
      this.call = call;
      this.first = first;
      this.last = last;
    }

    /**
     * Only one call.
     *
     * @param number its number, counted from this moment on, beginning with 1
     * @return this kind's one call
     */
    public At nth(long number) {
      long absolute = count(call) + number;
      return new At(call, absolute, absolute);
    }

    /**
     * Only the next calls.
     *
     * @param number how many
     * @return this kind's next calls
     */
    public At next(long number) {
      long now = count(call);
      return new At(call, now + 1, now + number);
    }

    /**
     * Lets them fail before the real backend is asked.
     *
     * @param failure makes the exception
     */
    public void fail(Supplier<? extends ManagedKeyException> failure) {
      add(
          before,
          answer -> {
            throw failure.get();
          });
    }

    /**
     * Lets them throw what no backend should throw.
     *
     * @param failure makes the exception
     */
    public void failUntyped(Supplier<? extends RuntimeException> failure) {
      add(
          before,
          answer -> {
            throw failure.get();
          });
    }

    /**
     * Lets them wait before the real backend is asked.
     *
     * @param time how long
     */
    public void delay(Duration time) {
      add(
          before,
          answer -> {
            try {
              Thread.sleep(time.toMillis());
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return answer;
          });
    }

    /**
     * Changes the real backend's answer.
     *
     * @param change makes the wrong answer of the right one
     */
    public void answer(UnaryOperator<byte[]> change) {
      add(answers, change::apply);
    }

    private void add(List<Fault> to, Effect effect) {
      synchronized (Faults.this) {
        to.add(new Fault(call, first, last, effect));
      }
    }
  }

  /** Counts a call and lets its faults happen; returns its number. */
  long enter(Call call) {
    List<Effect> effects = new ArrayList<>();
    long number;
    synchronized (this) {
      number = counts.merge(call, 1L, Long::sum);
      for (Fault fault : before) {
        if (fault.call() == call && fault.first() <= number && number <= fault.last()) {
          effects.add(fault.effect());
        }
      }
    }
    effects.forEach(effect -> effect.on(new byte[0]));
    return number;
  }

  /** The answer of a call as its faults change it. */
  byte[] leave(Call call, long number, byte[] answer) {
    List<Effect> effects = new ArrayList<>();
    synchronized (this) {
      for (Fault fault : answers) {
        if (fault.call() == call && fault.first() <= number && number <= fault.last()) {
          effects.add(fault.effect());
        }
      }
    }
    byte[] changed = answer;
    for (Effect effect : effects) {
      changed = effect.on(changed);
    }
    return changed;
  }
}
