package io.managedkeys.registry;

import io.managedkeys.GrantMissingException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Usage;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.spi.CallContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one chain of every operation: audit, authorisation, the host's interceptors (metrics, tracing),
 * and inside the backend's gate circuit, concurrency bound, deadline and retry.
 */
final class Pipeline {

  /** What an operation does once its key is bound: local checks first, then at most one remote act. */
  @FunctionalInterface
  interface Body<T> {
    T apply(BoundKey key, Run run);
  }

  /** The remote half of the chain, for a body. */
  static final class Run {

    private final BackendRuntime backend;
    private final KeySlot slot;
    private final CallContext context;

    Run(BackendRuntime backend, KeySlot slot, CallContext context) {
      this.backend = backend;
      this.slot = slot;
      this.context = context;
    }

    BackendRuntime backend() {
      return backend;
    }

    CallContext context() {
      return context;
    }

    /** A remote act that may be repeated. */
    <T> T remote(Function<CallContext, T> work) {
      T result = backend.remote(context, true, work);
      backend.wasGood(slot);
      return result;
    }

    /** A remote act that must not be repeated. */
    <T> T once(Function<CallContext, T> work) {
      return backend.remote(context, false, work);
    }
  }

  private final Audit audit;
  private final List<CallInterceptor> interceptors;

  Pipeline(Audit audit, List<CallInterceptor> interceptors) {
    this.audit = audit;
    this.interceptors = List.copyOf(interceptors);
  }

  Audit audit() {
    return audit;
  }

  <T> T run(
      Call call,
      KeySlot slot,
      BackendRuntime backend,
      View view,
      @Nullable Duration deadline,
      Body<T> body) {
    return audit.around(
        call,
        () -> version(slot),
        () -> {
          try {
            authorise(call, slot, view);
            return observed(call, () -> inside(slot, backend, deadline, body));
          } catch (ManagedKeyException e) {
            throw e.at(call.ref().backend(), call.ref().key(), call.operation().text());
          }
        });
  }

  private static @Nullable String version(KeySlot slot) {
    BoundKey bound = slot.bound;
    return bound == null ? null : bound.info().version().or(bound.info()::resolvedId).orElse(null);
  }

  private static void authorise(Call call, KeySlot slot, View view) {
    KeyRecord record = slot.require();
    Usage usage = call.operation().usage();
    Set<Usage> entry = record.policy().usages();
    if (usage != null && !entry.contains(usage)) {
      throw new UsageDeniedException(
          "the entry does not allow "
              + usage
              + "; it allows "
              + entry
              + ". Add it to usages if"
              + " that is meant");
    }
    Set<Usage> granted = view.granted(slot, record);
    if (usage == null ? granted.isEmpty() : !granted.contains(usage)) {
      throw new GrantMissingException(
          view.subjectText()
              + " is missing grant for key \""
              + record.ref()
              + "\""
              + (usage == null ? "" : " to " + usage));
    }
  }

  private <T> T observed(Call call, Supplier<T> rest) {
    if (interceptors.isEmpty()) {
      return rest.get();
    }
    Observed<T> observed = new Observed<>(call, rest);
    observed.proceed();
    return observed.result();
  }

  /** Goes through the interceptors one by one and keeps the result of the rest. */
  private final class Observed<T> implements CallInterceptor.Rest {

    private final Call call;
    private final Supplier<T> rest;
    private int next;
    private boolean done;
    private @Nullable T result;

    Observed(Call call, Supplier<T> rest) {
      this.call = call;
      this.rest = rest;
    }

    @Override
    public void proceed() {
      if (next < interceptors.size()) {
        interceptors.get(next++).intercept(call, this);
      } else if (done) {
        throw new IllegalStateException("an interceptor went on with a call twice");
      } else {
        done = true;
        result = rest.get();
      }
    }

    @SuppressWarnings("NullAway") // a T that the rest gave, which may be null only where T may
    T result() {
      if (!done) {
        throw new IllegalStateException("an interceptor did not go on with a call");
      }
      return result;
    }
  }

  private <T> T inside(
      KeySlot slot, BackendRuntime backend, @Nullable Duration deadline, Body<T> body) {
    Duration time = deadline == null ? backend.record().settings().deadline() : deadline;
    CallContext context = CallContext.within(time);
    backend.enter(context.deadlineNanos());
    try {
      BoundKey key = slot.bound;
      if (key == null || key.recordVersion() != slot.require().version()) {
        key = backend.remote(context, true, attempt -> backend.bind(slot, attempt));
      }
      return body.apply(key, new Run(backend, slot, context));
    } finally {
      backend.leave();
    }
  }

  /** What a subject may do; see {@link AccessView}. */
  interface View {

    Set<Usage> granted(KeySlot slot, KeyRecord record);

    String subjectText();
  }
}
