package io.managedkeys.testkit.awskms;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Function;

/** Limit, Marker, Truncated and NextMarker over a list in the order of its items' names. */
final class Page {
  private Page() {}

  static <T> JsonObject of(
      Request request,
      String member,
      List<T> items,
      Function<T, String> name,
      Function<T, JsonObject> form) {
    int limit = request.number("Limit", 100, 1, 1000);
    String marker = request.optionalText("Marker");
    JsonArray page = new JsonArray();
    String last = null;
    for (T item : items) {
      String itemName = name.apply(item);
      if (marker != null && itemName.compareTo(marker) <= 0) {
        continue;
      }
      if (page.size() == limit && last != null) {
        return new Action.Answer()
            .with(member, page)
            .with("Truncated", true)
            .with("NextMarker", last)
            .json();
      }
      page.add(form.apply(item));
      last = itemName;
    }
    return new Action.Answer().with(member, page).with("Truncated", false).json();
  }
}
