package io.managedkeys.testkit.azurekv;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The HTTPS listener: reads requests, applies the faults, writes answers. */
final class HttpsEndpoint implements AutoCloseable {
  static {
    // Headers and body go out as two segments, and a client that delays its acknowledgements would
    // get the second 40 ms late. The JDK's server reads the switch when its first class is loaded.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private record Answer(int status, byte @Nullable [] body, Map<String, String> headers) {}

  private final HttpsServer server;
  private final ExecutorService threads;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Faults faults;
  private final Requests requests;

  HttpsEndpoint(SSLContext context, Faults faults, Requests requests) throws IOException {
    this.faults = faults;
    this.requests = requests;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "azure-key-vault-test-server");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
  }

  String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  void start(Router router) {
    server.createContext("/", exchange -> handle(router, exchange));
    server.start();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(Router router, HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpCall call =
          HttpCall.of(
              exchange.getRequestMethod(),
              exchange.getRequestURI(),
              headers(exchange),
              exchange.getRequestBody().readAllBytes());
      String requestId = UUID.randomUUID().toString();
      Route route = router.route(call);
      requests.add(new Requests.Request(route.operation(), call.method(), call.path(), requestId));
      answer(exchange, route, requestId);
    }
  }

  /** Leaving without an answer makes the exchange's close cut the connection. */
  private void answer(HttpExchange exchange, Route route, String requestId) throws IOException {
    ServiceError refused = null;
    Fault after = null;
    for (Fault fault : faults.strike(route.operation())) {
      switch (fault.kind) {
        case DELAY -> pause(fault.duration);
        case STALL -> {
          pause(fault.duration);
          return;
        }
        case CUT_BEFORE -> {
          return;
        }
        case ERROR -> refused = refused == null ? fault.error : refused;
        case CUT_AFTER, CUT_WITHIN, OTHER_KEY_ID, CORRUPT_VALUE ->
            after = after == null ? fault : after;
        default -> throw new IllegalStateException("unknown fault " + fault.kind);
      }
    }
    Answer answer = refused == null ? perform(route, after) : refusal(refused);
    if (after != null && after.kind == Fault.Kind.CUT_AFTER) {
      return;
    }
    boolean half = after != null && after.kind == Fault.Kind.CUT_WITHIN;
    write(exchange, answer, requestId, half);
  }

  private static Answer perform(Route route, @Nullable Fault after) {
    try {
      Map<String, Object> body = route.action().get();
      if (body == null) {
        return new Answer(route.status(), null, Map.of());
      }
      if (after != null) {
        body = Falsified.by(after.kind, body);
      }
      return new Answer(route.status(), Json.write(body), Map.of());
    } catch (ServiceError e) {
      return refusal(e, route.operation());
    } catch (RuntimeException e) {
      // A defect of the server must show in the test that met it, not as a cut connection.
      return refusal(ServiceError.of(500, "InternalServerError", e.toString()));
    }
  }

  private static Answer refusal(ServiceError error) {
    return new Answer(error.status(), Json.write(error.body()), error.headers());
  }

  /** The token endpoint's errors have a form of their own: RFC 6749, section 5.2. */
  private static Answer refusal(ServiceError error, KeyVaultOperation operation) {
    if (operation != KeyVaultOperation.TOKEN) {
      return refusal(error);
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error", error.code());
    body.put("error_description", String.valueOf(error.getMessage()));
    return new Answer(error.status(), Json.write(body), error.headers());
  }

  private static void write(HttpExchange exchange, Answer answer, String requestId, boolean half)
      throws IOException {
    exchange.getResponseHeaders().set("x-ms-request-id", requestId);
    exchange.getResponseHeaders().set("x-ms-keyvault-service-version", "managedkeys-test");
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.body();
    if (body == null) {
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(answer.status(), body.length);
    OutputStream out = exchange.getResponseBody();
    out.write(body, 0, half ? body.length / 2 : body.length);
    out.flush();
  }

  private static Map<String, String> headers(HttpExchange exchange) {
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    return headers;
  }

  /** Waits, or less where the server is closed meanwhile. */
  @SuppressWarnings("ReturnValueIgnored")
  private void pause(Duration duration) {
    try {
      closed.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
