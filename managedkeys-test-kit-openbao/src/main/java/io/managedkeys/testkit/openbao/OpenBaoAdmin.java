package io.managedkeys.testkit.openbao;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a test does to a server as its operator: mount engines, write policies, make roles and
 * tokens, revoke them.
 *
 * <p>Plain JSON over HTTP, independent of the client under test. Every answer other than 2xx is an
 * {@link AdminException}. Thread-safe; immutable, {@link #in(String)} and {@link #as(String)} give
 * changed copies.
 */
public final class OpenBaoAdmin {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient http;
  private final URI address;
  private final @Nullable String token;
  private final String namespace;

  OpenBaoAdmin(HttpClient http, URI address, @Nullable String token, String namespace) {
    this.http = http;
    this.address = address;
    this.token = token;
    this.namespace = namespace;
  }

  /** An answer that was not a success. */
  public static final class AdminException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** The HTTP status. */
    private final int status;

    AdminException(String message, int status) {
      super(message);
      this.status = status;
    }

    /**
     * The HTTP status.
     *
     * @return the status
     */
    public int status() {
      return status;
    }
  }

  /**
   * A role of the AppRole method with one of its secret ids.
   *
   * @param roleId the role's public half
   * @param secretId the secret half
   */
  public record AppRole(String roleId, String secretId) {
    @Override
    public String toString() {
      return "AppRole[roleId=" + roleId + ", secretId=(redacted)]";
    }
  }

  /**
   * The same operator in another namespace.
   *
   * @param path the namespace from the root, such as {@code team/app}; empty for the root
   * @return an operator of that namespace
   */
  public OpenBaoAdmin in(String path) {
    return new OpenBaoAdmin(http, address, token, path);
  }

  /**
   * The same server with another token.
   *
   * @param other the token
   * @return who holds that token
   */
  public OpenBaoAdmin as(String other) {
    return new OpenBaoAdmin(http, address, other, namespace);
  }

  /**
   * Reads.
   *
   * @param path the path below {@code /v1/}
   * @return the whole answer
   */
  public JsonNode get(String path) {
    return call("GET", path, null);
  }

  /**
   * Lists; an empty folder answers 404.
   *
   * @param path the path below {@code /v1/}
   * @return the whole answer
   */
  public JsonNode list(String path) {
    return call("GET", path + "?list=true", null);
  }

  /**
   * Writes.
   *
   * @param path the path below {@code /v1/}
   * @param body what to write
   * @return the whole answer; a missing node where the server answered with nothing
   */
  public JsonNode post(String path, Map<String, ?> body) {
    return call("POST", path, body);
  }

  /**
   * Deletes.
   *
   * @param path the path below {@code /v1/}
   * @return the whole answer; a missing node where the server answered with nothing
   */
  public JsonNode delete(String path) {
    return call("DELETE", path, null);
  }

  /**
   * Reads and tells only the HTTP status, whatever it is.
   *
   * @param path the path below {@code /v1/}
   * @return the status
   */
  public int status(String path) {
    return send("GET", path, null).statusCode();
  }

  /**
   * Mounts an engine.
   *
   * @param path where
   * @param type the engine, such as {@code transit} or {@code kv}
   * @param options the engine's options, such as {@code version} for {@code kv}
   */
  public void mount(String path, String type, Map<String, String> options) {
    post("sys/mounts/" + path, Map.of("type", type, "options", options));
  }

  /**
   * Enables a login method.
   *
   * @param path where, below {@code auth/}
   * @param type the method, such as {@code approle}
   */
  public void enableAuth(String path, String type) {
    post("sys/auth/" + path, Map.of("type", type));
  }

  /**
   * Writes an ACL policy.
   *
   * @param name its name
   * @param hcl its text
   */
  public void policy(String name, String hcl) {
    post("sys/policies/acl/" + name, Map.of("policy", hcl));
  }

  /**
   * Creates a namespace below the present one.
   *
   * @param name the last segment of its path
   */
  public void namespace(String name) {
    post("sys/namespaces/" + name, Map.of());
  }

  /**
   * Issues a service token.
   *
   * @param ttl its time to live, for example {@code 5s}
   * @param policies its policies
   * @return the token
   */
  public String token(String ttl, String... policies) {
    return post(
            "auth/token/create",
            Map.of("ttl", ttl, "renewable", true, "policies", List.of(policies)))
        .at("/auth/client_token")
        .asText();
  }

  /**
   * Revokes a token and all it issued.
   *
   * @param other the token
   */
  public void revoke(String other) {
    post("auth/token/revoke", Map.of("token", other));
  }

  /**
   * Makes a role of the AppRole method mounted at {@code approle/} and takes one secret id.
   *
   * @param name the role
   * @param settings the role's settings, such as {@code token_policies} and {@code token_ttl}
   * @return the role's id and a fresh secret id
   */
  public AppRole appRole(String name, Map<String, ?> settings) {
    post("auth/approle/role/" + name, settings);
    String roleId = get("auth/approle/role/" + name + "/role-id").at("/data/role_id").asText();
    return new AppRole(roleId, secretId(name));
  }

  /**
   * Takes one more secret id of a role.
   *
   * @param role the role
   * @return the secret id
   */
  public String secretId(String role) {
    return post("auth/approle/role/" + role + "/secret-id", Map.of())
        .at("/data/secret_id")
        .asText();
  }

  private JsonNode call(String method, String path, @Nullable Map<String, ?> body) {
    HttpResponse<byte[]> answer = send(method, path, body);
    if (answer.statusCode() / 100 != 2) {
      throw new AdminException(
          method + " " + path + " answered " + answer.statusCode() + " " + errors(answer.body()),
          answer.statusCode());
    }
    try {
      return answer.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path + " answered no JSON", e);
    }
  }

  private HttpResponse<byte[]> send(String method, String path, @Nullable Map<String, ?> body) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(address.resolve("/v1/" + path))
              .timeout(TIMEOUT)
              .method(
                  method,
                  body == null
                      ? BodyPublishers.noBody()
                      : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
      if (token != null) {
        request.header("X-Vault-Token", token);
      }
      if (!namespace.isEmpty()) {
        request.header("X-Vault-Namespace", namespace);
      }
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(method + " " + path + " was interrupted", e);
    }
  }

  private static String errors(byte[] body) {
    try {
      return JSON.readTree(body).path("errors").toString();
    } catch (IOException e) {
      return "without JSON";
    }
  }
}
