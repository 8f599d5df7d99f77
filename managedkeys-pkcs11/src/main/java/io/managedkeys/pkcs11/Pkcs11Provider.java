package io.managedkeys.pkcs11;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.SecretBytes;
import io.managedkeys.pkcs11.token.Deadline;
import io.managedkeys.pkcs11.token.LoginSettings;
import io.managedkeys.pkcs11.token.PinLatch;
import io.managedkeys.pkcs11.token.Pkcs11Module;
import io.managedkeys.pkcs11.token.TokenConnection;
import io.managedkeys.pkcs11.token.TokenSelector;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.Replacement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backend type {@code pkcs11}. One backend is one token, reached through a module that the operator
 * named as a library; PKCS#11 2.40.
 */
public final class Pkcs11Provider implements BackendProvider {

  private static final Logger LOG = LoggerFactory.getLogger(Pkcs11Provider.class);

  /** For {@link java.util.ServiceLoader}. */
  public Pkcs11Provider() {}

  @Override
  public String type() {
    return "pkcs11";
  }

  @Override
  public ConfigSchema backendSchema() {
    return Pkcs11Fields.BACKEND;
  }

  @Override
  public ConfigSchema keySchema() {
    return Pkcs11Fields.KEY;
  }

  @Override
  public Replacement replacement() {
    return Replacement.CLOSE_THEN_OPEN;
  }

  @Override
  public KeyBackend open(BackendConfig config, Host host) {
    ConfigValues values = config.values();
    TokenSelector selector =
        new TokenSelector(
            values.find(Pkcs11Fields.TOKEN_LABEL).orElse(null),
            values.find(Pkcs11Fields.TOKEN_SERIAL).orElse(null),
            values.find(Pkcs11Fields.SLOT).orElse(null));
    String binding = values.text(Pkcs11Fields.BINDING);
    int maximumSessions = values.integer(Pkcs11Fields.MAX_SESSIONS);
    if (maximumSessions < 1 || maximumSessions > 10_000) {
      throw new InvalidConfigurationException(
          Pkcs11Fields.MAX_SESSIONS + ": must lie between 1 and 10000");
    }
    boolean protectedPath = values.isTrue(Pkcs11Fields.PROTECTED_PATH);
    SecretBytes pin = values.findSecret(Pkcs11Fields.PIN).orElse(null);
    if (pin != null && protectedPath) {
      pin.close();
      throw new InvalidConfigurationException(
          "pin: with protected-authentication-path = true the PIN is entered at the device; leave"
              + " one of the two out");
    }
    Pkcs11Module.Settings module =
        new Pkcs11Module.Settings(
            host.library(values.text(Pkcs11Fields.LIBRARY)),
            binding.equals("auto") ? null : binding,
            values.find(Pkcs11Fields.INIT_PARAMETERS).orElse(null),
            values.isTrue(Pkcs11Fields.REINITIALIZE));
    LoginSettings login =
        new LoginSettings(
            pin,
            protectedPath,
            values.isTrue(Pkcs11Fields.ALLOW_EXISTING_LOGIN),
            values.isTrue(Pkcs11Fields.ALLOW_COUNT_LOW),
            values.isTrue(Pkcs11Fields.READ_WRITE));
    if (host.stateDirectory().isEmpty() && pin != null) {
      LOG.info(
          "backend {}: the host has no state folder, so a wrong PIN is remembered only until this"
              + " process ends",
          config.name());
    }
    PinLatch latch =
        new PinLatch(
            host.stateDirectory().orElse(null),
            "backend "
                + config.id()
                + ", version "
                + config.version()
                + ", pin-generation "
                + values.find(Pkcs11Fields.PIN_GENERATION).orElse("0"));
    TokenConnection connection =
        TokenConnection.open(
            module,
            selector,
            login,
            latch,
            maximumSessions,
            Deadline.after(values.duration(Pkcs11Fields.OPEN_TIMEOUT)));
    return new Pkcs11Backend(connection, host);
  }
}
