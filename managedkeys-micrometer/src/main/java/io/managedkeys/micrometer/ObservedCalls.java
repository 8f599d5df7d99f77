package io.managedkeys.micrometer;

import io.managedkeys.Subject;
import io.managedkeys.registry.Call;
import io.managedkeys.registry.CallInterceptor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Makes every authorised call an observation named {@code managedkeys.call}, from which Micrometer's
 * handlers derive timers, counters and spans. Give it to the builder: {@code
 * ManagedKeys.builder().interceptor(new ObservedCalls(registry))}.
 *
 * <p>Tags of low cardinality: {@code operation}, {@code backend} (its name), {@code backend.type},
 * {@code algorithm} ({@code none} where there is none). Of high cardinality, for traces only: {@code
 * namespace}, {@code key}, {@code subject}. An exception is the observation's error. Never data, never a
 * secret.
 *
 * <p>Thread-safe.
 */
public final class ObservedCalls implements CallInterceptor {

  /** The name of the observations. */
  public static final String NAME = "managedkeys.call";

  private final ObservationRegistry registry;

  /**
   * An interceptor that reports to a registry.
   *
   * @param registry the registry
   */
  public ObservedCalls(ObservationRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void intercept(Call call, Rest rest) {
    if (registry.isNoop()) {
      rest.proceed();
      return;
    }
    String type = call.backendType();
    String algorithm = call.algorithm();
    Subject subject = call.subject();
    Observation.createNotStarted(NAME, registry)
        .contextualName("managedkeys " + call.operation().text())
        .lowCardinalityKeyValue("operation", call.operation().text())
        .lowCardinalityKeyValue("backend", call.ref().backend())
        .lowCardinalityKeyValue("backend.type", type == null ? "none" : type)
        .lowCardinalityKeyValue("algorithm", algorithm == null ? "none" : algorithm)
        .highCardinalityKeyValue("namespace", call.namespace().toString())
        .highCardinalityKeyValue("key", call.ref().toString())
        .highCardinalityKeyValue("subject", subject == null ? "host" : subject.toString())
        .observe(rest::proceed);
  }
}
