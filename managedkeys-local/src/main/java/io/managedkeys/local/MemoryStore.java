package io.managedkeys.local;

import io.managedkeys.spi.CallContext;
import java.time.Clock;
import java.util.function.BiFunction;

/**
 * Keys in memory, gone with the process. They are sealed under a random key of the store, not for
 * protection, since that key is in memory too, but so that closing the store wipes them all by wiping
 * that one key.
 */
final class MemoryStore implements EntryStore {

  private final AesGcmSealing sealing = AesGcmSealing.withRandomKey();
  private final Clock clock;
  private volatile Entries entries = Entries.NONE;

  MemoryStore(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Entries entries() {
    return entries.withoutOverdue(clock.instant());
  }

  @Override
  public byte[] open(KeyEntry entry) {
    return sealing.open(entry.identity(), entry.sealed());
  }

  @Override
  public synchronized void change(
      CallContext context, BiFunction<Entries, KeySealing, Entries> change) {
    entries = change.apply(entries(), sealing);
  }

  @Override
  public String place() {
    return "this process's memory";
  }

  @Override
  public boolean hasOverdue() {
    Entries all = entries;
    return all.withoutOverdue(clock.instant()) != all;
  }

  @Override
  public void verify() {
    // Memory has nothing to re-read.
  }

  @Override
  public void close() {
    entries = Entries.NONE;
    sealing.close();
  }
}
