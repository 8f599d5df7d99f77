package io.managedkeys.registry;

import io.managedkeys.BackendUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets calls into a backend and, while it is being replaced, keeps new ones waiting until those inside
 * have left. One atomic operation on the way in and one on the way out.
 */
final class Gate {

  private static final int CLOSED = Integer.MIN_VALUE;

  /** The number of calls inside; with {@link #CLOSED} added while the gate is closed. */
  private final AtomicInteger inside = new AtomicInteger();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  void enter(long deadlineNanos) {
    if (inside.incrementAndGet() > 0) {
      return;
    }
    leave();
    lock.lock();
    try {
      while (inside.incrementAndGet() <= 0) {
        leave();
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0 || !awaitChange(left)) {
          throw new BackendUnavailableException(
              "the backend is being replaced and was not ready before the deadline; try again");
        }
      }
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    if (inside.decrementAndGet() == CLOSED) {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Closes the gate and waits until nobody is inside; false, and open again, when that takes longer. */
  boolean close(Duration patience) {
    lock.lock();
    try {
      inside.getAndAdd(CLOSED);
      long deadline = System.nanoTime() + patience.toNanos();
      while (inside.get() != CLOSED) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || !awaitChange(left)) {
          if (inside.get() == CLOSED) {
            return true;
          }
          open();
          return false;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  void open() {
    lock.lock();
    try {
      inside.getAndAdd(-CLOSED);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitChange(long nanos) {
    try {
      // A bounded sleep: a leaver and a closer may miss each other by one signal.
      changed.awaitNanos(Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(20)));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
