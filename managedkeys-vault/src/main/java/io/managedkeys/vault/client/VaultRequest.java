package io.managedkeys.vault.client;

import io.managedkeys.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request to the service.
 *
 * @param method {@code GET}, {@code LIST}, {@code POST}, {@code PATCH} or {@code DELETE}
 * @param path the path below {@code /v1/}, already percent-encoded by {@link #path(String...)}
 * @param body the JSON body, wiped after the call, or null
 * @param token the token, or null for what needs none
 * @param namespace the namespace, empty for the root
 * @param emptyAnswer whether a success without a body is expected (204)
 * @param repeatable whether sending it twice does no harm
 */
public record VaultRequest(
    String method,
    String path,
    byte @Nullable [] body,
    @Nullable SecretBytes token,
    String namespace,
    boolean emptyAnswer,
    boolean repeatable) {

  /**
   * Checks what the service could misread.
   *
   * @param method the HTTP method
   * @param path the path below {@code /v1/}, already percent-encoded
   * @param body the JSON body, or null
   * @param token the token, or null
   * @param namespace the namespace, empty for the root
   * @param emptyAnswer whether a success without a body is expected
   * @param repeatable whether sending it twice does no harm
   */
  public VaultRequest {
    Objects.requireNonNull(method);
    Objects.requireNonNull(namespace);
    if (path.isEmpty() || path.startsWith("/") || path.contains("..")) {
      throw new IllegalArgumentException("not a path below /v1/: " + path);
    }
  }

  /**
   * A request that reads.
   *
   * @param path the path
   * @return the request, without token and namespace
   */
  public static VaultRequest get(String path) {
    return new VaultRequest("GET", path, null, null, "", false, true);
  }

  /**
   * A request that lists.
   *
   * @param path the path
   * @return the request, without token and namespace
   */
  public static VaultRequest list(String path) {
    return new VaultRequest("LIST", path, null, null, "", false, true);
  }

  /**
   * A request that computes: repeating it does no harm, and it answers with a body.
   *
   * @param path the path
   * @param body the JSON body
   * @return the request, without token and namespace
   */
  public static VaultRequest compute(String path, JsonBody body) {
    return new VaultRequest("POST", path, body.toBytes(), null, "", false, true);
  }

  /**
   * A request that changes the service's state, and may answer without a body.
   *
   * @param path the path
   * @param body the JSON body
   * @return the request, without token and namespace
   */
  public static VaultRequest change(String path, JsonBody body) {
    return new VaultRequest("POST", path, body.toBytes(), null, "", true, false);
  }

  /**
   * A request that deletes, and may answer without a body.
   *
   * @param path the path
   * @return the request, without token and namespace
   */
  public static VaultRequest delete(String path) {
    return new VaultRequest("DELETE", path, null, null, "", true, false);
  }

  /**
   * The same request with a token.
   *
   * @param other the token, or null for none
   * @return the request
   */
  public VaultRequest with(@Nullable SecretBytes other) {
    return new VaultRequest(method, path, body, other, namespace, emptyAnswer, repeatable);
  }

  /**
   * The same request in a namespace.
   *
   * @param other the namespace, empty for the root
   * @return the request
   */
  public VaultRequest in(String other) {
    return new VaultRequest(method, path, body, token, other, emptyAnswer, repeatable);
  }

  /**
   * Joins segments to a path, each percent-encoded on its own. A segment may hold slashes, which
   * stay: mounts and prefixes have them.
   *
   * @param segments the segments
   * @return the path
   */
  public static String path(String... segments) {
    StringBuilder out = new StringBuilder();
    for (String segment : segments) {
      if (out.length() > 0) {
        out.append('/');
      }
      for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
        char c = (char) (b & 0xff);
        if (c < 0x80 && (Character.isLetterOrDigit(c) || "-._~/".indexOf(c) >= 0)) {
          out.append(c);
        } else {
          out.append('%')
              .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
              .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
        }
      }
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return method + " /v1/" + path;
  }
}
