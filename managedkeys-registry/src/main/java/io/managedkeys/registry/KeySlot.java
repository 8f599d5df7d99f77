package io.managedkeys.registry;

import io.managedkeys.KeyNotFoundException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The place of one entry for its whole life: its record now, and the key bound for it, if any. */
final class KeySlot {

  /** Held while the key is being bound, so that it is bound once. */
  final ReentrantLock binding = new ReentrantLock();

  /** The consumers that said they depend on the entry, by name. */
  final ConcurrentHashMap<String, Integer> uses = new ConcurrentHashMap<>();

  /** The entry's record; null once it was deleted. */
  volatile @Nullable KeyRecord record;

  /** The bound key; null before the first use and after the backend was closed. */
  volatile @Nullable BoundKey bound;

  KeySlot(KeyRecord record) {
    this.record = record;
  }

  /** The record, as long as the entry exists. */
  KeyRecord require() {
    KeyRecord now = record;
    if (now == null) {
      throw new KeyNotFoundException("the entry of this key was deleted");
    }
    return now;
  }
}
