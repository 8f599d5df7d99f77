package io.managedkeys.vault.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.managedkeys.SecretBytes;
import io.managedkeys.vault.client.CannedServer.Canned;
import io.managedkeys.vault.client.VaultFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bad-answer table: none of these is ever a success. */
class BadAnswersTest {

  private static final String TOKEN = "s.secretTokenOfTheTest";
  private static final String HTML = "<html><body>Bad gateway, token " + TOKEN + "</body></html>";
  private static final String SIGNED =
      "{\"request_id\":\"r-1\",\"data\":{\"signature\":\"vault:v1:AAAA\"}}";

  static Stream<Arguments> badAnswers() {
    return Stream.of(
        bad("400", Canned.json(400, "{\"errors\":[\"bad input\"]}"), Kind.REFUSED),
        bad("400 without a body", Canned.json(400, ""), Kind.REFUSED),
        bad("400 in HTML", Canned.of(400, "text/html", HTML), Kind.REFUSED),
        bad("401", Canned.json(401, "{\"errors\":[\"no\"]}"), Kind.DENIED),
        bad("403", Canned.json(403, "{\"errors\":[\"permission denied\"]}"), Kind.DENIED),
        bad("404", Canned.json(404, "{\"errors\":[]}"), Kind.MISSING),
        bad("404 in HTML", Canned.of(404, "text/html", HTML), Kind.MISSING),
        bad("405", Canned.json(405, "{\"errors\":[\"unsupported operation\"]}"), Kind.REFUSED),
        bad("412", Canned.json(412, "{\"errors\":[\"required index state\"]}"), Kind.STALE),
        bad("413", Canned.json(413, "{\"errors\":[\"too large\"]}"), Kind.REFUSED),
        bad("429", Canned.json(429, "{\"errors\":[\"rate limit\"]}"), Kind.THROTTLED),
        bad("429 without a body", Canned.of(429, "", ""), Kind.THROTTLED),
        bad("472", Canned.json(472, ""), Kind.STANDBY),
        bad("473", Canned.json(473, ""), Kind.STANDBY),
        bad("500", Canned.json(500, "{\"errors\":[\"internal error\"]}"), Kind.FAULT),
        bad("500 in HTML", Canned.of(500, "text/html", HTML), Kind.FAULT),
        bad("502 in HTML", Canned.of(502, "text/html", HTML), Kind.UNAVAILABLE),
        bad("503 sealed", Canned.json(503, "{\"errors\":[\"Vault is sealed\"]}"), Kind.SEALED),
        bad("503 other", Canned.json(503, "{\"errors\":[\"maintenance\"]}"), Kind.STANDBY),
        bad("503 in HTML", Canned.of(503, "text/html", HTML), Kind.UNAVAILABLE),
        bad("504", Canned.of(504, "", ""), Kind.UNAVAILABLE),
        bad("307", Canned.of(307, "", "", "Location: http://127.0.0.1:1/v1/x"), Kind.STANDBY),
        bad("200 in HTML", Canned.of(200, "text/html", HTML), Kind.MALFORMED),
        bad("200 JSON said to be HTML", Canned.of(200, "text/html", SIGNED), Kind.MALFORMED),
        bad("200 without a content type", Canned.of(200, "", SIGNED), Kind.MALFORMED),
        bad("200 HTML said to be JSON", Canned.json(200, HTML), Kind.MALFORMED),
        bad("200 without a body", Canned.json(200, ""), Kind.MALFORMED),
        bad("204 where a result is due", Canned.of(204, "", ""), Kind.MALFORMED),
        bad("200 of a list", Canned.json(200, "[]"), Kind.MALFORMED),
        bad("200 of a string", Canned.json(200, "\"ok\""), Kind.MALFORMED),
        bad("200 of null", Canned.json(200, "null"), Kind.MALFORMED),
        bad("200 cut in JSON", Canned.json(200, SIGNED.substring(0, 30)), Kind.MALFORMED),
        bad("200 with text after it", Canned.json(200, SIGNED + "x"), Kind.MALFORMED),
        bad("200 with a field twice", Canned.json(200, "{\"data\":1,\"data\":2}"), Kind.MALFORMED),
        bad("200 with errors", Canned.json(200, "{\"errors\":[\"x\"]}"), Kind.MALFORMED),
        bad("201", Canned.json(201, SIGNED), Kind.MALFORMED),
        bad("body cut short", Canned.truncated(200, SIGNED, 400), Kind.UNAVAILABLE),
        bad("refusal cut short", Canned.truncated(400, "{\"er", 400), Kind.UNAVAILABLE),
        bad("no answer at all", new Canned(new byte[0], true, 0), Kind.UNAVAILABLE),
        bad("no HTTP", new Canned("SSH-2.0-x\r\n\r\n".getBytes(), true, 0), Kind.UNAVAILABLE));
  }

