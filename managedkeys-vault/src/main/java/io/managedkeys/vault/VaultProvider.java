package io.managedkeys.vault;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.vault.login.VaultSession;
import io.managedkeys.vault.transit.TransitBackend;
import io.managedkeys.vault.transit.TransitKeyFields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys of HashiCorp Vault and OpenBao, as backend type {@code vault}: keys of a transit mount, used
 * by the service.
 *
 * <p>Opening a backend logs in and asks for nothing else. The configuration fields are those of
 * {@link #backendSchema()} and {@link #keySchema()}. Stateless and thread-safe.
 */
public final class VaultProvider implements BackendProvider {

  private static final Duration OPENING = Duration.ofSeconds(15);

  /** A provider, as {@link java.util.ServiceLoader} makes it. */
  public VaultProvider() {}

  @Override
  public String type() {
    return "vault";
  }

  @Override
  public ConfigSchema backendSchema() {
    return new ConfigSchema(VaultSettings.fields());
  }

  @Override
  public ConfigSchema keySchema() {
    List<ConfigField> fields = new ArrayList<>();
    fields.add(ConfigField.text("name", "The key's name in the mount.").mandatory());
    fields.addAll(TransitKeyFields.fields());
    return new ConfigSchema(fields);
  }

  @Override
  public KeyBackend open(BackendConfig config, Host host) {
    VaultSettings settings = VaultSettings.of(config.values(), host);
    VaultSession session = settings.openSession(CallContext.within(OPENING), host);
    try {
      return switch (settings.engine()) {
        case "transit" -> new TransitBackend(session, settings.mount());
        default -> throw new InvalidConfigurationException("unknown engine " + settings.engine());
      };
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }
}
