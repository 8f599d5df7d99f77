package io.managedkeys.registry;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyInfo;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Namespace;
import io.managedkeys.SecretBytes;
import io.managedkeys.ThrottledException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.registry.config.References;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.Witness;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backend for its whole life: opened by its first use, once however many callers wait, replaced
 * when its record changes, closed with the registry.
 */
final class BackendRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(BackendRuntime.class);

  private static final Duration PROBE_PATIENCE = Duration.ofSeconds(5);

  private final BackendProvider provider;
  private final Host host;
  private final Function<KeyRecord, KeyRecord> pinner;
  private final ReentrantLock opening = new ReentrantLock();

  /** Held by who replaces or closes; never taken inside the gate, where callers wait for opening. */
  private final ReentrantLock replacing = new ReentrantLock();

  private final Gate gate = new Gate();
  private final Retry retry = new Retry();
  private final Set<KeySlot> boundSlots = ConcurrentHashMap.newKeySet();

  private volatile BackendRecord record;
  private volatile @Nullable KeyBackend open;
  private volatile @Nullable Semaphore slots;
  private volatile Circuit circuit;
  private volatile boolean closed;
  private volatile @Nullable KeySlot knownGood;

  BackendRuntime(
      BackendRecord record,
      BackendProvider provider,
      Host host,
      Function<KeyRecord, KeyRecord> pinner) {
    this.record = record;
    this.provider = provider;
    this.host = host;
    this.pinner = pinner;
    this.circuit = circuitOf(record);
    this.slots = semaphore(record);
  }

  private Circuit circuitOf(BackendRecord by) {
    return new Circuit(by.owner(), () -> probe(PROBE_PATIENCE));
  }

  private static @Nullable Semaphore semaphore(BackendRecord record) {
    int most = record.settings().maxParallel();
    return most == 0 ? null : new Semaphore(most, true);
  }

  BackendRecord record() {
    return record;
  }

  BackendProvider provider() {
    return provider;
  }

  Circuit circuit() {
    return circuit;
  }

  /** Keeps the backend from being replaced until {@link #leave()}. */
  void enter(long deadlineNanos) {
    gate.enter(deadlineNanos);
  }

  void leave() {
    gate.leave();
  }

  /** The open backend; opens it when it is not. Inside {@link #enter}. */
  KeyBackend backend(CallContext context) {
    KeyBackend now = open;
    if (now != null) {
      return now;
    }
    lock(opening, context);
    try {
      now = open;
      if (now == null) {
        if (closed) {
          throw new BackendUnavailableException(record.owner() + " was closed with its registry");
        }
        now = openBy(record);
        open = now;
      }
      return now;
    } finally {
      opening.unlock();
    }
  }

  private KeyBackend openBy(BackendRecord by) {
    ConfigValues values = check(by.owner(), provider.backendSchema(), by.fields());
    try {
      return provider.open(new BackendConfig(by.name(), by.id(), by.version(), values), host);
    } catch (ManagedKeyException e) {
      throw e.at(by.name(), null, "open");
    } finally {
      values.wipe();
    }
  }

  ConfigValues check(String owner, ConfigSchema schema, Map<String, ConfigValue> fields) {
    Map<String, ConfigValue> resolved = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          ConfigValue found = References.resolve(owner, name, value, host);
          boolean sensitive = schema.field(name).map(ConfigField::sensitive).orElse(false);
          resolved.put(name, sensitive ? copy(found) : References.asText(found));
        });
    return schema.check(owner, resolved);
  }

  /**
   * Checks an entry's fields. An entry on a backend that was lent may not refer to files or the
   * environment: they would be read with the lender's rights.
   */
  ConfigValues checkKey(String owner, Namespace namespace, Map<String, ConfigValue> fields) {
    ConfigSchema schema = provider.keySchema();
    if (!namespace.equals(record.namespace())) {
      fields.forEach(
          (name, value) -> {
            String text = value.text();
            boolean file =
                schema
                    .field(name)
                    .map(field -> field.kind() == ConfigField.Kind.FILE)
                    .orElse(false);
            if (file || text != null && text.contains("${")) {
              throw new InvalidConfigurationException(
                  owner
                      + ": field \""
                      + name
                      + "\" would read with the rights of the backend's owner, which lent it without"
                      + " them");
            }
          });
    }
    return check(owner, schema, fields);
  }

  /** Checked values are wiped after use, so they must not be the record's own. */
  private static ConfigValue copy(ConfigValue value) {
    var secret = value.secret();
    return secret == null ? value : ConfigValue.of(SecretBytes.taking(secret.copy()));
  }

  /** The key of an entry, bound once; inside {@link #enter}. */
  BoundKey bind(KeySlot slot, CallContext context) {
    KeyRecord entry = slot.require();
    BoundKey bound = slot.bound;
    if (bound != null && bound.recordVersion() == entry.version()) {
      return bound;
    }
    lock(slot.binding, context);
    try {
      entry = slot.require();
      bound = slot.bound;
      if (bound == null || bound.recordVersion() != entry.version()) {
        bound = bindAnew(entry, context);
        boundSlots.add(slot);
        slot.bound = bound;
        // The first pin makes a new version of the record, which this binding is already of.
      }
      return bound;
    } finally {
      slot.binding.unlock();
    }
  }

  private BoundKey bindAnew(KeyRecord entry, CallContext context) {
    KeyBackend backend = backend(context);
    KeyConfig config = config(entry);
    BackendKey key = backend.key(config, context);
    Permissions.requireCompatible(entry, key.info().type());
    Pin pin = entry.pin();
    if (pin != null) {
      requireSame(entry, pin, key, context);
      return new BoundKey(key, entry);
    }
    KeyRecord pinned = pinner.apply(entry.withPin(Pin.of(key.info(), witness(key, context))));
    Pin kept = pinned.pin();
    if (kept == null) {
      throw new IllegalStateException("a pinned entry has a pin");
    }
    BackendKey again = backend.key(config.withPin(kept), context);
    requireSame(pinned, kept, again, context);
    return new BoundKey(again, pinned);
  }

  KeyConfig config(KeyRecord entry) {
    ConfigValues values = checkKey(entry.owner(), entry.namespace(), entry.fields());
    return new KeyConfig(entry.ref(), entry.id(), entry.policy().usages(), values, entry.pin());
  }

  @Nullable Witness witness(BackendKey key, CallContext context) {
    if (!key.info().type().isSecret() || key.addressIsImmutable()) {
      return null;
    }
    try {
      return Witness.of(key, context);
    } catch (UnsupportedKeyOperationException e) {
      LOG.warn("{}: a key is pinned by its type only: {}", record.owner(), e.getMessage());
      return null;
    }
  }

  private static void requireSame(KeyRecord entry, Pin pin, BackendKey key, CallContext context) {
    KeyInfo info = key.info();
    boolean same = pin.fits(info);
    if (same && info.spki().isEmpty()) {
      same =
          key.addressIsImmutable()
              ? pin.resolvedId().equals(info.resolvedId())
              : pin.witness().map(witness -> witness.isKnownTo(key, context)).orElse(true);
    }
    if (!same) {
      throw new IdentityChangedException(
          entry.owner()
              + " now leads to another key than the one that was pinned; if that is meant, re-pin"
              + " it");
    }
  }

  /** Runs a remote primitive: circuit, bound, deadline, retry. Inside {@link #enter}. */
  <T> T remote(CallContext context, boolean repeatable, Function<CallContext, T> work) {
    circuit.pass();
    Semaphore bound = slots;
    if (bound != null) {
      acquire(bound, context);
    }
    try {
      T result =
          retry.run(
              context,
              repeatable,
              attempt -> {
                attempt.requireTime();
                return work.apply(attempt);
              });
      circuit.succeeded();
      return result;
    } catch (BackendUnavailableException e) {
      circuit.failed();
      throw e;
    } finally {
      if (bound != null) {
        bound.release();
      }
    }
  }

  private void acquire(Semaphore bound, CallContext context) {
    try {
      if (!bound.tryAcquire(context.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ThrottledException(
            record.owner()
                + ": "
                + record.settings().maxParallel()
                + " calls were under way until the deadline; raise max-parallel or the deadline",
            null,
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException("interrupted while waiting for the backend", e);
    }
  }

  void wasGood(KeySlot slot) {
    if (knownGood != slot) {
      knownGood = slot;
    }
  }

  /** Asks the backend by a real operation; never throws. */
  Health probe(Duration patience) {
    long start = System.nanoTime();
    CallContext context = CallContext.within(patience);
    try {
      // Inside the gate, so that no probe opens the old configuration in the middle of a
      // replacement.
      enter(context.deadlineNanos());
      try {
        KeySlot slot = knownGood;
        BoundKey good = slot == null ? null : slot.bound;
        return backend(context).check(good == null ? null : good.key(), context);
      } finally {
        leave();
      }
    } catch (ManagedKeyException e) {
      return new Health(
          false, Duration.ofNanos(System.nanoTime() - start), String.valueOf(e.getMessage()));
    }
  }

  /** Forgets a binding, so that the next call binds anew. */
  static void unbind(KeySlot slot) {
    slot.bound = null;
  }

  /** Opens a changed record in place of the present one, in the way the provider declares. */
  void replace(BackendRecord next, Duration patience) {
    replacing.lock();
    try {
      switch (provider.replacement()) {
        case OPEN_THEN_SWAP -> {
          KeyBackend opened = next.settings().verify() || open != null ? openBy(next) : null;
          drain(patience);
          swap(next, opened);
        }
        case CLOSE_THEN_OPEN -> {
          drain(patience);
          closeThenOpen(next);
        }
      }
    } finally {
      replacing.unlock();
    }
  }

  private void drain(Duration patience) {
    if (!gate.close(patience)) {
      throw new BackendUnavailableException(
          record.owner()
              + ": calls were still under way after "
              + patience
              + ", nothing was changed; try again when they have ended");
    }
  }

  private void swap(BackendRecord next, @Nullable KeyBackend opened) {
    KeyBackend before = open;
    try {
      forgetBindings();
      open = opened;
      adopt(next);
    } finally {
      gate.open();
    }
    if (before != null) {
      before.close();
    }
  }

  private void closeThenOpen(BackendRecord next) {
    BackendRecord before = record;
    boolean wasOpen = open != null;
    try {
      forgetBindings();
      closeOpen();
      if (wasOpen || next.settings().verify()) {
        try {
          open = openBy(next);
        } catch (ManagedKeyException e) {
          if (wasOpen) {
            reopen(before, e);
          }
          throw e;
        }
      }
      adopt(next);
    } finally {
      gate.open();
    }
  }

  private void reopen(BackendRecord before, ManagedKeyException why) {
    try {
      open = openBy(before);
      LOG.warn("{}: the new configuration failed; the old one is open again", before.owner());
    } catch (ManagedKeyException e) {
      why.addSuppressed(e);
      LOG.error("{}: neither the new configuration nor the old one opens", before.owner());
    }
  }

  private void adopt(BackendRecord next) {
    record = next;
    slots = semaphore(next);
    circuit.end();
    circuit = circuitOf(next);
    knownGood = null;
  }

  private void forgetBindings() {
    boundSlots.forEach(BackendRuntime::unbind);
    boundSlots.clear();
  }

  private void closeOpen() {
    KeyBackend now = open;
    open = null;
    if (now != null) {
      now.close();
    }
  }

  /** Closes the backend for good, after the calls inside or the patience have ended. */
  void close(Duration patience) {
    replacing.lock();
    try {
      closed = true;
      circuit.end();
      boolean empty = gate.close(patience);
      try {
        if (!empty) {
          LOG.warn("{} is closed with calls still under way", record.owner());
        }
        forgetBindings();
        closeOpen();
      } finally {
        if (empty) {
          gate.open();
        }
      }
    } finally {
      replacing.unlock();
    }
  }

  private static void lock(ReentrantLock lock, CallContext context) {
    try {
      if (!lock.tryLock(context.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new BackendUnavailableException(
            "another caller was still opening the backend or binding the key at the deadline");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException("interrupted while the backend was being opened", e);
    }
  }
}
