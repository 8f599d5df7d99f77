package io.managedkeys.registry;

import io.managedkeys.Subject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each event as one line of JSON to the SLF4J logger {@code io.managedkeys.audit} at level
 * info.
 */
public final class JsonLinesAudit implements AuditListener {

  private final Logger logger = LoggerFactory.getLogger("io.managedkeys.audit");

  /** A listener; any number may exist. */
  public JsonLinesAudit() {}

  @Override
  public void onEvent(AuditEvent event) {
    logger.info("{}", line(event));
  }

  static String line(AuditEvent event) {
    Call call = event.call();
    Subject subject = call.subject();
    StringBuilder json = new StringBuilder(256).append('{');
    field(json, "time", event.time().toString());
    field(json, "phase", event.phase() == AuditEvent.Phase.INTENT ? "intent" : "outcome");
    field(json, "operation", call.operation().text());
    field(json, "namespace", call.namespace().toString());
    field(json, "subject", subject == null ? null : subject.toString());
    field(json, "key", call.ref().toString());
    field(json, "id", call.keyId() == null ? null : call.keyId().toString());
    field(json, "version", event.keyVersion());
    field(json, "backend", call.backendType());
    field(json, "algorithm", call.algorithm());
    json.append("\"size\":").append(call.size()).append(',');
    field(json, "outcome", event.outcome());
    field(json, "detail", event.detail());
    json.append("\"micros\":").append(event.duration().toNanos() / 1000).append('}');
    return json.toString();
  }

  private static void field(StringBuilder json, String name, @Nullable String value) {
    if (value == null) {
      return;
    }
    json.append('"').append(name).append("\":\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7f || c == '\u2028' || c == '\u2029') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append("\",");
  }
}
