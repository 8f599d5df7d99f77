package io.managedkeys.registry;

import io.managedkeys.ConflictException;
import io.managedkeys.Grant;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyAccess;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Namespace;
import io.managedkeys.SecretBytes;
import io.managedkeys.Subject;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.RemoteKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Backends, entries and grants by namespace, and the host's way to administer them. Thread-safe.
 *
 * <p>Deleting an entry never touches the key in its backend; destroying that is {@link
 * #scheduleDestruction}.
 */
public final class Registry implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ConcurrentHashMap<Namespace, NamespaceRecords> namespaces =
      new ConcurrentHashMap<>();
  private final Providers providers;
  private final HostSettings host;
  private final PinKeeper pins;
  private final Pipeline pipeline;
  private final Chains chains;
  private final KeyWrapping keyWrapping;
  private final Lifecycle lifecycle;

  Registry(Providers providers, HostSettings host, PinKeeper pins, Pipeline pipeline) {
    this.providers = providers;
    this.host = host;
    this.pins = pins;
    this.pipeline = pipeline;
    this.chains = new Chains(host);
    this.keyWrapping = new KeyWrapping(this);
    this.lifecycle = new Lifecycle(this);
  }

  Pipeline pipeline() {
    return pipeline;
  }

  Chains chains() {
    return chains;
  }

  KeyWrapping keyWrapping() {
    return keyWrapping;
  }

  private NamespaceRecords records(Namespace namespace) {
    return namespaces.computeIfAbsent(namespace, NamespaceRecords::new);
  }

  BackendRuntime backendOf(KeyRecord record) {
    BackendRuntime backend = records(record.namespace()).backend(record.ref().backend());
    if (backend == null) {
      throw new KeyNotFoundException(
          "the backend of " + record.owner() + " was deleted, or is no longer lent");
    }
    return backend;
  }

  /**
   * What the host hands to one subject.
   *
   * @param namespace where the keys are
   * @param subject who uses them
   * @return the access, checked at every call
   */
  public KeyAccess access(Namespace namespace, Subject subject) {
    return new AccessView(this, records(namespace), subject);
  }

  /**
   * The host's own access to a namespace, which needs no grants.
   *
   * @param namespace where the keys are
   * @return the access
   */
  public KeyAccess hostAccess(Namespace namespace) {
    return new AccessView(this, records(namespace), null);
  }

  /**
   * Adds a backend, and opens it first unless its field {@code verify} is false.
   *
   * @param namespace where
   * @param name its name
   * @param fields its fields, {@code type} among them
   * @param version counts the changes of its configuration; a failed PIN is tried again only under a
   *     new one
   * @throws ConflictException if the name is taken
   * @throws InvalidConfigurationException if a field is wrong
   */
  public void addBackend(
      Namespace namespace, String name, Map<String, ConfigValue> fields, long version) {
    NamespaceRecords records = records(namespace);
    BackendRecord record = backendRecord(namespace, name, UUID.randomUUID(), fields, version);
    BackendProvider provider = providers.of(record.owner(), record.type());
    BackendRuntime runtime =
        new BackendRuntime(record, provider, host.viewOf(namespace, name), this::pin);
    requireFree(records, record);
    requireAllowed(record);
    boolean kept = false;
    try {
      if (record.settings().verify()) {
        runtime.backend(CallContext.within(record.settings().deadline()));
      }
      kept = records.backends.putIfAbsent(name, runtime) == null;
      if (!kept) {
        throw taken(record);
      }
    } finally {
      if (!kept) {
        runtime.close(Duration.ZERO);
      }
    }
  }

  private static void requireFree(NamespaceRecords records, BackendRecord record) {
    if (records.lent.containsKey(record.name())) {
      throw new ConflictException(
          record.owner() + " would shadow a backend of this name that was lent to the namespace");
    }
    if (records.backends.containsKey(record.name())) {
      throw taken(record);
    }
  }

  /** Holds a backend to the limits of its namespace and of those above. */
  private void requireAllowed(BackendRecord record) {
    ConfigValue library = record.fields().get("library");
    Optional<Namespace> at = Optional.of(record.namespace());
    while (at.isPresent()) {
      NamespaceLimits limits = records(at.get()).limits;
      if (limits != null) {
        limits.check(record.owner(), record.type(), library == null ? null : library.text());
      }
      at = at.get().parent();
    }
  }

  private static ConflictException taken(BackendRecord record) {
    return new ConflictException(
        record.owner() + " exists already; replace it or take another name");
  }

  private BackendRecord backendRecord(
      Namespace namespace, String name, UUID id, Map<String, ConfigValue> fields, long version) {
    new KeyRef(name, "x"); // refuses a name that breaks the rules
    ConfigSchema own = RegistryFields.BACKEND;
    String owner = "backend \"" + name + "\"" + (namespace.isRoot() ? "" : " in " + namespace);
    Map<String, ConfigValue> ownFields = BackendRecord.own(fields, own);
    BackendRecord.Settings settings = BackendRecord.settings(owner, ownFields);
    ConfigValue typeValue = fields.get("type");
    String type = typeValue == null ? null : typeValue.text();
    if (type == null) {
      throw new InvalidConfigurationException(owner + ": missing field \"type\"");
    }
    BackendProvider provider = providers.of(owner, type);
    Map<String, ConfigValue> others = BackendRecord.others(fields, own);
    BackendRecord record =
        new BackendRecord(id, namespace, name, type, version, others, ownFields, settings);
    new BackendRuntime(record, provider, host.viewOf(namespace, name), entry -> entry)
        .check(owner, provider.backendSchema(), others)
        .wipe();
    return record;
  }

  /**
   * Replaces the configuration of a backend in the way its type declares. On failure nothing has
   * changed, or the old configuration is open again.
   *
   * @param namespace where
   * @param name its name
   * @param fields all its fields
   * @throws KeyNotFoundException if there is no such backend
   * @throws InvalidConfigurationException if a field is wrong
   */
  public void replaceBackend(Namespace namespace, String name, Map<String, ConfigValue> fields) {
    BackendRuntime runtime = requireBackend(namespace, name);
    BackendRecord before = runtime.record();
    BackendRecord next = backendRecord(namespace, name, before.id(), fields, before.version() + 1);
    if (!next.type().equals(before.type())) {
      throw new ConflictException(next.owner() + " can't change its type; add another backend");
    }
    requireAllowed(next);
    runtime.replace(next, PATIENCE);
  }

  /**
   * Changes some fields of a backend and keeps the others (a JSON merge patch, RFC 7396, over the
   * fields): a value replaces, an absent one removes.
   *
   * @param namespace where
   * @param name its name
   * @param changes the fields to change; an empty value removes the field
   * @throws KeyNotFoundException if there is no such backend
   * @throws InvalidConfigurationException if a field is wrong, or one that decides where a credential
   *     goes changes without the credentials being given again, which would send them elsewhere
   */
  public void patchBackend(
      Namespace namespace, String name, Map<String, Optional<ConfigValue>> changes) {
    BackendRuntime runtime = requireBackend(namespace, name);
    BackendRecord before = runtime.record();
    Map<String, ConfigValue> fields = new LinkedHashMap<>(before.ownFields());
    fields.putAll(before.fields());
    List<String> moved = new ArrayList<>();
    for (ConfigField field : runtime.provider().backendSchema().fields()) {
      Optional<ConfigValue> change = changes.get(field.name());
      if (field.decidesCredentialTarget()
          && change != null
          && !same(fields.get(field.name()), change.orElse(null))) {
        moved.add(field.name());
      }
    }
    for (ConfigField field : runtime.provider().backendSchema().fields()) {
      if (!moved.isEmpty()
          && field.sensitive()
          && fields.containsKey(field.name())
          && !changes.containsKey(field.name())) {
        throw new InvalidConfigurationException(
            before.owner()
                + ": "
                + moved
                + " decides where a credential is sent; give the field \""
                + field.name()
                + "\" again with it");
      }
    }
    changes.forEach(
        (field, value) -> {
          if (value.isPresent()) {
            fields.put(field, value.get());
          } else {
            fields.remove(field);
          }
        });
    replaceBackend(namespace, name, fields);
  }

  private static boolean same(@Nullable ConfigValue before, @Nullable ConfigValue after) {
    String old = before == null ? null : before.text();
    String next = after == null ? null : after.text();
    return Objects.equals(old, next);
  }

  /**
   * Lends a backend to a namespace below, on terms. The name can't be taken there; taking the backend
   * back ends the use of every entry on it.
   *
   * @param namespace whose backend it is
   * @param name its name
   * @param borrower a namespace below
   * @param terms which keys may be used
   * @throws InvalidConfigurationException if the borrower is not below the lender
   * @throws ConflictException if the borrower has a backend of this name
   */
  public void lendBackend(
      Namespace namespace, String name, Namespace borrower, LendingTerms terms) {
    BackendRuntime runtime = requireBackend(namespace, name);
    if (borrower.equals(namespace) || !borrower.isWithin(namespace)) {
      throw new InvalidConfigurationException(
          "a backend is lent to a namespace below its own; "
              + borrower
              + " is not below "
              + namespace);
    }
    NamespaceRecords records = records(borrower);
    synchronized (records) {
      if (records.backends.containsKey(name) || records.lent.containsKey(name)) {
        throw new ConflictException(
            borrower + " has a backend \"" + name + "\" already; lend it under another name");
      }
      records.lent.put(name, new NamespaceRecords.Lent(runtime, terms));
      records.changed();
    }
  }

  /**
   * Takes a lent backend back; entries on it are no longer reachable from the next call on.
   *
   * @param borrower whom it was lent to
   * @param name its name
   * @return whether it was lent
   */
  public boolean endLending(Namespace borrower, String name) {
    NamespaceRecords records = records(borrower);
    boolean ended = records.lent.remove(name) != null;
    records.changed();
    return ended;
  }

  /**
   * Limits what backends a namespace and those below it may add; what is there already stays.
   *
   * @param namespace where
   * @param limits the limits, or null for none
   */
  public void limit(Namespace namespace, @Nullable NamespaceLimits limits) {
    records(namespace).limits = limits;
  }

  /**
   * Removes a namespace and those below it: their entries and grants go, their backends are closed, and
   * what is held of them ends. Keys in backends stay as they are.
   *
   * @param namespace which; not the root
   * @throws InvalidConfigurationException if it is the root
   * @throws ConflictException if a consumer depends on an entry in it
   */
  public void removeNamespace(Namespace namespace) {
    if (namespace.isRoot()) {
      throw new InvalidConfigurationException(
          "the root namespace can't be removed; close the registry");
    }
    List<NamespaceRecords> going =
        namespaces.values().stream().filter(r -> r.namespace.isWithin(namespace)).toList();
    for (NamespaceRecords records : going) {
      for (KeySlot slot : records.byId.values()) {
        requireUnused(slot);
      }
    }
    for (NamespaceRecords records : going) {
      namespaces.remove(records.namespace);
      for (KeySlot slot : records.byId.values()) {
        slot.record = null;
        slot.bound = null;
      }
      records.byId.clear();
      records.byRef.clear();
      records.lent.clear();
      records.backends.values().forEach(backend -> backend.close(PATIENCE));
      records.backends.clear();
      records.changed();
    }
  }

  /**
   * Removes a backend without entries and closes it.
   *
   * @param namespace where
   * @param name its name
   * @throws KeyNotFoundException if there is no such backend
   * @throws ConflictException if entries still use it
   */
  public void removeBackend(Namespace namespace, String name) {
    NamespaceRecords records = records(namespace);
    BackendRuntime runtime = requireBackend(namespace, name);
    synchronized (records) {
      for (String ref : records.byRef.keySet()) {
        if (ref.startsWith(name + ":")) {
          throw new ConflictException(
              runtime.record().owner() + " still has entries, such as " + ref + "; delete them");
        }
      }
      for (NamespaceRecords other : namespaces.values()) {
        if (other.lent.values().stream().anyMatch(lent -> lent.backend() == runtime)) {
          throw new ConflictException(
              runtime.record().owner() + " is lent to " + other.namespace + "; take it back first");
        }
      }
      records.backends.remove(name);
    }
    runtime.close(PATIENCE);
  }

  /**
   * The fields of a backend as they may be shown: what is sensitive reads {@code (redacted)}.
   *
   * @param namespace where
   * @param name its name
   * @return the fields
   * @throws KeyNotFoundException if there is no such backend
   */
  public Map<String, String> backendFields(Namespace namespace, String name) {
    BackendRuntime runtime = requireBackend(namespace, name);
    Map<String, String> shown = new TreeMap<>();
    shown.put("type", runtime.record().type());
    shown.putAll(masked(runtime.provider().backendSchema(), runtime.record().fields()));
    return shown;
  }

  static Map<String, String> masked(ConfigSchema schema, Map<String, ConfigValue> fields) {
    Map<String, String> shown = new TreeMap<>();
    fields.forEach(
        (name, value) -> {
          boolean sensitive = schema.field(name).map(ConfigField::sensitive).orElse(true);
          shown.put(name, sensitive ? ConfigSchema.REDACTED : value.toString());
        });
    return shown;
  }

  /**
   * The backends of a namespace.
   *
   * @param namespace where
   * @return their names, sorted
   */
  public List<String> backends(Namespace namespace) {
    return records(namespace).backends.keySet().stream().sorted().toList();
  }

  /**
   * The entries of a namespace.
   *
   * @param namespace where
   * @return their names, sorted
   */
  public List<KeyRef> keys(Namespace namespace) {
    return records(namespace).byRef.keySet().stream().map(KeyRef::parse).sorted().toList();
  }

  /**
   * The grants of a namespace.
   *
   * @param namespace where
   * @return the grants
   */
  public List<Grant> grants(Namespace namespace) {
    return records(namespace).grants().stream().map(NamespaceRecords.BoundGrant::grant).toList();
  }

  /**
   * Adds an entry. The key itself is found by the first use, or by {@link #verify}.
   *
   * @param namespace where
   * @param ref its name
   * @param fields its fields
   * @return the entry's id
   * @throws ConflictException if the name is taken
   * @throws KeyNotFoundException if there is no such backend
   * @throws InvalidConfigurationException if a field is wrong
   */
  public UUID addKey(Namespace namespace, KeyRef ref, Map<String, ConfigValue> fields) {
    NamespaceRecords records = records(namespace);
    BackendRuntime backend = requireUsable(namespace, ref.backend());
    KeyRecord unpinned = keyRecord(namespace, ref, UUID.randomUUID(), 1, fields, backend, null);
    KeyRecord record = pins.recall(unpinned);
    KeySlot slot = new KeySlot(record);
    synchronized (records) {
      if (records.byRef.putIfAbsent(ref.toString(), slot) != null) {
        throw new ConflictException(record.owner() + " exists already");
      }
      records.byId.put(record.id(), slot);
      records.changed();
    }
    return record.id();
  }

  private KeyRecord keyRecord(
      Namespace namespace,
      KeyRef ref,
      UUID id,
      long version,
      Map<String, ConfigValue> fields,
      BackendRuntime backend,
      @Nullable Pin pin) {
    String owner = "key \"" + ref + "\"" + (namespace.isRoot() ? "" : " in " + namespace);
    ConfigSchema own = RegistryFields.KEY;
    Map<String, ConfigValue> ownFields = BackendRecord.own(fields, own);
    KeyRecord.Policy policy = KeyRecord.policy(owner, ownFields);
    Map<String, ConfigValue> others = BackendRecord.others(fields, own);
    NamespaceRecords.Lent lent = records(namespace).lent.get(ref.backend());
    if (lent != null) {
      lent.terms().check(owner, others);
    }
    backend.checkKey(owner, namespace, others).wipe();
    return new KeyRecord(id, namespace, ref, version, others, ownFields, policy, pin);
  }

  /**
   * Changes some fields of an entry and keeps the others; its id and its pin stay, so a change that
   * leads to another key is noticed.
   *
   * @param namespace where
   * @param ref its name
   * @param changes the fields to change; an empty value removes the field
   * @throws KeyNotFoundException if there is no such entry
   * @throws InvalidConfigurationException if a field is wrong
   */
  public void patchKey(
      Namespace namespace, KeyRef ref, Map<String, Optional<ConfigValue>> changes) {
    KeySlot slot = requireSlot(namespace, ref);
    BackendRuntime backend = requireUsable(namespace, ref.backend());
    slot.binding.lock();
    try {
      KeyRecord before = slot.require();
      Map<String, ConfigValue> fields = new LinkedHashMap<>(before.ownFields());
      fields.putAll(before.fields());
      changes.forEach(
          (field, value) -> {
            if (value.isPresent()) {
              fields.put(field, value.get());
            } else {
              fields.remove(field);
            }
          });
      slot.record =
          keyRecord(
              namespace, ref, before.id(), before.version() + 1, fields, backend, before.pin());
      records(namespace).changed();
    } finally {
      slot.binding.unlock();
    }
  }

  /**
   * Renames an entry; its id, pin and the grants bound to it stay.
   *
   * @param namespace where
   * @param ref its name
   * @param name its new name in the same backend
   * @throws ConflictException if the name is taken, or the backend finds the key by the entry's name,
   *     which would now lead elsewhere
   */
  public void renameKey(Namespace namespace, KeyRef ref, String name) {
    NamespaceRecords records = records(namespace);
    KeySlot slot = requireSlot(namespace, ref);
    KeyRef next = new KeyRef(ref.backend(), name);
    slot.binding.lock();
    try {
      KeyRecord before = slot.require();
      KeyRecord renamed = before.renamed(next);
      if (before.pin() != null) {
        requireStillLeads(renamed);
      }
      synchronized (records) {
        if (records.byRef.putIfAbsent(next.toString(), slot) != null) {
          throw new ConflictException("key \"" + next + "\" exists already");
        }
        boolean moved = false;
        try {
          pins.rename(before, next);
          moved = true;
        } finally {
          if (!moved) {
            records.byRef.remove(next.toString());
          }
        }
        records.byRef.remove(ref.toString());
        slot.record = renamed;
        records.changed();
      }
    } finally {
      slot.binding.unlock();
    }
  }

  private void requireStillLeads(KeyRecord renamed) {
    BackendRuntime backend = backendOf(renamed);
    CallContext context = CallContext.within(backend.record().settings().deadline());
    backend.enter(context.deadlineNanos());
    try {
      backend.backend(context).key(backend.config(renamed), context);
    } catch (KeyNotFoundException e) {
      throw new ConflictException(
          "the backend finds the key by the entry's name; say in the entry's fields where the key is,"
              + " then rename it",
          e);
    } finally {
      backend.leave();
    }
  }

  /**
   * Says that a consumer depends on an entry, which can't be deleted until it is said no longer.
   *
   * @param namespace where
   * @param ref the entry
   * @param consumer the consumer's name, for messages
   * @return closes the dependence; idempotent
   */
  public KeyUse use(Namespace namespace, KeyRef ref, String consumer) {
    KeySlot slot = requireSlot(namespace, ref);
    slot.uses.merge(consumer, 1, Integer::sum);
    return new KeyUse(
        () -> slot.uses.computeIfPresent(consumer, (name, n) -> n == 1 ? null : n - 1));
  }

  private static void requireUnused(KeySlot slot) {
    if (!slot.uses.isEmpty()) {
      throw new ConflictException(
          slot.require().owner() + " is in use by " + new TreeSet<>(slot.uses.keySet()));
    }
  }

  /**
   * Deletes an entry; the key in its backend stays as it is.
   *
   * @param namespace where
   * @param ref its name
   * @throws KeyNotFoundException if there is no such entry
   * @throws ConflictException if a grant names it or a consumer depends on it
   */
  public void removeKey(Namespace namespace, KeyRef ref) {
    NamespaceRecords records = records(namespace);
    synchronized (records) {
      KeySlot slot = requireSlot(namespace, ref);
      KeyRecord record = slot.require();
      if (records.isGranted(record)) {
        throw new ConflictException(record.owner() + " is granted; revoke its grants first");
      }
      requireUnused(slot);
      records.byRef.remove(ref.toString());
      records.byId.remove(record.id());
      slot.record = null;
      slot.bound = null;
      records.changed();
    }
  }

  /**
   * Adds a grant; adding it again changes nothing. A grant for one key is bound to the key's id.
   *
   * @param namespace where
   * @param grant the grant
   * @throws KeyNotFoundException if it names one key that does not exist
   */
  public void grant(Namespace namespace, Grant grant) {
    records(namespace).add(bound(namespace, grant));
  }

  /**
   * Takes a grant back; what is already held ends with the next call.
   *
   * @param namespace where
   * @param grant the grant
   * @return whether it existed
   */
  public boolean revoke(Namespace namespace, Grant grant) {
    return records(namespace).remove(bound(namespace, grant));
  }

  private NamespaceRecords.BoundGrant bound(Namespace namespace, Grant grant) {
    UUID id = null;
    if (grant.keys().isExact()) {
      id = requireSlot(namespace, KeyRef.parse(grant.keys().text())).require().id();
    }
    return new NamespaceRecords.BoundGrant(grant, id);
  }

  /**
   * Finds out whether an entry leads to its key: opens the backend, finds the key, pins it when it was
   * not, and compares it with its pin when it was.
   *
   * @param namespace where
   * @param ref the entry
   * @throws ManagedKeyException of the fitting type if it does not
   */
  public void verify(Namespace namespace, KeyRef ref) {
    hostKey(namespace, ref).info();
  }

  /**
   * Runs the operation of a usage on random data; only the verdict comes back.
   *
   * @param namespace where
   * @param ref the entry
   * @param usage what to test, which the entry must allow
   * @throws ManagedKeyException of the fitting type if it fails
   */
  public void test(Namespace namespace, KeyRef ref, Usage usage) {
    KeyTest.run(hostKey(namespace, ref), usage);
  }

  /**
   * Asks a backend by a real operation whether it works.
   *
   * @param namespace where
   * @param backend its name
   * @return the outcome
   * @throws KeyNotFoundException if there is no such backend
   */
  public Health health(Namespace namespace, String backend) {
    BackendRuntime runtime = requireBackend(namespace, backend);
    Health health = runtime.probe(runtime.record().settings().deadline());
    if (health.up()) {
      runtime.circuit().close();
    }
    return health;
  }

  /**
   * Generates the key of an entry that has none and allows it.
   *
   * @param namespace where
   * @param ref the entry
   * @param type what to generate
   * @return the key
   * @throws ConflictException if the entry leads to a key already
   */
  public ManagedKey generate(Namespace namespace, KeyRef ref, KeyType type) {
    lifecycle.generate(requireSlot(namespace, ref), type);
    return hostKey(namespace, ref);
  }

  /**
   * Brings the key of an entry in that has none and allows it.
   *
   * @param namespace where
   * @param ref the entry
   * @param type what it is
   * @param material raw for secret keys, PKCS #8 for private keys; the caller closes it
   * @return the key
   * @throws ConflictException if the entry leads to a key already
   */
  public ManagedKey importKey(Namespace namespace, KeyRef ref, KeyType type, SecretBytes material) {
    lifecycle.importKey(requireSlot(namespace, ref), type, material);
    return hostKey(namespace, ref);
  }

  /**
   * Gives a key that its service versions a new version; needs {@code allow-replace-key}.
   *
   * @param namespace where
   * @param ref the entry
   */
  public void rotate(Namespace namespace, KeyRef ref) {
    lifecycle.rotate(requireSlot(namespace, ref));
  }

  /**
   * Enables a key in its backend; needs {@code allow-replace-key}.
   *
   * @param namespace where
   * @param ref the entry
   */
  public void enable(Namespace namespace, KeyRef ref) {
    lifecycle.enable(requireSlot(namespace, ref));
  }

  /**
   * Disables a key in its backend; needs {@code allow-replace-key}.
   *
   * @param namespace where
   * @param ref the entry
   */
  public void disable(Namespace namespace, KeyRef ref) {
    lifecycle.disable(requireSlot(namespace, ref));
  }

  /**
   * Destroys a pinned key in its backend, after the wait that the service imposes or offers; needs
   * {@code allow-replace-key}.
   *
   * @param namespace where
   * @param ref the entry
   * @param wait how long to wait, or null for the service's default
   * @return when it will be gone
   */
  public Instant scheduleDestruction(Namespace namespace, KeyRef ref, @Nullable Duration wait) {
    return lifecycle.scheduleDestruction(requireSlot(namespace, ref), wait);
  }

  /**
   * Takes a scheduled destruction back; needs {@code allow-replace-key}.
   *
   * @param namespace where
   * @param ref the entry
   */
  public void cancelDestruction(Namespace namespace, KeyRef ref) {
    lifecycle.cancelDestruction(requireSlot(namespace, ref));
  }

  /**
   * The keys that a backend holds, whether or not there are entries for them.
   *
   * @param namespace where
   * @param backend the backend's name
   * @return the keys
   */
  public List<RemoteKey> remoteKeys(Namespace namespace, String backend) {
    return lifecycle.list(requireBackend(namespace, backend));
  }

  /**
   * The pin of an entry.
   *
   * @param namespace where
   * @param ref the entry
   * @return the pin, or empty before the key was first found
   */
  public Optional<Pin> pin(Namespace namespace, KeyRef ref) {
    return Optional.ofNullable(requireSlot(namespace, ref).require().pin());
  }

  /**
   * Pins an entry anew to the key that it leads to now, if its present pin is the expected one.
   *
   * @param namespace where
   * @param ref the entry
   * @param expected the pin that the operator has seen and gives up
   * @return the new pin
   * @throws ConflictException if the entry has another pin
   */
  public Pin repin(Namespace namespace, KeyRef ref, Pin expected) {
    KeySlot slot = requireSlot(namespace, ref);
    BackendRuntime backend = backendOf(slot.require());
    CallContext context = CallContext.within(backend.record().settings().deadline());
    backend.enter(context.deadlineNanos());
    slot.binding.lock();
    try {
      KeyRecord record = slot.require();
      if (!expected.equals(record.pin())) {
        throw new ConflictException(record.owner() + " has another pin than the expected one");
      }
      BackendKey found =
          backend.backend(context).key(backend.config(record).withPin(null), context);
      Pin next = Pin.of(found.info(), backend.witness(found, context));
      KeyRecord replaced = pins.replace(record, next);
      slot.record = replaced;
      slot.bound = null;
      return next;
    } finally {
      slot.binding.unlock();
      backend.leave();
    }
  }

  /** Keeps the first pin of an entry; another host's or thread's earlier one wins. */
  private KeyRecord pin(KeyRecord pinned) {
    KeyRecord kept = pins.keep(pinned);
    KeySlot slot = records(pinned.namespace()).byId.get(pinned.id());
    if (slot == null) {
      throw new KeyNotFoundException("the entry of this key was deleted");
    }
    slot.record = kept;
    return kept;
  }

  private ManagedKey hostKey(Namespace namespace, KeyRef ref) {
    return hostAccess(namespace).key(ref.toString());
  }

  private BackendRuntime requireBackend(Namespace namespace, String name) {
    BackendRuntime runtime = records(namespace).backends.get(name);
    if (runtime == null) {
      throw new KeyNotFoundException(
          "backend \"" + name + "\" does not exist in namespace " + namespace);
    }
    return runtime;
  }

  /** A backend of the namespace's own, or one that was lent to it. */
  private BackendRuntime requireUsable(Namespace namespace, String name) {
    BackendRuntime runtime = records(namespace).backend(name);
    if (runtime == null) {
      throw new KeyNotFoundException(
          "backend \"" + name + "\" does not exist in namespace " + namespace);
    }
    return runtime;
  }

  private KeySlot requireSlot(Namespace namespace, KeyRef ref) {
    KeySlot slot = records(namespace).find(ref);
    if (slot == null) {
      throw new KeyNotFoundException("there is no key \"" + ref + "\" in namespace " + namespace);
    }
    return slot;
  }

  /**
   * The types of backend at hand, with their fields, for the configuration reference.
   *
   * @return the providers by type
   */
  public Map<String, BackendProvider> providers() {
    Map<String, BackendProvider> byType = new LinkedHashMap<>();
    providers.all().forEach(provider -> byType.put(provider.type(), provider));
    return byType;
  }

  /** Closes all backends, after the calls under way have ended. */
  @Override
  public void close() {
    for (NamespaceRecords records : namespaces.values()) {
      records.backends.values().forEach(backend -> backend.close(PATIENCE));
    }
    host.scheduler().shutdownNow();
  }
}
