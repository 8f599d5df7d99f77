package io.managedkeys.local;

import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.RemoteKey;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, changes and lists the keys of a store. */
final class LocalLifecycle implements KeyLifecycle, AutoCloseable {

  /** So that a destruction by mistake can be taken back. */
  static final Duration DEFAULT_WAIT = Duration.ofDays(7);

  private static final Duration SWEEP = Duration.ofMinutes(1);
  private static final Logger LOG = LoggerFactory.getLogger(LocalLifecycle.class);

  private final LocalBackend backend;
  private final EntryStore store;
  private final Host host;
  private final Future<?> sweeping;

  LocalLifecycle(LocalBackend backend, EntryStore store, Host host) {
    this.backend = backend;
    this.store = store;
    this.host = host;
    this.sweeping =
        host.scheduler()
            .scheduleWithFixedDelay(
                this::eraseOverdue, SWEEP.toSeconds(), SWEEP.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public Set<Act> acts() {
    return EnumSet.complementOf(EnumSet.of(Act.ROTATE));
  }

  @Override
  public RemoteKey generate(KeyConfig entry, KeyType type, UUID tag, CallContext context) {
    context.requireTime();
    String name = LocalBackendProvider.keyName(entry);
    requireFree(name);
    try (NewKey key = NewKey.generate(type)) {
      return add(name, entry, key, tag, context);
    }
  }

  @Override
  public RemoteKey importKey(
      KeyConfig entry, KeyType type, SecretBytes material, UUID tag, CallContext context) {
    context.requireTime();
    String name = LocalBackendProvider.keyName(entry);
    requireFree(name);
    try (NewKey key = NewKey.of(type, material, null)) {
      return add(name, entry, key, tag, context);
    }
  }

  private void requireFree(String name) {
    // Before the work of making a key; the change itself checks again.
    store.entries().named(name).ifPresent(taken -> store.entries().plus(taken));
  }

  private RemoteKey add(String name, KeyConfig config, NewKey key, UUID tag, CallContext context) {
    AtomicReference<KeyEntry> added = new AtomicReference<>();
    store.change(
        context,
        (entries, sealing) -> {
          KeyEntry entry =
              key.seal(
                  name,
                  tag,
                  config.usages(),
                  config.values().isTrue("extractable"),
                  List.of(),
                  sealing);
          added.set(entry);
          return entries.plus(entry);
        });
    return remote(added.get());
  }

  @Override
  public RemoteKey rotate(KeyConfig entry, UUID tag, CallContext context) {
    throw new UnsupportedKeyOperationException(
        "a local key has no versions and keeps its one key material for life; generate a new key"
            + " under a new entry, re-encrypt or re-issue what the old one protects, then destroy it");
  }

  @Override
  public void enable(KeyConfig entry, CallContext context) {
    change(entry, context, found -> requireNotDoomed(found).withEnabled(true));
  }

  @Override
  public void disable(KeyConfig entry, CallContext context) {
    KeyEntry changed = change(entry, context, found -> requireNotDoomed(found).withEnabled(false));
    backend.forget(changed.id());
  }

  @Override
  public Instant scheduleDestruction(
      KeyConfig entry, @Nullable Duration wait, CallContext context) {
    if (entry.pinned() == null) {
      throw new InvalidInputException(
          "a key is destroyed only under its pin, so that it is surely the one meant; use "
              + entry.ref()
              + " once, or pin it, first");
    }
    Duration delay = wait == null ? DEFAULT_WAIT : wait;
    if (delay.isNegative()) {
      throw new InvalidInputException("the wait before a destruction can't be negative");
    }
    Instant at = host.clock().instant().plus(delay);
    KeyEntry changed = change(entry, context, found -> found.withDestroyAt(at));
    backend.forget(changed.id());
    if (delay.isZero()) {
      store.change(context, (entries, sealing) -> entries.without(changed.id()));
    }
    return at;
  }

  @Override
  public void cancelDestruction(KeyConfig entry, CallContext context) {
    change(
        entry,
        context,
        found -> {
          if (found.destroyAt() == null) {
            throw new KeyStateException(
                "local key \"" + found.name() + "\" is not going to be destroyed");
          }
          return found.withDestroyAt(null);
        });
  }

  @Override
  public List<RemoteKey> list(CallContext context) {
    return store.entries().all().stream().map(LocalLifecycle::remote).toList();
  }

  /** One entry changed under the writer's lock, after its identity was checked there. */
  private KeyEntry change(KeyConfig config, CallContext context, UnaryOperator<KeyEntry> change) {
    KeyEntry meant = backend.find(config);
    if (config.pinned() != null && !config.pinned().fits(new LocalKey(backend, meant).info())) {
      throw new IdentityChangedException(
          "local key \""
              + meant.name()
              + "\" is not the one that "
              + config.ref()
              + " was pinned to");
    }
    AtomicReference<KeyEntry> changed = new AtomicReference<>();
    store.change(
        context,
        (entries, sealing) -> {
          KeyEntry newest =
              entries
                  .withId(meant.id())
                  .orElseThrow(
                      () ->
                          new IdentityChangedException(
                              "local key \"" + meant.name() + "\" was removed meanwhile"));
          changed.set(change.apply(newest));
          return entries.replacing(changed.get());
        });
    return changed.get();
  }

  private static KeyEntry requireNotDoomed(KeyEntry entry) {
    if (entry.destroyAt() != null) {
      throw new KeyStateException(
          "local key \"" + entry.name() + "\" is to be destroyed; cancel that first");
    }
    return entry;
  }

  static RemoteKey remote(KeyEntry entry) {
    return new RemoteKey(Map.of("name", entry.name()), entry.type(), entry.state(), entry.tag());
  }

  /**
   * Erases what is overdue. Overdue keys are out of use whether or not this succeeds, and every other
   * write erases them too.
   */
  private void eraseOverdue() {
    try {
      backend.forgetUnusable();
      if (store.hasOverdue()) {
        store.change(CallContext.within(Duration.ofSeconds(1)), (entries, sealing) -> entries);
      }
    } catch (ManagedKeyException e) {
      LOG.warn("Keys that are to be destroyed are not erased yet: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    sweeping.cancel(false);
  }
}
