package io.managedkeys.awskms;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.Host;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import software.amazon.awssdk.services.kms.KmsClient;

/** A host that lends nothing but files and, if it has one, a client. */
record TestHost(KmsClient client, boolean ambientCredentialsAllowed) implements Host {
  static final TestHost BARE = new TestHost(null, false);

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
    throw new InvalidConfigurationException("no libraries here");
  }

  @Override
  public Optional<Path> stateDirectory() {
    return Optional.empty();
  }

  @Override
  public <T> Optional<T> client(Class<T> type) {
    return type.isInstance(client) ? Optional.of(type.cast(client)) : Optional.empty();
  }

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public ScheduledExecutorService scheduler() {
    throw new UnsupportedOperationException("this backend needs none");
  }
}
