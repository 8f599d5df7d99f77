package io.managedkeys.testkit.awskms;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One request's members, read with the checks the service makes on each: presence, type, length.
 * Whatever is wrong with a member is a ValidationException that names it.
 */
record Request(KeyDirectory directory, JsonObject body, Instant now) {

  /** The key named by KeyId, by id, ARN or alias. */
  StoredKey key() {
    return directory.resolve(text("KeyId"), now);
  }

  /** The key named by KeyId, by id or ARN only. */
  StoredKey keyNoAlias() {
    return directory.resolveNoAlias(text("KeyId"), now);
  }

  /** An enabled key of the usage that the operation needs. The state is looked at first. */
  StoredKey usableKey(String member, String usage, String operation) {
    StoredKey key = directory.resolve(text(member), now);
    key.requireEnabled(now);
    key.requireUsage(usage, operation);
    return key;
  }

  boolean has(String member) {
    return body.has(member) && !body.get(member).isJsonNull();
  }

  String text(String member) {
    String value = optionalText(member);
    if (value == null || value.isEmpty()) {
      throw missing(member);
    }
    return value;
  }

  @Nullable String optionalText(String member) {
    if (!has(member)) {
      return null;
    }
    JsonElement value = body.get(member);
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw serialization(member);
    }
    return value.getAsString();
  }

  String text(String member, String otherwise) {
    String value = optionalText(member);
    return value == null ? otherwise : value;
  }

  boolean flag(String member) {
    return has(member) && body.get(member).getAsBoolean();
  }

  int number(String member, int otherwise, int least, int most) {
    if (!has(member)) {
      return otherwise;
    }
    int value;
    try {
      value = body.get(member).getAsInt();
    } catch (RuntimeException e) {
      throw serialization(member);
    }
    if (value < least || value > most) {
      throw constraint(member, "must have value between " + least + " and " + most);
    }
    return value;
  }

  @Nullable Instant time(String member) {
    return has(member)
        ? Instant.ofEpochMilli((long) (body.get(member).getAsDouble() * 1000))
        : null;
  }

  /** A blob of 1 to {@code most} bytes. */
  byte[] bytes(String member, int most) {
    String value = optionalText(member);
    if (value == null) {
      throw missing(member);
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException e) {
      throw serialization(member);
    }
    if (bytes.length < 1) {
      throw constraint(member, "must have length greater than or equal to 1");
    }
    if (bytes.length > most) {
      throw constraint(member, "must have length less than or equal to " + most);
    }
    return bytes;
  }

  /** An encryption context in the order in which it is authenticated. */
  Map<String, String> context(String member) {
    Map<String, String> context = new TreeMap<>();
    if (has(member)) {
      for (Map.Entry<String, JsonElement> entry : body.getAsJsonObject(member).entrySet()) {
        context.put(entry.getKey(), entry.getValue().getAsString());
      }
    }
    return context;
  }

  List<JsonObject> objects(String member) {
    List<JsonObject> list = new ArrayList<>();
    if (has(member)) {
      JsonArray array = body.getAsJsonArray(member);
      array.forEach(element -> list.add(element.getAsJsonObject()));
    }
    return list;
  }

  List<String> texts(String member) {
    List<String> list = new ArrayList<>();
    if (has(member)) {
      body.getAsJsonArray(member).forEach(element -> list.add(element.getAsString()));
    }
    return list;
  }

  /** DryRun: everything was in order, and nothing is done. Called last by what honours it. */
  void stopIfDryRun() {
    if (flag("DryRun")) {
      throw new ServiceError(
          "DryRunOperationException",
          412,
          "The request would have succeeded, but the DryRun option is set.");
    }
  }

  static ServiceError constraint(String member, String constraint) {
    return ServiceError.validation(
        "1 validation error detected: Value at '"
            + lowerFirst(member)
            + "' failed to satisfy constraint: Member "
            + constraint);
  }

  private static ServiceError missing(String member) {
    return ServiceError.validation(
        "1 validation error detected: Value null at '"
            + lowerFirst(member)
            + "' failed to satisfy constraint: Member must not be null");
  }

  private static ServiceError serialization(String member) {
    return ServiceError.client("SerializationException", "Wrong type of value for " + member);
  }

  private static String lowerFirst(String member) {
    return Character.toLowerCase(member.charAt(0)) + member.substring(1);
  }
}
