package io.managedkeys.testkit.gcpkms;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/**
 * The service over REST: JSON on plain HTTP/1.1, routed by the {@code google.api.http} rules of the
 * .proto, as the SDK's httpjson transport and curl speak it.
 */
final class RestFrontEnd implements AutoCloseable {
  static {
    // Head and body leave as two segments; without this switch, which the JDK's server reads once,
    // the second waits for the client's delayed acknowledgement of the first.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private static final JsonFormat.TypeRegistry DETAILS =
      JsonFormat.TypeRegistry.newBuilder()
          .add(ErrorInfo.getDescriptor())
          .add(RetryInfo.getDescriptor())
          .add(RequestInfo.getDescriptor())
          .add(PreconditionFailure.getDescriptor())
          .build();

  private final RestRoutes routes;
  private final CallPipeline pipeline;
  private final HttpServer server;

  RestFrontEnd(ServiceMethods methods, CallPipeline pipeline, ExecutorService executor)
      throws IOException {
    this.routes = new RestRoutes(methods);
    this.pipeline = pipeline;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    boolean numericEnums = exchange.getRequestURI().toString().contains("enum-encoding=int");
    int status = 200;
    String body;
    try {
      byte[] sent = exchange.getRequestBody().readAllBytes();
      RestRoutes.Match match = routes.match(verb(exchange), exchange.getRequestURI().getRawPath());
      Message request = request(match, exchange.getRequestURI().getRawQuery(), sent);
      Message answer = pipeline.call(match.method(), request);
      JsonFormat.Printer printer = JsonFormat.printer().omittingInsignificantWhitespace();
      body = (numericEnums ? printer.printingEnumsAsInts() : printer).print(answer);
    } catch (CallPipeline.ConnectionCut e) {
      exchange.close();
      return;
    } catch (KmsFailure e) {
      status = httpStatus(e.status());
      body = errorBody(e.status());
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** The client sends PATCH as a POST that says so, because java.net's connections know no PATCH. */
  private static String verb(HttpExchange exchange) {
    String override = exchange.getRequestHeaders().getFirst("X-HTTP-Method-Override");
    return exchange.getRequestMethod().equals("POST") && override != null
        ? override
        : exchange.getRequestMethod();
  }

  private static Message request(RestRoutes.Match match, String query, byte[] sent) {
    try {
      JsonObject json = new JsonObject();
      if (sent.length > 0 && !match.route().body().isEmpty()) {
        JsonElement body = JsonParser.parseString(new String(sent, StandardCharsets.UTF_8));
        if (match.route().body().equals("*")) {
          json = body.getAsJsonObject();
        } else {
          json.add(match.route().body(), body);
        }
      }
      for (Map.Entry<String, String> parameter : RestRoutes.query(query).entrySet()) {
        if (!parameter.getKey().startsWith("$")) {
          RestRoutes.set(json, parameter.getKey(), parameter.getValue());
        }
      }
      for (Map.Entry<String, String> variable : match.variables().entrySet()) {
        RestRoutes.set(json, variable.getKey(), variable.getValue());
      }
      Message.Builder builder = match.method().request().newBuilderForType();
      JsonFormat.parser().merge(json.toString(), builder);
      return builder.build();
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      throw KmsFailure.invalidArgument("The request is not valid JSON for this method: " + e);
    }
  }

  private static int httpStatus(Status status) {
    return switch (Code.forNumber(status.getCode())) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> 499;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      default -> 500;
    };
  }

  private static String errorBody(Status status) {
    JsonObject error = new JsonObject();
    error.addProperty("code", httpStatus(status));
    error.addProperty("message", status.getMessage());
    error.addProperty("status", Code.forNumber(status.getCode()).name());
    com.google.gson.JsonArray details = new com.google.gson.JsonArray();
    try {
      JsonFormat.Printer printer = JsonFormat.printer().usingTypeRegistry(DETAILS);
      for (Any detail : status.getDetailsList()) {
        details.add(JsonParser.parseString(printer.print(detail)));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
    error.add("details", details);
    JsonObject body = new JsonObject();
    body.add("error", error);
    return body.toString();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
