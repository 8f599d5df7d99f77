package io.managedkeys.azurekv;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.spi.CallContext;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries a call's deadline through the SDK, whose synchronous pipeline stays in the caller's thread
 * but passes no deadline to transport and credential.
 */
final class CallDeadline {
  private static final ThreadLocal<@Nullable CallContext> CURRENT = new ThreadLocal<>();

  private CallDeadline() {}

  static <T> T within(CallContext context, Supplier<T> call) {
    context.requireTime();
    CallContext outer = CURRENT.get();
    CURRENT.set(context);
    try {
      return call.get();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }

  /**
   * The time left, but no more than the bound, which alone holds in threads of the SDK's own.
   *
   * @throws BackendUnavailableException if none is left
   */
  static Duration left(Duration bound) {
    CallContext context = CURRENT.get();
    if (context == null) {
      return bound;
    }
    Duration left = context.requireTime();
    return left.compareTo(bound) < 0 ? left : bound;
  }
}
