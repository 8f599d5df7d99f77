package io.managedkeys.registry;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A consumer's dependence on an entry. Thread-safe; {@link #close()} ends it. */
public final class KeyUse implements AutoCloseable {

  private final AtomicReference<@Nullable Runnable> end;

  KeyUse(Runnable end) {
    this.end = new AtomicReference<>(end);
  }

  /** Ends the dependence. Idempotent. */
  @Override
  public void close() {
    Runnable last = end.getAndSet(null);
    if (last != null) {
      last.run();
    }
  }
}