  private static Arguments bad(String name, Canned answer, Kind kind) {
    return Arguments.of(name, answer, kind);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badAnswers")
  void badAnswerIsNeverASuccess(String name, Canned answer, Kind kind) throws Exception {
    try (CannedServer server = new CannedServer(answer)) {
      VaultFailure failure = failure(server, Duration.ofSeconds(10));

      assertThat(failure.kind()).isEqualTo(kind);
      assertThat(failure).hasMessageContaining("POST /v1/transit/sign/k");
      assertThat(everything(failure)).doesNotContain(TOKEN).doesNotContain("AAAA");
    }
  }

  @Test
  void serviceWordsStatusAndRequestIdAreKept() throws Exception {
    try (CannedServer server =
        new CannedServer(
            Canned.json(
                400,
                "{\"request_id\":\"r-7\",\"errors\":[\"one\",\"two " + TOKEN + "\"]}",
                "Retry-After: 7"))) {
      VaultFailure failure = failure(server, Duration.ofSeconds(10));

      assertThat(failure.status()).isEqualTo(400);
      assertThat(failure.requestId()).isEqualTo("r-7");
      assertThat(failure.errors()).containsExactly("one", "two (redacted)");
      assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }
  }

  @Test
  void trickledBodyEndsWithTheDeadline() throws Exception {
    try (CannedServer server = new CannedServer(Canned.trickling(1000, 20))) {
      assertThat(failure(server, Duration.ofMillis(300)).kind()).isEqualTo(Kind.TIMEOUT);
    }
  }

  @Test
  void passedDeadlineSendsNothing() throws Exception {
    try (CannedServer server = new CannedServer(Canned.json(200, SIGNED))) {
      assertThat(failure(server, Duration.ofNanos(-1)).kind()).isEqualTo(Kind.TIMEOUT);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void interruptionEndsTheCallAndStaysSet() throws Exception {
    try (CannedServer server = new CannedServer(Canned.trickling(1000, 20))) {
      Thread.currentThread().interrupt();

      assertThat(failure(server, Duration.ofSeconds(10)).kind()).isEqualTo(Kind.INTERRUPTED);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void closedPortIsUnreachable() throws Exception {
    CannedServer server = new CannedServer(Canned.json(200, SIGNED));
    server.close();

    VaultFailure failure = failure(server, Duration.ofSeconds(10));

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure.nothingDone()).isTrue();
  }

  @Test
  void nodesThatDidNothingAreLeftForTheNext() throws Exception {
    CannedServer closed = new CannedServer(Canned.json(200, SIGNED));
    closed.close();
    try (CannedServer sealed =
            new CannedServer(Canned.json(503, "{\"errors\":[\"Vault is sealed\"]}"));
        CannedServer active = new CannedServer(Canned.json(200, SIGNED))) {
      VaultClient client =
          client(Duration.ZERO, closed.address(), sealed.address(), active.address());

      for (int i = 0; i < 3; i++) {
        try (VaultAnswer answer = client.call(request(), Deadline.in(Duration.ofSeconds(10)))) {
          assertThat(answer.data().text("signature")).isEqualTo("vault:v1:AAAA");
        }
      }

      assertThat(sealed.requests()).as("the address that served is tried first").hasSize(1);
      assertThat(active.requests()).hasSize(3);
      assertThat(active.connections()).as("kept alive").isEqualTo(1);
    }
  }

  @Test
  void callOfUnknownFateIsNotSentToTheNextNode() throws Exception {
    try (CannedServer broken = new CannedServer(new Canned(new byte[0], true, 0));
        CannedServer active = new CannedServer(Canned.json(200, SIGNED))) {
      VaultClient client = client(Duration.ZERO, broken.address(), active.address());

      assertThat(failure(client, Duration.ofSeconds(10)).kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(active.requests()).isEmpty();
    }
  }

  @Test
  void sealedNodeIsWaitedForWithinTheDeadline() throws Exception {
    Canned sealed = Canned.json(503, "{\"errors\":[\"Vault is sealed\"]}");
    try (CannedServer server =
        new CannedServer(sealed, Canned.json(412, "{\"errors\":[]}"), Canned.json(200, SIGNED))) {
      VaultClient patient = client(Duration.ofSeconds(10), server.address());

      try (VaultAnswer answer = patient.call(request(), Deadline.in(Duration.ofSeconds(10)))) {
        assertThat(answer.requestId()).isEqualTo("r-1");
      }
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void throttledCallIsReportedAndNotRepeated() throws Exception {
    try (CannedServer server =
        new CannedServer(
            Canned.json(429, "{\"errors\":[]}", "Retry-After: 1"), Canned.json(200, SIGNED))) {
      VaultClient patient = client(Duration.ofSeconds(10), server.address());

      assertThat(failure(patient, Duration.ofSeconds(10)).retryAfter())
          .isEqualTo(Duration.ofSeconds(1));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void requestCarriesTokenNamespaceAndTheMarkOfAnApiRequest() throws Exception {
    try (CannedServer server = new CannedServer(Canned.json(200, SIGNED))) {
      client(Duration.ZERO, server.address())
          .call(request().in("team/app"), Deadline.in(Duration.ofSeconds(10)))
          .close();

      assertThat(server.requests().get(0).toLowerCase(Locale.ROOT))
          .contains("x-vault-token: " + TOKEN.toLowerCase(Locale.ROOT))
          .contains("x-vault-namespace: team/app")
          .contains("x-vault-request: true")
          .endsWith("{\"input\":\"agvsbg8=\"}");
    }
  }

  @Test
  void bodyIsWipedAfterTheCall() throws Exception {
    try (CannedServer server = new CannedServer(Canned.json(200, SIGNED))) {
      VaultRequest request = request();

      client(Duration.ZERO, server.address())
          .call(request, Deadline.in(Duration.ofSeconds(10)))
          .close();

      assertThat(request.body()).containsOnly(0);
    }
  }

  private static String everything(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable t = failure; t != null; t = t.getCause()) {
      text.append(t).append('\n');
    }
    return text.toString();
  }

  private static VaultFailure failure(CannedServer server, Duration time) {
    return failure(client(Duration.ZERO, server.address()), time);
  }

  private static VaultFailure failure(VaultClient client, Duration time) {
    return catchThrowableOfType(
        VaultFailure.class, () -> client.call(request(), Deadline.in(time)));
  }

  private static VaultRequest request() {
    return VaultRequest.compute(
            "transit/sign/k",
            new JsonBody().base64("input", "hello".getBytes(StandardCharsets.UTF_8)))
        .with(SecretBytes.copyOf(TOKEN.getBytes(StandardCharsets.US_ASCII)));
  }

  private static VaultClient client(Duration patience, String... addresses) {
    return new VaultClient(
        VaultAddresses.parse(List.of(addresses), false),
        VaultTls.of(null, null, null, null),
        patience);
  }
}
