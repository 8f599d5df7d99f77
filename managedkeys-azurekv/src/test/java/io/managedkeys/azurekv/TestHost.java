package io.managedkeys.azurekv;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.Host;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A process that gives what a test says and nothing else. */
final class TestHost implements Host {
  private static final ScheduledExecutorService SCHEDULER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "test-host");
            thread.setDaemon(true);
            return thread;
          });

  final Map<Class<?>, Object> clients = new HashMap<>();
  final Map<String, String> environment = new HashMap<>();
  boolean ambient;

  TestHost() {}

  <T> TestHost with(Class<T> type, T client) {
    clients.put(type, client);
    return this;
  }

  @Override
  public boolean ambientCredentialsAllowed() {
    return ambient;
  }

  @Override
  public Optional<String> environment(String name) {
    return Optional.ofNullable(environment.get(name));
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
    return Optional.ofNullable(clients.get(type)).map(type::cast);
  }

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public ScheduledExecutorService scheduler() {
    return SCHEDULER;
  }
}
