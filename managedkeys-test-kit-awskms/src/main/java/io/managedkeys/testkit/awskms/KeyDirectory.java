package io.managedkeys.testkit.awskms;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The keys and aliases of one region. */
final class KeyDirectory {
  /** An alias and the key it points to. */
  record Alias(String name, String keyId, Instant created) {}

  private final String account;
  private final String region;
  private final SortedMap<String, StoredKey> keys = new ConcurrentSkipListMap<>();
  private final SortedMap<String, Alias> aliases = new ConcurrentSkipListMap<>();

  KeyDirectory(String account, String region) {
    this.account = account;
    this.region = region;
  }

  String account() {
    return account;
  }

  String region() {
    return region;
  }

  SortedMap<String, StoredKey> keys() {
    return keys;
  }

  SortedMap<String, Alias> aliases() {
    return aliases;
  }

  String aliasArn(String name) {
    return "arn:aws:kms:" + region + ":" + account + ":" + name;
  }

  void add(StoredKey key) {
    if (keys.putIfAbsent(key.id(), key) != null) {
      throw ServiceError.client("AlreadyExistsException", key.arn() + " already exists");
    }
  }

  /** A key by id, key ARN, alias name or alias ARN. */
  StoredKey resolve(String reference, Instant now) {
    String name = localName(reference);
    if (name.startsWith("alias/")) {
      Alias alias = aliases.get(name);
      if (alias == null) {
        throw ServiceError.notFound("Alias " + aliasArn(name) + " is not found.");
      }
      return byId(alias.keyId(), now);
    }
    return byId(name, now);
  }

  /** A key by id or key ARN, as the acts that change a key demand. */
  StoredKey resolveNoAlias(String reference, Instant now) {
    String name = localName(reference);
    if (name.startsWith("alias/")) {
      throw ServiceError.notFound("Invalid keyId '" + reference + "'");
    }
    return byId(name, now);
  }

  void purgeDeleted(Instant now) {
    keys.values().removeIf(key -> isGone(key, now));
    aliases.values().removeIf(alias -> !keys.containsKey(alias.keyId()));
  }

  private StoredKey byId(String id, Instant now) {
    StoredKey key = keys.get(id);
    if (key == null || isGone(key, now)) {
      throw ServiceError.notFound(
          "Key 'arn:aws:kms:" + region + ":" + account + ":key/" + id + "' does not exist");
    }
    return key;
  }

  private static boolean isGone(StoredKey key, Instant now) {
    Instant deletion = key.deletion();
    return deletion != null && !now.isBefore(deletion);
  }

  private String localName(String reference) {
    if (!reference.startsWith("arn:")) {
      return reference;
    }
    String[] parts = reference.split(":", 6);
    if (parts.length != 6 || !parts[2].equals("kms")) {
      throw ServiceError.client("InvalidArnException", "Invalid ARN " + reference);
    }
    if (!parts[3].equals(region)) {
      throw ServiceError.notFound("Invalid arn " + parts[3]);
    }
    if (!parts[4].equals(account)) {
      throw new ServiceError(
          "AccessDeniedException",
          400,
          "The ciphertext refers to a customer master key that does not exist, does not exist in"
              + " this region, or you are not allowed to access.");
    }
    return parts[5].startsWith("key/") ? parts[5].substring("key/".length()) : parts[5];
  }

  Map<String, Alias> aliasesOf(String keyId) {
    SortedMap<String, Alias> found = new ConcurrentSkipListMap<>(aliases);
    found.values().removeIf(alias -> !alias.keyId().equals(keyId));
    return found;
  }
}
