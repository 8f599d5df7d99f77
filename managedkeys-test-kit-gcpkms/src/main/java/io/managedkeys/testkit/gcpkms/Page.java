package io.managedkeys.testkit.gcpkms;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Function;

/**
 * One page of a list call, in the order of the names. The token is opaque to clients and holds the
 * last name given, so entries that appear or vanish between two pages shift nothing.
 */
record Page<T>(List<T> items, String nextToken, int total) {
  private static final int DEFAULT_SIZE = 100;
  private static final int LARGEST_SIZE = 1000;

  static <K, V, T> Page<T> of(
      NavigableMap<K, V> all,
      Function<String, K> parse,
      Function<V, T> show,
      int size,
      String token,
      String filter,
      String orderBy) {
    if (!filter.isEmpty() || !orderBy.isEmpty()) {
      throw KmsFailure.invalidArgument("This test server supports neither filter nor order_by.");
    }
    if (size < 0) {
      throw KmsFailure.invalidArgument("page_size must not be negative.");
    }
    int limit = size == 0 ? DEFAULT_SIZE : Math.min(size, LARGEST_SIZE);
    NavigableMap<K, V> rest = token.isEmpty() ? all : all.tailMap(parse.apply(name(token)), false);
    List<T> items = new ArrayList<>();
    String next = "";
    K last = null;
    for (Map.Entry<K, V> entry : rest.entrySet()) {
      if (items.size() == limit) {
        next = token(String.valueOf(last));
        break;
      }
      items.add(show.apply(entry.getValue()));
      last = entry.getKey();
    }
    return new Page<>(items, next, all.size());
  }

  private static String token(String name) {
    return Base64.getUrlEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  private static String name(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw KmsFailure.invalidArgument("page_token is not one that this server gave.");
    }
  }
}
