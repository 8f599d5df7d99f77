package io.managedkeys.testkit.awskms;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The wire: AWS JSON 1.1 ({@code X-Amz-Target: TrentService.Action}) in and out, errors as {@code
 * __type} and {@code message}, {@code x-amzn-RequestId} on every answer. Decides which fault a
 * request meets and records it.
 */
final class KmsHandler implements HttpHandler {
  private static final String TARGET_PREFIX = "TrentService.";
  private static final int MOST_BODY = 1 << 20;
  private static final List<String> BLOBS =
      List.of(
          "Signature",
          "Plaintext",
          "CiphertextBlob",
          "Mac",
          "SharedSecret",
          "PublicKey",
          "PrivateKeyCiphertextBlob");

  private final Map<String, Action> actions = new HashMap<>();
  private final Function<String, KeyDirectory> regions;
  private final RequestSignature signatures;
  private final SecurityTokenService tokens;
  private final Faults faults;
  private final RequestLog log;
  private final Clock clock;
  private final CountDownLatch closed;

  KmsHandler(
      Function<String, KeyDirectory> regions,
      Credentials credentials,
      Faults faults,
      RequestLog log,
      Clock clock,
      CountDownLatch closed) {
    this.regions = regions;
    this.signatures = new RequestSignature(credentials);
    this.tokens = new SecurityTokenService(credentials, clock);
    this.faults = faults;
    this.log = log;
    this.clock = clock;
    this.closed = closed;
    KeyActions.register(actions, regions);
    AliasActions.register(actions);
    TagActions.register(actions);
    ImportActions.register(actions);
    RotationActions.register(actions);
    DataKeyActions.register(actions);
    CryptoActions.register(actions);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(MOST_BODY);
      String requestId = UUID.randomUUID().toString();
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      if (target == null) {
        answerTokenService(exchange, body, requestId);
        return;
      }
      String action =
          target.startsWith(TARGET_PREFIX) ? target.substring(TARGET_PREFIX.length()) : target;
      answerKms(exchange, action, body, requestId);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answerKms(HttpExchange exchange, String action, byte[] body, String requestId)
      throws IOException, InterruptedException {
    Fault fault = faults.next(action);
    Optional<RequestSignature.Scope> scope = Optional.empty();
    JsonObject members = new JsonObject();
    ServiceError error = null;
    JsonObject answer = new JsonObject();
    try {
      scope = Optional.of(signatures.check(exchange, body, clock.instant()));
      members = parse(body);
      if (fault != null && fault.endsUnanswered()) {
        // Recorded first: a test may wait until the request is here.
        record(action, scope, members, requestId, fault.toString());
        happens(fault);
        return;
      }
      happens(fault);
      answer = act(action, scope.get(), members);
    } catch (ServiceError e) {
      error = e;
    } catch (RuntimeException e) {
      // A defect of this server must be seen as one, in the test that met it.
      error = new ServiceError("KMSInternalException", 500, "test server: " + e);
    }
    // Recorded before it is answered, so that a client that has its answer finds it counted.
    record(action, scope, members, requestId, error == null ? null : error.code());
    if (fault != null && fault.kind() == Fault.Kind.LOSE_ANSWER) {
      return;
    }
    if (error == null) {
      spoil(fault, answer);
      send(exchange, 200, "application/x-amz-json-1.1", answer.toString(), requestId);
    } else {
      sendError(exchange, error, fault, requestId);
    }
  }

  /** False if the fault is that nothing happens and nothing is answered. */
  private boolean happens(@Nullable Fault fault) throws InterruptedException {
    if (fault == null) {
      return true;
    }
    switch (fault.kind()) {
      case DELAY -> pause(fault.duration());
      case STALL -> {
        pause(fault.duration());
        return false;
      }
      case CUT -> {
        return false;
      }
      default -> {
        ServiceError injected = fault.serviceError();
        if (injected != null) {
          throw injected;
        }
      }
    }
    return true;
  }

  private void pause(Duration duration) throws InterruptedException {
    closed.await(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static JsonObject parse(byte[] body) {
    try {
      return JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw ServiceError.client("SerializationException", "The body is not a JSON object.");
    }
  }

  private JsonObject act(String action, RequestSignature.Scope scope, JsonObject members) {
    if (!scope.service().equals("kms")) {
      throw ServiceError.client(
          "InvalidSignatureException", "Credential should be scoped to correct service: 'kms'.");
    }
    Action known = actions.get(action);
    if (known == null) {
      throw ServiceError.client(
          "UnknownOperationException", action + " is not implemented by this server");
    }
    Instant now = clock.instant();
    try {
      return known.run(new Request(regions.apply(scope.region()), members, now));
    } catch (ClassCastException | UnsupportedOperationException | IllegalStateException e) {
      if (e.getStackTrace().length > 0
          && e.getStackTrace()[0].getClassName().startsWith("com.google.gson")) {
        throw ServiceError.client("SerializationException", "A member has the wrong type.");
      }
      throw e;
    }
  }

  private static void spoil(@Nullable Fault fault, JsonObject answer) {
    if (fault == null) {
      return;
    }
    if (fault.kind() == Fault.Kind.OTHER_KEY_ID && answer.has("KeyId")) {
      String arn = answer.get("KeyId").getAsString();
      answer.addProperty("KeyId", arn.substring(0, arn.lastIndexOf('/') + 1) + UUID.randomUUID());
    }
    if (fault.kind() == Fault.Kind.CORRUPT_ANSWER) {
      change(
          answer,
          blob -> {
            blob[blob.length / 2] ^= 1;
            return blob;
          });
    }
    if (fault.kind() == Fault.Kind.TRUNCATE_ANSWER) {
      change(answer, blob -> Arrays.copyOf(blob, blob.length - 1));
    }
  }

  private static void change(JsonObject answer, UnaryOperator<byte[]> how) {
    BLOBS.stream()
        .filter(answer::has)
        .findFirst()
        .ifPresent(
            member -> {
              byte[] blob = Base64.getDecoder().decode(answer.get(member).getAsString());
              answer.addProperty(member, Base64.getEncoder().encodeToString(how.apply(blob)));
            });
  }

  private void record(
      String action,
      Optional<RequestSignature.Scope> scope,
      JsonObject members,
      String requestId,
      @Nullable String errorCode) {
    Map<String, String> context = new HashMap<>();
    if (members.has("EncryptionContext") && members.get("EncryptionContext").isJsonObject()) {
      members
          .getAsJsonObject("EncryptionContext")
          .entrySet()
          .forEach(entry -> context.put(entry.getKey(), entry.getValue().getAsString()));
    }
    List<String> grantTokens =
        members.has("GrantTokens") && members.get("GrantTokens").isJsonArray()
            ? members.getAsJsonArray("GrantTokens").asList().stream()
                .map(JsonElement::getAsString)
                .toList()
            : List.of();
    JsonElement keyId = members.get("KeyId");
    log.add(
        new ReceivedRequest(
            action,
            scope.map(RequestSignature.Scope::region).orElse(""),
            scope.map(RequestSignature.Scope::accessKeyId).orElse(""),
            requestId,
            keyId != null && keyId.isJsonPrimitive() ? keyId.getAsString() : null,
            context,
            grantTokens,
            errorCode));
  }

  private void answerTokenService(HttpExchange exchange, byte[] body, String requestId)
      throws IOException, InterruptedException {
    Map<String, String> form = SecurityTokenService.form(body);
    String action = form.getOrDefault("Action", "");
    Fault fault = faults.next(action);
    Optional<RequestSignature.Scope> scope = Optional.empty();
    try {
      if (!happens(fault)) {
        return;
      }
      if (action.equals("AssumeRole")) {
        scope = Optional.of(signatures.check(exchange, body, clock.instant()));
      } else if (!action.equals("AssumeRoleWithWebIdentity")) {
        throw ServiceError.client("InvalidAction", "Neither a KMS request nor a known STS action.");
      }
      String answer = tokens.answer(action, form, requestId);
      record(action, scope, new JsonObject(), requestId, null);
      send(exchange, 200, "text/xml", answer, requestId);
    } catch (ServiceError e) {
      record(action, scope, new JsonObject(), requestId, e.code());
      send(exchange, e.status(), "text/xml", SecurityTokenService.error(e, requestId), requestId);
    }
  }

  private static void sendError(
      HttpExchange exchange, ServiceError error, @Nullable Fault fault, String requestId)
      throws IOException {
    if (fault != null && fault.kind() == Fault.Kind.ERROR && !fault.duration().isZero()) {
      exchange
          .getResponseHeaders()
          .set("Retry-After", Long.toString(Math.max(1, fault.duration().toSeconds())));
    }
    JsonObject json = new JsonObject();
    json.addProperty("__type", error.code());
    String message = error.getMessage();
    if (message != null && !message.isEmpty()) {
      json.addProperty("message", message);
    }
    send(exchange, error.status(), "application/x-amz-json-1.1", json.toString(), requestId);
  }

  private static void send(
      HttpExchange exchange, int status, String type, String body, String requestId)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("x-amzn-RequestId", requestId);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
