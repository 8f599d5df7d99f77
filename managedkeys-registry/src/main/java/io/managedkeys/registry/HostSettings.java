package io.managedkeys.registry;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.Namespace;
import io.managedkeys.spi.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** What the host application allows, and the view of it that one backend gets. */
record HostSettings(
    Map<String, Path> libraries,
    Map<String, Map<Class<?>, Object>> clients,
    @Nullable Path baseDirectory,
    @Nullable Path stateDirectory,
    boolean ambient,
    Clock clock,
    ScheduledExecutorService scheduler) {

  Host viewOf(Namespace namespace, String backend) {
    return new View(namespace, backend);
  }

  Path file(Namespace namespace, String path) {
    if (!ambient || !namespace.isRoot()) {
      throw new InvalidConfigurationException(
          "files may not be read from here; the host allows it for the root namespace only, and"
              + " only where it says so");
    }
    Path given = Path.of(path);
    return given.isAbsolute() || baseDirectory == null ? given : baseDirectory.resolve(given);
  }

  private final class View implements Host {

    private final Namespace namespace;
    private final String backend;

    private View(Namespace namespace, String backend) {
      this.namespace = namespace;
      this.backend = backend;
    }

    @Override
    public boolean ambientCredentialsAllowed() {
      return ambient && namespace.isRoot();
    }

    @Override
    public Optional<String> environment(String name) {
      return ambientCredentialsAllowed()
          ? Optional.ofNullable(System.getenv(name))
          : Optional.empty();
    }

    @Override
    public Path file(String path) {
      return HostSettings.this.file(namespace, path);
    }

    @Override
    public Path library(String alias) {
      Path path = libraries.get(alias);
      if (path == null) {
        throw new InvalidConfigurationException(
            "there is no library \""
                + alias
                + "\"; known are "
                + new TreeMap<>(libraries).keySet()
                + "; declare it as library."
                + alias
                + " = PATH");
      }
      return path.isAbsolute() || baseDirectory == null ? path : baseDirectory.resolve(path);
    }

    @Override
    public Optional<Path> stateDirectory() {
      Path folder = stateDirectory;
      if (folder == null) {
        return Optional.empty();
      }
      try {
        return Optional.of(Files.createDirectories(folder));
      } catch (IOException e) {
        throw new InvalidConfigurationException("the state folder can't be made: " + folder, e);
      }
    }

    @Override
    public <T> Optional<T> client(Class<T> type) {
      Object client = clients.getOrDefault(backend, Map.of()).get(type);
      return Optional.ofNullable(client).map(type::cast);
    }

    @Override
    public Clock clock() {
      return clock;
    }

    @Override
    public ScheduledExecutorService scheduler() {
      return scheduler;
    }
  }
}
