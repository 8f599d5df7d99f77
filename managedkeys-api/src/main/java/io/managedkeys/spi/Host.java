package io.managedkeys.spi;

import io.managedkeys.InvalidConfigurationException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What a backend may take from the process it runs in. The host application decides; by default only
 * the root namespace may read the environment and files.
 */
public interface Host {

  /**
   * Whether credentials may come from the process's surroundings: environment variables, default
   * credential chains, metadata services.
   *
   * @return true if so
   */
  boolean ambientCredentialsAllowed();

  /**
   * An environment variable.
   *
   * @param name its name
   * @return its value; empty when it has none or reading is not allowed
   */
  Optional<String> environment(String name);

  /**
   * A file that the configuration names.
   *
   * @param path the path as configured; a relative one is relative to the configuration file
   * @return the path to read
   * @throws InvalidConfigurationException if reading files is not allowed here
   */
  Path file(String path);

  /**
   * A PKCS#11 module by the alias that the operator gave it.
   *
   * @param alias the alias
   * @return the module's path
   * @throws InvalidConfigurationException if there is no such alias, naming those there are
   */
  Path library(String alias);

  /**
   * Where a backend may keep small state across restarts, such as the record of a PIN that failed.
   *
   * @return an existing folder of this registry's own, or empty when the host has none
   */
  Optional<Path> stateDirectory();

  /**
   * A vendor's client that the host built for this backend; the backend never closes it.
   *
   * @param type the client's type
   * @param <T> the client's type
   * @return the client, or empty
   */
  <T> Optional<T> client(Class<T> type);

  /**
   * The clock for everything but deadlines.
   *
   * @return the clock
   */
  Clock clock();

  /**
   * For renewals and expiry; tasks must be short. Shut down by the host after the backends.
   *
   * @return the scheduler
   */
  ScheduledExecutorService scheduler();
}
