package io.managedkeys.gcpkms;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.Host;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** A host that gives a client, a folder and leave, or none of them. */
record TestHost(boolean ambientCredentialsAllowed, @Nullable Path folder, @Nullable Object given)
    implements Host {

  static final TestHost STRICT = new TestHost(false, null, null);

  @Override
  public Optional<String> environment(String name) {
    return Optional.empty();
  }

  @Override
  public Path file(String path) {
    if (folder == null) {
      throw new InvalidConfigurationException("reading files is not allowed here");
    }
    return folder.resolve(path);
  }

  @Override
  public Path library(String alias) {
    throw new InvalidConfigurationException("no libraries here");
  }

  @Override
  public Optional<Path> stateDirectory() {
    return Optional.empty();
  }

  @Override
  public <T> Optional<T> client(Class<T> type) {
    return type.isInstance(given) ? Optional.of(type.cast(given)) : Optional.empty();
  }

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public ScheduledExecutorService scheduler() {
    throw new UnsupportedOperationException("this backend schedules nothing");
  }
}
