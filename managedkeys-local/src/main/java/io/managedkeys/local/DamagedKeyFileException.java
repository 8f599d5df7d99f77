package io.managedkeys.local;

import io.managedkeys.ManagedKeyException;
import org.jspecify.annotations.Nullable;

/**
 * The key file is not what this library wrote: truncated, overwritten, changed by someone who does not
 * know its password, or replaced by an older copy while it was in use. Nothing of it was used. Restore
 * the file from a backup; a wrong password is reported as {@link
 * io.managedkeys.BackendAuthenticationException} instead.
 */
public final class DamagedKeyFileException extends ManagedKeyException {

  private static final long serialVersionUID = 1L;

  DamagedKeyFileException(String message) {
    this(message, null);
  }

  DamagedKeyFileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
