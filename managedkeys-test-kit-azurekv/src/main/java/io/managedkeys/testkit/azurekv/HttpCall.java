package io.managedkeys.testkit.azurekv;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request, read whole.
 *
 * @param segments the path cut at its slashes, empty segments kept: a version that was left out is
 *     one
 */
record HttpCall(
    String method,
    String path,
    List<String> segments,
    Map<String, String> query,
    Map<String, String> headers,
    byte[] body) {

  static HttpCall of(String method, URI uri, Map<String, String> headers, byte[] body) {
    String path = uri.getPath();
    List<String> segments = Arrays.asList(path.substring(1).split("/", -1));
    return new HttpCall(method, path, segments, form(uri.getRawQuery()), headers, body);
  }

  static Map<String, String> form(@Nullable String encoded) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (encoded == null || encoded.isEmpty()) {
      return fields;
    }
    for (String pair : encoded.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      fields.put(
          URLDecoder.decode(name, StandardCharsets.UTF_8),
          URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
    return fields;
  }

  Json json() {
    return Json.parse(body);
  }

  /** The segment, or an empty string past the end. */
  String segment(int index) {
    return index < segments.size() ? segments.get(index) : "";
  }

  /** Whether the path has exactly these segments, where {@code *} stands for any. */
  boolean matches(String method, String... pattern) {
    if (!this.method.equals(method) || segments.size() != pattern.length) {
      return false;
    }
    for (int i = 0; i < pattern.length; i++) {
      if (!pattern[i].equals("*") && !pattern[i].equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Headers are kept under names in lower case. */
  @Nullable String header(String name) {
    return headers.get(name);
  }
}
