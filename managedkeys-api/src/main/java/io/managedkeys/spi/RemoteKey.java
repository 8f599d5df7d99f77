package io.managedkeys.spi;

import io.managedkeys.KeyType;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key as a backend lists it.
 *
 * @param fields the fields of an entry that would name exactly this key
 * @param keyType its type, or null when the list does not tell
 * @param state the backend's own word for its state, such as {@code enabled}
 * @param tagged the id that {@link KeyLifecycle} tagged it with, or null
 */
public record RemoteKey(
    Map<String, String> fields, @Nullable KeyType keyType, String state, @Nullable UUID tagged) {

  /**
   * Checks and copies the parts.
   *
   * @param fields the fields of an entry that would name exactly this key
   * @param keyType its type, or null when the list does not tell
   * @param state the backend's own word for its state, such as {@code enabled}
   * @param tagged the id that {@link KeyLifecycle} tagged it with, or null
   */
  public RemoteKey {
    fields = Map.copyOf(fields);
  }

  /**
   * Its type.
   *
   * @return the type, or empty when the list does not tell
   */
  public Optional<KeyType> type() {
    return Optional.ofNullable(keyType);
  }

  /**
   * The id it was tagged with.
   *
   * @return the id, or empty
   */
  public Optional<UUID> tag() {
    return Optional.ofNullable(tagged);
  }
}
