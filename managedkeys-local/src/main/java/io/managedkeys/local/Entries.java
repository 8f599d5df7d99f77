package io.managedkeys.local;

import io.managedkeys.ConflictException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** The keys of a store at one moment, by name. Immutable. */
final class Entries {

  static final Entries NONE = new Entries(Map.of());

  private final Map<String, KeyEntry> byName;

  private Entries(Map<String, KeyEntry> byName) {
    this.byName = Collections.unmodifiableMap(new TreeMap<>(byName));
  }

  Collection<KeyEntry> all() {
    return byName.values();
  }

  Optional<KeyEntry> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  Optional<KeyEntry> withId(UUID id) {
    return byName.values().stream().filter(entry -> entry.id().equals(id)).findFirst();
  }

  Entries plus(KeyEntry entry) {
    if (byName.containsKey(entry.name())) {
      throw new ConflictException(
          "the local store has a key named \""
              + entry.name()
              + "\" already; choose another name or destroy that key first");
    }
    return replacing(entry);
  }

  Entries replacing(KeyEntry entry) {
    Map<String, KeyEntry> changed = new TreeMap<>(byName);
    changed.put(entry.name(), entry);
    return new Entries(changed);
  }

  Entries without(UUID id) {
    Map<String, KeyEntry> changed = new TreeMap<>(byName);
    changed.values().removeIf(entry -> entry.id().equals(id));
    return new Entries(changed);
  }

  /** The same without the keys whose time to be destroyed has come. */
  Entries withoutOverdue(Instant now) {
    Map<String, KeyEntry> changed = new TreeMap<>(byName);
    changed.values().removeIf(entry -> isOverdue(entry, now));
    return changed.size() == byName.size() ? this : new Entries(changed);
  }

  static boolean isOverdue(KeyEntry entry, Instant now) {
    Instant at = entry.destroyAt();
    return at != null && !at.isAfter(now);
  }
}
