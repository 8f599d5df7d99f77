package io.managedkeys.registry;

import io.managedkeys.Grant;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyRef;
import io.managedkeys.Namespace;
import io.managedkeys.SecretBytes;
import io.managedkeys.Subject;
import io.managedkeys.Usage;
import io.managedkeys.registry.config.Declaration;
import io.managedkeys.registry.config.PinsFile;
import io.managedkeys.registry.config.PropertiesParser;
import io.managedkeys.registry.config.References;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.ConfigValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Collects a configuration in code, optionally on top of a properties file. Not thread-safe. Secrets
 * given to it belong to the registry once {@link #open()} was called.
 */
public final class ManagedKeysBuilder {

  private final Map<String, Path> libraries = new LinkedHashMap<>();
  private final Map<String, Map<Class<?>, Object>> clients = new HashMap<>();
  private final List<BackendProvider> providers = new ArrayList<>();
  private final List<AuditListener> listeners = new ArrayList<>();
  private final List<CallInterceptor> interceptors = new ArrayList<>();
  private final List<Consumer<Registry>> backends = new ArrayList<>();
  private final List<Consumer<Registry>> keys = new ArrayList<>();
  private final List<Consumer<Registry>> grants = new ArrayList<>();
  private AuditFailure auditFailure = AuditFailure.IGNORED;
  private Namespace namespace = Namespace.ROOT;
  private @Nullable Path baseDirectory;
  private @Nullable Path stateDirectory;
  private @Nullable Path pinsFile;
  private @Nullable ClassLoader classLoader;
  private @Nullable ModuleLayer layer;
  private boolean ambient;
  private long configurationVersion = 1;
  private Clock clock = Clock.systemUTC();

  ManagedKeysBuilder() {}

  /**
   * Adds what a properties file declares. Its folder becomes the base of relative paths, and in the
   * root namespace the environment and files may be referred to.
   *
   * @param file the file
   * @return this
   * @throws InvalidConfigurationException naming the line or field at fault
   */
  public ManagedKeysBuilder file(Path file) {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidConfigurationException("the configuration can't be read: " + file, e);
    }
    String source = String.valueOf(file.getFileName());
    Map<String, String> properties = PropertiesParser.parse(source, content);
    Path folder = file.toAbsolutePath().getParent();
    baseDirectory(folder == null ? Path.of("") : folder);
    stateDirectory(file.resolveSibling(source + ".state"));
    pinsFile = file.resolveSibling(source + ".pins");
    allowAmbient();
    configurationVersion(versionOf(file, properties));
    Declaration declaration = Declaration.of(source, properties);
    declaration.libraries().forEach((alias, path) -> library(alias, Path.of(path)));
    Namespace before = namespace;
    declaration
        .namespaces()
        .forEach(
            (at, declared) -> {
              namespace(at);
              declared.backends().forEach((name, fields) -> backendOf(name, values(fields)));
              declared.keys().forEach((ref, fields) -> key(ref.toString(), fields));
              declared.grants().forEach(this::declaredGrant);
            });
    namespace(before);
    return this;
  }

  /** Changes whenever the file, or a file it refers to, was written anew; says nothing of a value. */
  private long versionOf(Path file, Map<String, String> properties) {
    long version = modified(file);
    for (String value : properties.values()) {
      String referred = References.file(value);
      if (referred != null && baseDirectory != null) {
        version = version * 31 + modified(baseDirectory.resolve(referred));
      }
    }
    return version;
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0; // opening the backend will name the missing file
    }
  }

  private void declaredGrant(String label, Map<String, String> fields) {
    ConfigValues values = RegistryFields.GRANT.check("grant \"" + label + "\"", values(fields));
    Set<Usage> usages =
        values.list("usages").stream().map(Usage::parse).collect(Collectors.toSet());
    Subject subject = Subject.parse(values.text("subject"));
    grant(
        values.text("effect").equals("deny")
            ? Grant.deny(subject, values.text("keys"), usages)
            : Grant.allow(subject, values.text("keys"), usages));
  }

  /**
   * Says where the backends, keys and grants that follow belong; the root at first.
   *
   * @param namespace the namespace
   * @return this
   */
  public ManagedKeysBuilder namespace(Namespace namespace) {
    this.namespace = namespace;
    return this;
  }

  /**
   * Gives a PKCS#11 module an alias, by which configurations name it.
   *
   * @param alias the alias
   * @param path the module
   * @return this
   */
  public ManagedKeysBuilder library(String alias, Path path) {
    libraries.put(alias, path);
    return this;
  }

  /**
   * Adds a backend.
   *
   * @param name its name
   * @param type its type
   * @param fields its other fields
   * @return this
   */
  public ManagedKeysBuilder backend(String name, String type, Map<String, String> fields) {
    return backend(name, type, fields, Map.of());
  }

  /**
   * Adds a backend with secrets.
   *
   * @param name its name
   * @param type its type
   * @param fields its other fields
   * @param secrets its sensitive fields, which the registry owns from now on
   * @return this
   */
  public ManagedKeysBuilder backend(
      String name, String type, Map<String, String> fields, Map<String, SecretBytes> secrets) {
    Map<String, ConfigValue> values = values(fields);
    secrets.forEach((field, secret) -> values.put(field, ConfigValue.of(secret)));
    values.put("type", ConfigValue.of(type));
    return backendOf(name, values);
  }

  private ManagedKeysBuilder backendOf(String name, Map<String, ConfigValue> values) {
    Namespace at = namespace;
    backends.add(registry -> registry.addBackend(at, name, values, configurationVersion));
    return this;
  }

  /**
   * Adds an entry.
   *
   * @param ref {@code backend:key}
   * @param fields its fields
   * @return this
   */
  public ManagedKeysBuilder key(String ref, Map<String, String> fields) {
    Namespace at = namespace;
    KeyRef parsed = KeyRef.parse(ref);
    keys.add(registry -> registry.addKey(at, parsed, values(fields)));
    return this;
  }

  /**
   * Adds a grant.
   *
   * @param grant the grant
   * @return this
   */
  public ManagedKeysBuilder grant(Grant grant) {
    Namespace at = namespace;
    grants.add(registry -> registry.grant(at, grant));
    return this;
  }

  /**
   * Adds a listener for audit events.
   *
   * @param listener the listener
   * @return this
   */
  public ManagedKeysBuilder audit(AuditListener listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Says what becomes of a call whose audit listener throws; ignored by default.
   *
   * @param onFailure what
   * @return this
   */
  public ManagedKeysBuilder auditFailure(AuditFailure onFailure) {
    this.auditFailure = onFailure;
    return this;
  }

  /**
   * Adds an interceptor, for metrics or tracing; they are called in the order of adding.
   *
   * @param interceptor the interceptor
   * @return this
   */
  public ManagedKeysBuilder interceptor(CallInterceptor interceptor) {
    interceptors.add(interceptor);
    return this;
  }

  /**
   * Gives a backend a vendor's client that the host built and closes.
   *
   * @param backend the backend's name
   * @param type the client's type, as the backend's documentation names it
   * @param client the client
   * @param <T> the client's type
   * @return this
   */
  public <T> ManagedKeysBuilder client(String backend, Class<T> type, T client) {
    clients.computeIfAbsent(backend, name -> new HashMap<>()).put(type, client);
    return this;
  }

  /**
   * Adds a provider that is not found by {@link ServiceLoader}, or goes before the one found.
   *
   * @param provider the provider
   * @return this
   */
  public ManagedKeysBuilder provider(BackendProvider provider) {
    providers.add(provider);
    return this;
  }

  /**
   * Says where providers are looked for; by default with the class loader of this library.
   *
   * @param loader the class loader
   * @return this
   */
  public ManagedKeysBuilder classLoader(ClassLoader loader) {
    this.classLoader = loader;
    return this;
  }

  /**
   * Says in which module layer providers are looked for.
   *
   * @param layer the layer
   * @return this
   */
  public ManagedKeysBuilder moduleLayer(ModuleLayer layer) {
    this.layer = layer;
    return this;
  }

  /**
   * Sets the base of relative paths.
   *
   * @param folder the folder
   * @return this
   */
  public ManagedKeysBuilder baseDirectory(Path folder) {
    this.baseDirectory = folder;
    return this;
  }

  /**
   * Sets where backends keep small state across restarts, such as the record of a PIN that failed.
   * Without one that record lasts as long as the process.
   *
   * @param folder the folder, made when needed
   * @return this
   */
  public ManagedKeysBuilder stateDirectory(Path folder) {
    this.stateDirectory = folder;
    return this;
  }

  /**
   * Sets the file that pins are kept in; without one they last as long as the process.
   *
   * @param file the file, made when needed
   * @return this
   */
  public ManagedKeysBuilder pinsFile(Path file) {
    this.pinsFile = file;
    return this;
  }

  /**
   * Lets the root namespace read the environment and files, and its backends use credentials of the
   * process's surroundings.
   *
   * @return this
   */
  public ManagedKeysBuilder allowAmbient() {
    this.ambient = true;
    return this;
  }

  /**
   * Sets the version of this configuration: a credential that failed is tried again only under
   * another one.
   *
   * @param version the version
   * @return this
   */
  public ManagedKeysBuilder configurationVersion(long version) {
    this.configurationVersion = version;
    return this;
  }

  /**
   * Sets the clock for everything but deadlines.
   *
   * @param clock the clock
   * @return this
   */
  public ManagedKeysBuilder clock(Clock clock) {
    this.clock = clock;
    return this;
  }

  /**
   * Opens the registry: adds the backends (opening those that do not say {@code verify = false}), then
   * the keys, then the grants. On failure everything opened is closed again.
   *
   * @return the registry; close it
   * @throws InvalidConfigurationException if something is configured wrongly
   * @throws io.managedkeys.ManagedKeyException of the fitting type if a backend can't be opened
   */
  public ManagedKeys open() {
    ScheduledExecutorService scheduler =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "managedkeys-scheduler");
              thread.setDaemon(true);
              return thread;
            });
    HostSettings host =
        new HostSettings(
            Map.copyOf(libraries),
            Map.copyOf(clients),
            baseDirectory,
            stateDirectory,
            ambient,
            clock,
            scheduler);
    Registry registry =
        new Registry(
            new Providers(providers, load()),
            host,
            new PinKeeper(pinsFile == null ? null : new PinsFile(pinsFile)),
            new Pipeline(new Audit(listeners, auditFailure, clock), interceptors));
    boolean opened = false;
    try {
      backends.forEach(step -> step.accept(registry));
      keys.forEach(step -> step.accept(registry));
      grants.forEach(step -> step.accept(registry));
      opened = true;
      return new ManagedKeys(registry);
    } finally {
      if (!opened) {
        registry.close();
      }
    }
  }

  private ServiceLoader<BackendProvider> load() {
    if (layer != null) {
      return ServiceLoader.load(layer, BackendProvider.class);
    }
    ClassLoader loader =
        classLoader == null ? ManagedKeysBuilder.class.getClassLoader() : classLoader;
    return ServiceLoader.load(BackendProvider.class, loader);
  }

  private static Map<String, ConfigValue> values(Map<String, String> fields) {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    fields.forEach((name, value) -> values.put(name, ConfigValue.of(value)));
    return values;
  }
}
