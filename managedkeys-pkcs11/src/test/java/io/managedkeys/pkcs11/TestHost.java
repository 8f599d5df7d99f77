package io.managedkeys.pkcs11;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.Host;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/** A host with libraries by alias and perhaps a state folder. */
record TestHost(Map<String, Path> libraries, Optional<Path> stateDirectory) implements Host {

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
    return Path.of(path);
  }

  @Override
  public Path library(String alias) {
    Path path = libraries.get(alias);
    if (path == null) {
      throw new InvalidConfigurationException("no library " + alias);
    }
    return path;
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
    throw new UnsupportedOperationException();
  }
}
