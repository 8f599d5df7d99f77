package io.managedkeys.local;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.SecretBytes;
import io.managedkeys.spi.CallContext;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keys in one encrypted file. Readers need no lock, because the file is replaced as a whole; writers
 * take turns, and each begins with what the last one wrote.
 */
final class FileStore implements EntryStore {

  private static final long STALE_NANOS = Duration.ofSeconds(1).toNanos();

  private final OwnerOnlyFile file;
  private final SecretBytes password;
  private final int iterations;
  private final Clock clock;
  private volatile Loaded loaded;
  private boolean closed;

  /** What was read last, and when it was last compared with the file. */
  private record Loaded(
      OwnerOnlyFile.@Nullable Stamp stamp,
      @Nullable FileSecrets secrets,
      long generation,
      Entries entries,
      long checkedNanos) {}

  /**
   * Opens a file, or an empty store if there is none yet: the first key makes it.
   *
   * @param file the file
   * @param password taken over
   * @param iterations of PBKDF2 for a new file; an existing one says its own
   */
  FileStore(OwnerOnlyFile file, SecretBytes password, int iterations, Clock clock) {
    this.file = file;
    this.password = password;
    this.iterations = iterations;
    this.clock = clock;
    this.loaded = new Loaded(null, null, 0, Entries.NONE, System.nanoTime());
    boolean opened = false;
    try {
      reload(false);
      opened = true;
    } finally {
      if (!opened) {
        password.close();
      }
    }
  }

  @Override
  public Entries entries() {
    if (System.nanoTime() - loaded.checkedNanos > STALE_NANOS) {
      reload(false);
    }
    return loaded.entries.withoutOverdue(clock.instant());
  }

  @Override
  public byte[] open(KeyEntry entry) {
    FileSecrets secrets = loaded.secrets;
    if (secrets == null) {
      throw new IllegalStateException("an entry of a file that was never read");
    }
    return secrets.open(entry.identity(), entry.sealed());
  }

  @Override
  @SuppressWarnings("try") // the lock is held, not used
  public void change(CallContext context, BiFunction<Entries, KeySealing, Entries> change) {
    try (WriterLock lock = WriterLock.acquire(file, context)) {
      reload(true);
      Loaded before = loaded;
      FileSecrets secrets =
          before.secrets == null ? FileSecrets.fresh(password, iterations) : before.secrets;
      Entries after = change.apply(before.entries.withoutOverdue(clock.instant()), secrets);
      byte[] content = KeyFileFormat.encode(secrets, before.generation + 1, after);
      // A reader that is just re-reading must not put the old content back.
      synchronized (this) {
        file.replace(content);
        loaded =
            new Loaded(
                file.stamp().orElse(null),
                secrets,
                before.generation + 1,
                after,
                System.nanoTime());
      }
    }
  }

  @Override
  public String place() {
    return "the key file " + file.path();
  }

  @Override
  public boolean hasOverdue() {
    Entries all = loaded.entries;
    return all.withoutOverdue(clock.instant()) != all;
  }

  @Override
  public void verify() {
    reload(true);
  }

  private synchronized void reload(boolean always) {
    if (closed) {
      throw new BackendUnavailableException(place() + " was closed");
    }
    Loaded before = loaded;
    Optional<OwnerOnlyFile.Stamp> stamp = file.stamp();
    if (stamp.isEmpty()) {
      if (before.stamp != null) {
        throw new DamagedKeyFileException(
            place() + " was removed while it was in use; restore it from a backup");
      }
      loaded = new Loaded(null, null, 0, Entries.NONE, System.nanoTime());
      return;
    }
    if (!always && stamp.get().equals(before.stamp)) {
      loaded =
          new Loaded(
              before.stamp, before.secrets, before.generation, before.entries, System.nanoTime());
      return;
    }
    KeyFileFormat.Content content =
        KeyFileFormat.decode(place(), file.read(), (salt, count) -> secrets(before, salt, count));
    if (content.generation() < before.generation) {
      throw new DamagedKeyFileException(
          place()
              + " was replaced by an older copy of itself while it was in use (generation "
              + content.generation()
              + " after "
              + before.generation
              + "); if that was meant, open the backend anew");
    }
    loaded =
        new Loaded(
            stamp.get(),
            content.secrets(),
            content.generation(),
            content.entries(),
            System.nanoTime());
  }

  private FileSecrets secrets(Loaded before, byte[] salt, int count) {
    FileSecrets known = before.secrets;
    return known != null && known.iterations() == count && Arrays.equals(known.salt(), salt)
        ? known
        : FileSecrets.of(password, salt, count);
  }

  @Override
  public synchronized void close() {
    closed = true;
    FileSecrets secrets = loaded.secrets;
    if (secrets != null) {
      secrets.close();
    }
    password.close();
  }
}
