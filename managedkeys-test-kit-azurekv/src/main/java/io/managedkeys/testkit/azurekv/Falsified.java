package io.managedkeys.testkit.azurekv;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer that is not true: another key's id, or a wrong bit. */
final class Falsified {
  private Falsified() {}

  static Map<String, Object> by(Fault.Kind kind, Map<String, Object> body) {
    return switch (kind) {
      case OTHER_KEY_ID -> otherKeyId(body);
      case CORRUPT_VALUE -> corrupt(body);
      default -> body;
    };
  }

  private static Map<String, Object> otherKeyId(Map<String, Object> body) {
    Map<String, Object> falsified = new LinkedHashMap<>(body);
    if (body.get("kid") instanceof String kid) {
      falsified.put("kid", otherVersion(kid));
    }
    if (body.get("key") instanceof Map<?, ?> key && key.get("kid") instanceof String kid) {
      Map<Object, Object> other = new LinkedHashMap<>(key);
      other.put("kid", otherVersion(kid));
      falsified.put("key", other);
    }
    return falsified;
  }

  private static String otherVersion(String kid) {
    return kid.substring(0, kid.lastIndexOf('/') + 1) + RandomSource.id();
  }

  private static Map<String, Object> corrupt(Map<String, Object> body) {
    Map<String, Object> falsified = new LinkedHashMap<>(body);
    if (body.get("value") instanceof String value && !value.isEmpty()) {
      byte[] bytes = Base64.getUrlDecoder().decode(value);
      bytes[bytes.length / 2] ^= 1;
      falsified.put("value", Json.base64Url(bytes));
    }
    return falsified;
  }
}
