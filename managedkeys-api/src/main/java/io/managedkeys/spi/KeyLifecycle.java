package io.managedkeys.spi;

import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes, changes and lists keys in a backend. The registry calls it only where the entry allows, once
 * for each intent, and never repeats an act that creates: after a failure it looks for the tag.
 *
 * <p>A new key is tagged with the given id, may do only what the entry's usages say, is not
 * extractable unless the entry says so, and lies where the entry's fields will find it.
 */
public interface KeyLifecycle {

  /** The acts a backend may or may not have. */
  enum Act {
    /** {@link KeyLifecycle#generate}. */
    GENERATE,
    /** {@link KeyLifecycle#importKey}. */
    IMPORT,
    /** {@link KeyLifecycle#rotate}. */
    ROTATE,
    /** {@link KeyLifecycle#enable}. */
    ENABLE,
    /** {@link KeyLifecycle#disable}. */
    DISABLE,
    /** {@link KeyLifecycle#scheduleDestruction}. */
    SCHEDULE_DESTRUCTION,
    /** {@link KeyLifecycle#cancelDestruction}. */
    CANCEL_DESTRUCTION,
    /** {@link KeyLifecycle#list}. */
    LIST
  }

  /**
   * The acts this backend has.
   *
   * @return the acts; the others throw {@link io.managedkeys.UnsupportedKeyOperationException}
   */
  default Set<Act> acts() {
    return EnumSet.allOf(Act.class);
  }

  /**
   * Makes a key.
   *
   * @param entry the entry that gets it
   * @param type its type
   * @param tag the id to tag it with
   * @param context the call
   * @return the key as a list would show it
   * @throws io.managedkeys.ConflictException if the entry's fields describe a key already
   */
  RemoteKey generate(KeyConfig entry, KeyType type, UUID tag, CallContext context);

  /**
   * Brings a key in.
   *
   * @param entry the entry that gets it
   * @param type its type
   * @param material raw for secret keys, PKCS #8 for private keys
   * @param tag the id to tag it with
   * @param context the call
   * @return the key as a list would show it
   * @throws io.managedkeys.ConflictException if the entry's fields describe a key already
   */
  RemoteKey importKey(
      KeyConfig entry, KeyType type, SecretBytes material, UUID tag, CallContext context);

  /**
   * Gives a key that the service versions a new version.
   *
   * @param entry the key
   * @param tag the id to tag the act with where the service can
   * @param context the call
   * @return the key as a list would show it
   */
  RemoteKey rotate(KeyConfig entry, UUID tag, CallContext context);

  /**
   * Enables a key.
   *
   * @param entry the key
   * @param context the call
   */
  void enable(KeyConfig entry, CallContext context);

  /**
   * Disables a key.
   *
   * @param entry the key
   * @param context the call
   */
  void disable(KeyConfig entry, CallContext context);

  /**
   * Destroys a key, after the wait that the service imposes or offers.
   *
   * @param entry the key, which must be pinned
   * @param wait how long to wait, or null for the service's default
   * @param context the call
   * @return when it will be gone; the present when it is gone already
   */
  Instant scheduleDestruction(KeyConfig entry, @Nullable Duration wait, CallContext context);

  /**
   * Takes a scheduled destruction back.
   *
   * @param entry the key
   * @param context the call
   */
  void cancelDestruction(KeyConfig entry, CallContext context);

  /**
   * Lists the backend's keys.
   *
   * @param context the call
   * @return the keys
   */
  List<RemoteKey> list(CallContext context);

  /**
   * Finds a key by the id it was tagged with.
   *
   * @param tag the id
   * @param context the call
   * @return the key, or empty
   */
  default Optional<RemoteKey> findByTag(UUID tag, CallContext context) {
    return list(context).stream()
        .filter(key -> key.tag().filter(tag::equals).isPresent())
        .findFirst();
  }
}
