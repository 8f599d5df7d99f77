package io.managedkeys.jca;

import io.managedkeys.ManagedKey;
import java.io.NotSerializableException;
import java.security.Key;
import org.jspecify.annotations.Nullable;

/**
 * A JCA key that stands for a managed key and carries it, so that it works in any instance of the
 * provider. It has no encoding: {@link #getEncoded()} and {@link #getFormat()} return null, as the
 * JCA asks of keys that stay where they are, and it refuses Java serialisation.
 */
abstract class KeyHandle implements Key {

  private static final long serialVersionUID = 1L;

  private final transient ManagedKey managedKey;
  private final String family;
  private final String algorithm;

  KeyHandle(ManagedKey managedKey, String family, String algorithm) {
    this.managedKey = managedKey;
    this.family = family;
    this.algorithm = algorithm;
  }

  final ManagedKey managedKey() {
    return managedKey;
  }

  /** The family of the key's type, which decides what engines it fits; it never changes. */
  final String family() {
    return family;
  }

  @Override
  public final String getAlgorithm() {
    return algorithm;
  }

  @Override
  @SuppressWarnings("NullAway") // Key.getFormat is documented to return null for such keys
  public final @Nullable String getFormat() {
    return null;
  }

  @Override
  @SuppressWarnings("NullAway") // Key.getEncoded is documented to return null for such keys
  public final byte @Nullable [] getEncoded() {
    return null;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof KeyHandle handle && managedKey.equals(handle.managedKey);
  }

  @Override
  public final int hashCode() {
    return managedKey.hashCode();
  }

  @Override
  public final String toString() {
    return algorithm + " key " + managedKey.ref() + " (managed)";
  }

  /** A handle is of no use outside its process, and nothing of it may leave by accident. */
  protected final Object writeReplace() throws NotSerializableException {
    throw new NotSerializableException(
        "a managed key's handle cannot be serialised; name the key instead: " + managedKey.ref());
  }
}
