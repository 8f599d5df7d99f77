package io.managedkeys.pkcs11;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.Host;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/** For the doctor: nothing of the process's surroundings is used. */
final class NoHost implements Host {

  @Override
  public boolean ambientCredentialsAllowed() {
    return false;
  }

  @Override
  public Optional<String> environment(String name) {
    return Optional.empty();
  }

  @Override
  public Path file(String path) {
    throw new InvalidConfigurationException("files are not read here");
  }

  @Override
  public Path library(String alias) {
    throw new InvalidConfigurationException("there are no library aliases here");
  }

  @Override
  public Optional<Path> stateDirectory() {
    return Optional.empty();
  }

  @Override
  public <T> Optional<T> client(Class<T> type) {
    return Optional.empty();
  }

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public ScheduledExecutorService scheduler() {
    throw new UnsupportedOperationException("nothing is scheduled here");
  }
}
