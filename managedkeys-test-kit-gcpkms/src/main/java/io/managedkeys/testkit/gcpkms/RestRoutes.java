package io.managedkeys.testkit.gcpkms;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.gson.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From HTTP method and path to a method of the service, by the .proto's own HTTP rules. */
final class RestRoutes {
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_.]+)=([^}]+)}");

  /**
   * One HTTP rule.
   *
   * @param body the request field that the HTTP body holds: a name, {@code *} for all, or empty
   */
  record Route(
      ServiceMethods.Method method, String verb, Pattern path, String variable, String body) {}

  /** A route that fits, and the values of its path's variables. */
  record Match(Route route, Map<String, String> variables) {
    ServiceMethods.Method method() {
      return route.method();
    }
  }

  private final List<Route> routes = new ArrayList<>();

  RestRoutes(ServiceMethods methods) {
    for (ServiceMethods.Method method : methods.all().values()) {
      HttpRule rule = method.descriptor().getOptions().getExtension(AnnotationsProto.http);
      switch (rule.getPatternCase()) {
        case GET -> add(method, "GET", rule.getGet(), rule.getBody());
        case POST -> add(method, "POST", rule.getPost(), rule.getBody());
        case PATCH -> add(method, "PATCH", rule.getPatch(), rule.getBody());
        case DELETE -> add(method, "DELETE", rule.getDelete(), rule.getBody());
        default -> throw new IllegalStateException(method.name() + " has no HTTP rule");
      }
    }
  }

  private void add(ServiceMethods.Method method, String verb, String template, String body) {
    Matcher variable = VARIABLE.matcher(template);
    if (!variable.find()) {
      throw new IllegalStateException(template + " has no variable");
    }
    String inner =
        Pattern.quote(variable.group(2)).replace("**", "\\E.+?\\Q").replace("*", "\\E[^/]+?\\Q");
    Pattern path =
        Pattern.compile(
            Pattern.quote(template.substring(0, variable.start()))
                + "("
                + inner
                + ")"
                + Pattern.quote(template.substring(variable.end())));
    routes.add(new Route(method, verb, path, variable.group(1), body));
  }

  Match match(String verb, String rawPath) {
    String path = decode(rawPath);
    for (Route route : routes) {
      Matcher matcher = route.path().matcher(path);
      if (route.verb().equals(verb) && matcher.matches() && !matcher.group(1).contains(":")) {
        return new Match(route, Map.of(route.variable(), matcher.group(1)));
      }
    }
    throw KmsFailure.of(com.google.rpc.Code.NOT_FOUND, verb + " " + path + " is not a method.");
  }

  static Map<String, String> query(@Nullable String raw) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (raw != null && !raw.isEmpty()) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        String key = equals < 0 ? pair : pair.substring(0, equals);
        parameters.put(decode(key), equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  /** Sets a field by its dotted path, making the messages on the way. */
  static void set(JsonObject json, String path, String value) {
    JsonObject target = json;
    String[] names = path.split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      if (!target.has(names[i])) {
        target.add(names[i], new JsonObject());
      }
      target = target.getAsJsonObject(names[i]);
    }
    target.addProperty(names[names.length - 1], value);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
