package io.managedkeys.azurekv;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyType;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tags that this library puts on the versions it makes. */
final class Tags {
  /** The id of the intent that the version was made for. */
  static final String ID = "managedkeys-id";

  /** The key type, since the service does not tell the size of a symmetric key. */
  static final String TYPE = "managedkeys-type";

  private Tags() {}

  static Map<String, String> of(UUID id, KeyType type) {
    return Map.of(ID, id.toString(), TYPE, type.name());
  }

  static @Nullable UUID id(@Nullable Map<String, String> tags) {
    String text = tags == null ? null : tags.get(ID);
    try {
      return text == null ? null : UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null; // somebody else's use of the name
    }
  }

  static Optional<KeyType> type(@Nullable Map<String, String> tags) {
    String text = tags == null ? null : tags.get(TYPE);
    try {
      return text == null ? Optional.empty() : Optional.of(KeyType.parse(text));
    } catch (InvalidConfigurationException e) {
      return Optional.empty(); // somebody else's use of the name
    }
  }
}
