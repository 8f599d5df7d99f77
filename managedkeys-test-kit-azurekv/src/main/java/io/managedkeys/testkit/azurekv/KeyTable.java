package io.managedkeys.testkit.azurekv;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The vault's keys: live ones with their versions, and deleted ones that can still be recovered.
 * Every method is one step that others see whole or not at all.
 */
final class KeyTable {
  static final int RETENTION_DAYS = 90;

  private static final class Entry {
    final String name;
    final List<KeyVersion> versions = new ArrayList<>();
    @Nullable Instant deleted;

    Entry(String name) {
      this.name = name;
    }

    KeyVersion latest() {
      return versions.get(versions.size() - 1);
    }
  }

  private final Map<String, Entry> live = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, Entry> deleted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, Entry> backups = new LinkedHashMap<>();
  private final Supplier<Instant> now;
  private final String collection;
  private final String deletedCollection;

  /**
   * @param base the vault's URL without a slash at its end; key ids begin with it
   */
  KeyTable(String base, Supplier<Instant> now) {
    this.now = now;
    this.collection = base + "/keys/";
    this.deletedCollection = base + "/deletedkeys/";
  }

  /** A key and the id of the version that was used or made. */
  record Used(String kid, KeyMaterial material) {}

  synchronized void requireNameFree(String name) {
    if (deleted.containsKey(name)) {
      throw ServiceError.deletedButRecoverable(name);
    }
  }

  /** Adds a key, or, as the service does without a word, a version to the key that is there. */
  synchronized Map<String, Object> add(
      String name, KeyMaterial material, KeyVersion.Settings settings) {
    addVersion(name, material, settings);
    Entry entry = entry(name);
    return entry.latest().bundle(kid(entry, entry.latest()));
  }

  /** As {@link #add}, but gives the key id. */
  synchronized String addVersion(String name, KeyMaterial material, KeyVersion.Settings settings) {
    requireNameFree(name);
    Entry entry = live.computeIfAbsent(name, Entry::new);
    KeyVersion version = new KeyVersion(RandomSource.id(), material, settings, now.get());
    entry.versions.add(version);
    return kid(entry, version);
  }

  synchronized KeyMaterial latestMaterial(String name) {
    return entry(name).latest().material;
  }

  synchronized Map<String, Object> rotate(String name, KeyMaterial material) {
    return add(name, material, entry(name).latest().inherited());
  }

  synchronized Map<String, Object> get(String name, String version) {
    Entry entry = entry(name);
    KeyVersion found = version(entry, version);
    return found.bundle(kid(entry, found));
  }

  synchronized Map<String, Object> update(
      String name, String version, KeyVersion.Settings settings) {
    Entry entry = entry(name);
    KeyVersion found = version(entry, version);
    found.apply(settings, now.get());
    return found.bundle(kid(entry, found));
  }

  /** The material of a version for one operation, or the service's refusal. */
  synchronized Used use(String name, String version, String operation) {
    Entry entry = entry(name);
    KeyVersion found = version(entry, version);
    found.check(operation, now.get());
    return new Used(kid(entry, found), found.material);
  }

  synchronized List<Map<String, Object>> list() {
    List<Map<String, Object>> items = new ArrayList<>();
    for (Entry entry : live.values()) {
      items.add(entry.latest().item(collection + entry.name));
    }
    return items;
  }

  synchronized List<Map<String, Object>> listVersions(String name) {
    List<Map<String, Object>> items = new ArrayList<>();
    Entry entry = entry(name);
    for (KeyVersion version : entry.versions) {
      items.add(version.item(kid(entry, version)));
    }
    return items;
  }

  synchronized List<Map<String, Object>> listDeleted() {
    List<Map<String, Object>> items = new ArrayList<>();
    for (Entry entry : deleted.values()) {
      Map<String, Object> item = entry.latest().item(collection + entry.name);
      item.putAll(deletion(entry));
      items.add(item);
    }
    return items;
  }

  synchronized Map<String, Object> delete(String name) {
    Entry entry = entry(name);
    live.remove(name);
    entry.deleted = now.get();
    deleted.put(name, entry);
    return deletedBundle(entry);
  }

  synchronized Map<String, Object> getDeleted(String name) {
    return deletedBundle(deletedEntry(name));
  }

  synchronized Map<String, Object> recover(String name) {
    Entry entry = deletedEntry(name);
    deleted.remove(name);
    entry.deleted = null;
    live.put(name, entry);
    return entry.latest().bundle(kid(entry, entry.latest()));
  }

  synchronized void purge(String name) {
    deletedEntry(name);
    deleted.remove(name);
  }

  /** An opaque blob; the service's is opaque too, and only this vault takes it back. */
  synchronized byte[] backup(String name) {
    Entry entry = entry(name);
    Entry copy = new Entry(entry.name);
    copy.versions.addAll(entry.versions);
    String id = RandomSource.id() + RandomSource.id();
    backups.put(id, copy);
    return id.getBytes(StandardCharsets.US_ASCII);
  }

  synchronized Map<String, Object> restore(byte[] blob) {
    Entry copy = backups.get(new String(blob, StandardCharsets.US_ASCII));
    if (copy == null) {
      throw ServiceError.badParameter("Backup blob is not valid or was made by another vault.");
    }
    requireNameFree(copy.name);
    if (live.containsKey(copy.name)) {
      throw ServiceError.of(
          409, "Conflict", "There was a conflict restoring the key '" + copy.name + "'.");
    }
    Entry entry = new Entry(copy.name);
    entry.versions.addAll(copy.versions);
    live.put(copy.name, entry);
    return entry.latest().bundle(kid(entry, entry.latest()));
  }

  private Map<String, Object> deletedBundle(Entry entry) {
    Map<String, Object> bundle = entry.latest().bundle(kid(entry, entry.latest()));
    bundle.putAll(deletion(entry));
    return bundle;
  }

  private Map<String, Object> deletion(Entry entry) {
    Instant when = entry.deleted == null ? Instant.EPOCH : entry.deleted;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("recoveryId", deletedCollection + entry.name);
    fields.put("deletedDate", when.getEpochSecond());
    fields.put("scheduledPurgeDate", when.plus(Duration.ofDays(RETENTION_DAYS)).getEpochSecond());
    return fields;
  }

  private Entry entry(String name) {
    Entry entry = live.get(name);
    if (entry == null) {
      throw ServiceError.keyNotFound(name);
    }
    return entry;
  }

  private Entry deletedEntry(String name) {
    Entry entry = deleted.get(name);
    if (entry == null) {
      throw ServiceError.keyNotFound(name);
    }
    return entry;
  }

  private static KeyVersion version(Entry entry, String version) {
    if (version.isEmpty()) {
      return entry.latest();
    }
    for (KeyVersion candidate : entry.versions) {
      if (candidate.version.equals(version)) {
        return candidate;
      }
    }
    throw ServiceError.keyNotFound(entry.name + "/" + version);
  }

  private String kid(Entry entry, KeyVersion version) {
    return collection + entry.name + "/" + version.version;
  }
}
