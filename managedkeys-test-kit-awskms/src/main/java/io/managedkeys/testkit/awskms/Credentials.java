package io.managedkeys.testkit.awskms;

import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The access keys that the server knows: its own, and the temporary ones that its STS gave out. */
final class Credentials {
  /** One access key; with a session token and an end if it is temporary. */
  record AccessKey(
      String id, String secret, @Nullable String sessionToken, @Nullable Instant expires) {
    @Override
    public String toString() {
      return "AccessKey[" + id + "]";
    }
  }

  private final Map<String, AccessKey> keys = new ConcurrentHashMap<>();

  AccessKey permanent() {
    return add("AKIA", null);
  }

  AccessKey temporary(Instant expires) {
    return add("ASIA", expires);
  }

  @Nullable AccessKey find(String id) {
    return keys.get(id);
  }

  /** Ends every temporary key at once, as a revoked session does. */
  void expireTemporary(Instant now) {
    keys.replaceAll(
        (id, key) ->
            key.sessionToken() == null
                ? key
                : new AccessKey(id, key.secret(), key.sessionToken(), now));
  }

  private AccessKey add(String prefix, @Nullable Instant expires) {
    String id = prefix + HexFormat.of().formatHex(random(8)).toUpperCase(Locale.ROOT);
    AccessKey key =
        new AccessKey(
            id,
            Base64.getEncoder().withoutPadding().encodeToString(random(30)),
            expires == null ? null : Base64.getEncoder().encodeToString(random(48)),
            expires);
    keys.put(id, key);
    return key;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    KeyMaterial.RANDOM.nextBytes(bytes);
    return bytes;
  }
}
