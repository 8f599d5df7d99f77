package io.managedkeys.local;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.spi.CallContext;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One writer of a key file at a time, among the threads of this process and among processes. Locks a
 * file beside it, because the key file itself is replaced at every write. The operating system frees
 * the lock of a process that dies.
 */
final class WriterLock implements AutoCloseable {

  private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();
  private static final long POLL_MILLIS = 10;

  private final ReentrantLock inProcess;
  private final FileChannel channel;

  private WriterLock(ReentrantLock inProcess, FileChannel channel) {
    this.inProcess = inProcess;
    this.channel = channel;
  }

  /**
   * Waits for the lock until the call's deadline.
   *
   * @throws BackendUnavailableException if another writer holds it for longer
   */
  static WriterLock acquire(OwnerOnlyFile file, CallContext context) {
    ReentrantLock inProcess = IN_PROCESS.computeIfAbsent(file.path(), path -> new ReentrantLock());
    boolean locked = false;
    FileChannel channel = null;
    try {
      locked = inProcess.tryLock(context.remaining().toNanos(), TimeUnit.NANOSECONDS);
      if (!locked) {
        throw busy(file);
      }
      channel = file.openLock();
      while (tryLock(channel) == null) {
        if (context.remaining().isZero()) {
          throw busy(file);
        }
        Thread.sleep(POLL_MILLIS);
      }
      WriterLock lock = new WriterLock(inProcess, channel);
      channel = null;
      locked = false;
      return lock;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException(
          "interrupted while waiting to write the key file " + file.path(), e);
    } catch (IOException e) {
      throw new BackendUnavailableException(
          "the lock beside the key file " + file.path() + " can't be taken: " + e, e);
    } finally {
      release(channel, locked ? inProcess : null);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // Held in this process by another class loader's copy of this class.
    }
  }

  private static BackendUnavailableException busy(OwnerOnlyFile file) {
    return new BackendUnavailableException(
        "another writer holds the key file " + file.path() + "; nothing was changed, try again");
  }

  private static void release(@Nullable FileChannel channel, @Nullable ReentrantLock inProcess) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new BackendUnavailableException("a lock file can't be closed: " + e, e);
    } finally {
      if (inProcess != null) {
        inProcess.unlock();
      }
    }
  }

  @Override
  public void close() {
    release(channel, inProcess);
  }
}
