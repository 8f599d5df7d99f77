package io.managedkeys.local;

import io.managedkeys.spi.Host;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A host that allows everything, with a clock that tests can move. */
final class TestHost implements Host, AutoCloseable {

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  final MovableClock clock = new MovableClock();

  @Override
  public boolean ambientCredentialsAllowed() {
    return true;
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
    throw new UnsupportedOperationException();
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
    return clock;
  }

  @Override
  public ScheduledExecutorService scheduler() {
    return scheduler;
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
