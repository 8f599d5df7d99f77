package io.managedkeys.registry;

import io.managedkeys.ManagedKeyException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outermost link of the chain: one event per call, refused ones included. */
final class Audit {

  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

  private final List<AuditListener> listeners;
  private final AuditFailure onFailure;
  private final Clock clock;

  Audit(List<AuditListener> listeners, AuditFailure onFailure, Clock clock) {
    this.listeners = List.copyOf(listeners);
    this.onFailure = onFailure;
    this.clock = clock;
  }

  <T> T around(Call call, Supplier<@Nullable String> version, Supplier<T> rest) {
    if (listeners.isEmpty()) {
      return rest.get();
    }
    Instant time = clock.instant();
    if (onFailure == AuditFailure.FATAL) {
      send(
          new AuditEvent(time, AuditEvent.Phase.INTENT, call, null, "intent", null, Duration.ZERO));
    }
    long start = System.nanoTime();
    try {
      T result = rest.get();
      end(time, call, version.get(), AuditEvent.SUCCESS, null, start);
      return result;
    } catch (RuntimeException | Error e) {
      try {
        String detail = e instanceof ManagedKeyException ? e.getMessage() : null;
        end(time, call, version.get(), e.getClass().getSimpleName(), detail, start);
      } catch (RuntimeException audit) {
        e.addSuppressed(audit);
      }
      throw e;
    }
  }

  private void end(
      Instant time,
      Call call,
      @Nullable String version,
      String outcome,
      @Nullable String detail,
      long start) {
    send(
        new AuditEvent(
            time,
            AuditEvent.Phase.OUTCOME,
            call,
            version,
            outcome,
            detail,
            Duration.ofNanos(System.nanoTime() - start)));
  }

  private void send(AuditEvent event) {
    for (AuditListener listener : listeners) {
      try {
        listener.onEvent(event);
      } catch (RuntimeException e) {
        if (onFailure == AuditFailure.FATAL) {
          throw new ManagedKeyException(
              "the call could not be audited, and audit is fatal here; nothing was released", e);
        }
        LOG.error("an audit listener failed for {}", event.call(), e);
      }
    }
  }
}
