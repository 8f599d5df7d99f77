package io.managedkeys.testkit.fault;

import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.Replacement;

/**
 * A backend type {@code faulty} over any other: its fields, keys and results are the real one's, except
 * where the {@link Faults} say otherwise. Give it to {@code ManagedKeysBuilder.provider}.
 */
public final class FaultyBackendProvider implements BackendProvider {

  private final BackendProvider real;
  private final Faults faults;

  /**
   * Faults over a real backend.
   *
   * @param real the real one
   * @param faults what goes wrong
   */
  public FaultyBackendProvider(BackendProvider real, Faults faults) {
    this.real = real;
    this.faults = faults;
  }

  @Override
  public String type() {
    return "faulty";
  }

  @Override
  public ConfigSchema backendSchema() {
    return real.backendSchema();
  }

  @Override
  public ConfigSchema keySchema() {
    return real.keySchema();
  }

  @Override
  public Replacement replacement() {
    return real.replacement();
  }

  @Override
  public KeyBackend open(BackendConfig config, Host host) {
    faults.enter(Faults.Call.OPEN);
    return new FaultyBackend(real.open(config, host), faults);
  }
}
