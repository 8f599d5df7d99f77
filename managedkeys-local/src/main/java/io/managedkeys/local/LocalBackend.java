package io.managedkeys.local;

import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.RandomSource;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One open store with the material of the keys that were used. */
final class LocalBackend implements KeyBackend, RandomSource {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final EntryStore store;
  private final LocalLifecycle lifecycle;
  private final Map<UUID, LoadedKey> loaded = new ConcurrentHashMap<>();

  LocalBackend(EntryStore store, Host host) {
    this.store = store;
    this.lifecycle = new LocalLifecycle(this, store, host);
  }

  @Override
  public BackendKey key(KeyConfig config, CallContext context) {
    context.requireTime();
    KeyEntry entry = find(config);
    requireUsable(entry);
    LocalKey key = new LocalKey(this, entry);
    if (config.pinned() != null && !config.pinned().fits(key.info())) {
      throw changed(config, entry);
    }
    return key;
  }

  /** The entry that a configuration describes, in whatever state it is. */
  KeyEntry find(KeyConfig config) {
    String name = LocalBackendProvider.keyName(config);
    Entries entries = store.entries();
    Optional<KeyEntry> named = entries.named(name);
    UUID pinned = pinnedId(config);
    if (pinned != null) {
      Optional<KeyEntry> same = entries.withId(pinned);
      if (same.isEmpty() && named.isPresent()) {
        throw changed(config, named.get());
      }
      named = same;
    }
    return named.orElseThrow(
        () ->
            new KeyNotFoundException(
                "no key named \""
                    + name
                    + "\" in "
                    + store.place()
                    + "; generate or import it, or name one of "
                    + entries.all().stream().map(KeyEntry::name).toList()));
  }

  private static @Nullable UUID pinnedId(KeyConfig config) {
    return config
        .pin()
        .flatMap(Pin::resolvedId)
        .map(
            id -> {
              try {
                return UUID.fromString(id);
              } catch (IllegalArgumentException e) {
                throw new IdentityChangedException(
                    "the pin names \"" + id + "\", which is no local key's id", e);
              }
            })
        .orElse(null);
  }

  private IdentityChangedException changed(KeyConfig config, KeyEntry entry) {
    return new IdentityChangedException(
        "the key named \""
            + entry.name()
            + "\" in "
            + store.place()
            + " is not the one that "
            + config.ref()
            + " was pinned to; restore that key, or pin anew if the change was meant");
  }

  /** An entry by id. */
  KeyEntry entry(UUID id) {
    return store
        .entries()
        .withId(id)
        .orElseThrow(
            () ->
                new KeyNotFoundException("the key was destroyed or removed from " + store.place()));
  }

  LoadedKey material(UUID id) {
    KeyEntry entry = entry(id);
    requireUsable(entry);
    LoadedKey known = loaded.get(id);
    return known != null ? known : loaded.computeIfAbsent(id, unused -> load(entry));
  }

  private LoadedKey load(KeyEntry entry) {
    byte[] material = store.open(entry);
    if (entry.type().isSecret()) {
      return LoadedKey.of(SecretBytes.taking(material));
    }
    try {
      var key = PrivateKeys.parse(entry.type(), material);
      byte[] spki = entry.spki();
      if (spki == null) {
        throw new DamagedKeyFileException("local key \"" + entry.name() + "\" has no public key");
      }
      PrivateKeys.requirePair(key, spki);
      return LoadedKey.of(key);
    } catch (GeneralSecurityException | InvalidInputException e) {
      throw new DamagedKeyFileException(
          "the material of local key \"" + entry.name() + "\" is not of its public key", e);
    } finally {
      Arrays.fill(material, (byte) 0);
    }
  }

  /** The material of a key that may be wrapped; the caller wipes it. */
  byte[] extract(UUID id) {
    KeyEntry entry = entry(id);
    requireUsable(entry);
    if (!entry.extractable()) {
      throw new UsageDeniedException(
          "local key \""
              + entry.name()
              + "\" was not made extractable; only a key whose entry says extractable = true when it"
              + " is generated or imported can be wrapped");
    }
    return store.open(entry);
  }

  private static void requireUsable(KeyEntry entry) {
    if (entry.destroyAt() != null) {
      throw new KeyStateException(
          "local key \""
              + entry.name()
              + "\" is to be destroyed at "
              + entry.destroyAt()
              + "; cancel that to use it again");
    }
    if (!entry.enabled()) {
      throw new KeyStateException(
          "local key \"" + entry.name() + "\" is disabled; enable it to use it again");
    }
  }

  /** Forgets the material of a key that must no longer be used. */
  void forget(UUID id) {
    LoadedKey key = loaded.remove(id);
    if (key != null) {
      key.close();
    }
  }

  /** Forgets what another process disabled or destroyed. */
  void forgetUnusable() {
    Entries entries = store.entries();
    for (UUID id : loaded.keySet()) {
      if (entries.withId(id).filter(entry -> entry.state().equals("enabled")).isEmpty()) {
        forget(id);
      }
    }
  }

  LocalLifecycle lifecycle() {
    return lifecycle;
  }

  @Override
  public Health check(@Nullable BackendKey probe, CallContext context) {
    long start = System.nanoTime();
    try {
      store.verify();
      if (probe instanceof LocalKey key) {
        key.material(context);
      }
      return new Health(
          true, since(start), "read and checked " + store.place() + ": " + count() + " keys");
    } catch (ManagedKeyException e) {
      return new Health(false, since(start), String.valueOf(e.getMessage()));
    }
  }

  private int count() {
    return store.entries().all().size();
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public byte[] random(int length, CallContext context) {
    context.requireTime();
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type == KeyLifecycle.class) {
      return Optional.of(type.cast(lifecycle));
    }
    return KeyBackend.super.capability(type);
  }

  @Override
  public void close() {
    lifecycle.close();
    loaded.values().forEach(LoadedKey::close);
    loaded.clear();
    store.close();
  }
}
