package io.managedkeys.local;

import io.managedkeys.spi.CallContext;
import java.util.function.BiFunction;

/** Where the keys of a local backend are. Thread-safe. */
interface EntryStore extends AutoCloseable {

  /** The keys as they are now; what another process wrote is seen within a second. */
  Entries entries();

  /**
   * What opens the material of these entries.
   *
   * @param entry an entry of {@link #entries()}
   * @return its material, which the caller wipes
   */
  byte[] open(KeyEntry entry);

  /**
   * Changes the keys, all or nothing, durably before it returns.
   *
   * @param context bounds the wait for another writer
   * @param change makes the new entries from the newest ones; called once, under the writer's lock
   */
  void change(CallContext context, BiFunction<Entries, KeySealing, Entries> change);

  /**
   * Where the keys are, for messages.
   *
   * @return such as {@code the key file /var/lib/app/keys}
   */
  String place();

  /** Whether keys whose time to be destroyed has come are still kept, out of use. */
  boolean hasOverdue();

  /** Re-reads and re-checks everything. */
  void verify();

  @Override
  void close();
}
