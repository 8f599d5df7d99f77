package io.managedkeys.local;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.InvalidConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file that its owner alone can read, replaced as a whole: a reader sees the old content or the new
 * one, whatever happens in between. On file systems without POSIX permissions the folder's access
 * rules decide who can read it.
 */
final class OwnerOnlyFile {

  private static final long LARGEST = 64L << 20;
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path path;
  private final boolean posix;

  /** Tells one content from another without reading it. */
  record Stamp(long size, long modified, String fileKey) {}

  private OwnerOnlyFile(Path path, boolean posix) {
    this.path = path;
    this.posix = posix;
  }

  /**
   * A file that exists or whose folder does.
   *
   * @throws InvalidConfigurationException if the folder does not exist or the path is no file
   */
  static OwnerOnlyFile at(Path named) {
    try {
      Path path = named.toAbsolutePath().normalize();
      if (Files.exists(path)) {
        // Replacing must not turn a symbolic link into a file.
        path = path.toRealPath();
        if (!Files.isRegularFile(path)) {
          throw new InvalidConfigurationException("the key file " + path + " is not a file");
        }
      }
      Path folder = path.getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new InvalidConfigurationException(
            "the folder of the key file " + path + " does not exist; create it first");
      }
      boolean posix = Files.getFileAttributeView(folder, PosixFileAttributeView.class) != null;
      return new OwnerOnlyFile(path, posix);
    } catch (IOException e) {
      throw new BackendUnavailableException(
          "the key file " + named + " can't be looked at: " + e, e);
    }
  }

  Path path() {
    return path;
  }

  /**
   * What tells this content from another.
   *
   * @return the stamp, or empty if there is no file
   */
  Optional<Stamp> stamp() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return Optional.of(
          new Stamp(
              attributes.size(),
              attributes.lastModifiedTime().toMillis(),
              String.valueOf(attributes.fileKey())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new BackendUnavailableException(
          "the key file " + path + " can't be looked at: " + e, e);
    }
  }

  /**
   * Reads the whole file.
   *
   * @throws InvalidConfigurationException if others than its owner can read or write it
   */
  byte[] read() {
    try {
      if (posix) {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(path));
        String shown = PosixFilePermissions.toString(permissions);
        permissions.removeAll(OWNER);
        permissions.remove(PosixFilePermission.OWNER_EXECUTE);
        if (!permissions.isEmpty()) {
          throw new InvalidConfigurationException(
              "the key file "
                  + path
                  + " is open to others than its owner ("
                  + shown
                  + "); check who had access, then run: chmod 600 "
                  + path);
        }
      }
      if (Files.size(path) > LARGEST) {
        throw new DamagedKeyFileException(
            "the key file " + path + " is larger than " + (LARGEST >> 20) + " MiB: no key file is");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new BackendUnavailableException("the key file " + path + " can't be read: " + e, e);
    }
  }

  /** Replaces the content: new file, forced to disk, renamed over the old one, folder forced. */
  void replace(byte[] content) {
    Path fresh = sibling(".new");
    try {
      // Left by a process that died while it wrote; the caller holds the writer's lock.
      Files.deleteIfExists(fresh);
      try (FileChannel channel =
          open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      removeAfterFailure(fresh, e);
      throw new BackendUnavailableException(
          "the key file " + path + " could not be written and is as it was: " + e, e);
    }
    forceFolder();
  }

  /** Opens the file beside this one that writers lock. */
  FileChannel openLock() throws IOException {
    return open(sibling(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private Path sibling(String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }

  private FileChannel open(Path file, OpenOption... options) throws IOException {
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)}
            : new FileAttribute<?>[0];
    Set<OpenOption> all = new java.util.HashSet<>(Set.of(options));
    all.add(LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(file, all, attributes);
  }

  private static void removeAfterFailure(Path file, IOException failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private void forceFolder() {
    if (!posix) {
      return; // Windows does not open folders; its rename is forced by the file system's journal.
    }
    try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException e) {
      throw new BackendUnavailableException(
          "the key file "
              + path
              + " was replaced, but its folder could not be forced to disk: "
              + e,
          e);
    }
  }
}
