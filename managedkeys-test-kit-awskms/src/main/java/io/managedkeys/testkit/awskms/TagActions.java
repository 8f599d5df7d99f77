package io.managedkeys.testkit.awskms;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** TagResource, UntagResource, ListResourceTags. */
final class TagActions {
  private static final int MOST_TAGS = 50;

  private TagActions() {}

  static void register(Map<String, Action> actions) {
    actions.put(
        "TagResource",
        request -> {
          StoredKey key = changeable(request);
          apply(key, request.objects("Tags"));
          return new JsonObject();
        });
    actions.put(
        "UntagResource",
        request -> {
          StoredKey key = changeable(request);
          request.texts("TagKeys").forEach(key.tags()::remove);
          return new JsonObject();
        });
    actions.put("ListResourceTags", TagActions::list);
  }

  static void apply(StoredKey key, List<JsonObject> tags) {
    for (JsonObject tag : tags) {
      String name = tag.get("TagKey").getAsString();
      String value = tag.get("TagValue").getAsString();
      if (name.isEmpty()
          || name.length() > 128
          || value.length() > 256
          || name.startsWith("aws:")) {
        throw ServiceError.client("TagException", "Invalid tag '" + name + "'");
      }
      key.tags().put(name, value);
      if (key.tags().size() > MOST_TAGS) {
        key.tags().remove(name);
        throw ServiceError.client("TagException", "Too many tags");
      }
    }
  }

  private static JsonObject list(Request request) {
    StoredKey key = request.keyNoAlias();
    return Page.of(
        request,
        "Tags",
        List.copyOf(new TreeMap<>(key.tags()).entrySet()),
        Map.Entry::getKey,
        tag ->
            new Action.Answer()
                .with("TagKey", tag.getKey())
                .with("TagValue", tag.getValue())
                .json());
  }

  private static StoredKey changeable(Request request) {
    StoredKey key = request.keyNoAlias();
    key.requireNot("PendingDeletion");
    return key;
  }
}
