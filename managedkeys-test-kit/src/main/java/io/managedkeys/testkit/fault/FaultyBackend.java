package io.managedkeys.testkit.fault;

import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An open backend with faults. */
final class FaultyBackend implements KeyBackend {

  private final KeyBackend real;
  private final Faults faults;

  FaultyBackend(KeyBackend real, Faults faults) {
    this.real = real;
    this.faults = faults;
  }

  @Override
  public BackendKey key(KeyConfig config, CallContext context) {
    faults.enter(Faults.Call.KEY);
    return new FaultyKey(real.key(config, context), faults);
  }

  @Override
  public Health check(@Nullable BackendKey probe, CallContext context) {
    try {
      faults.enter(Faults.Call.CHECK);
    } catch (RuntimeException e) {
      return new Health(false, Duration.ZERO, String.valueOf(e.getMessage()));
    }
    return real.check(probe instanceof FaultyKey key ? key.real() : probe, context);
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    Optional<C> own = real.capability(type);
    if (type == KeyLifecycle.class && own.isPresent()) {
      return Optional.of(type.cast(new FaultyLifecycle((KeyLifecycle) own.get(), faults)));
    }
    return own;
  }

  @Override
  public void close() {
    real.close();
  }
}
