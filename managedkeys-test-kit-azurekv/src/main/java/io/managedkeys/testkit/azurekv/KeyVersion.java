package io.managedkeys.testkit.azurekv;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One version of a key with its attributes. Guarded by the {@link KeyTable}'s lock. */
final class KeyVersion {

  /** The attributes that a client sets; a null field leaves what was there. */
  record Settings(
      @Nullable Boolean enabled,
      @Nullable Long notBefore,
      @Nullable Long expires,
      @Nullable Boolean exportable,
      @Nullable List<String> operations,
      @Nullable Map<String, String> tags) {

    private static final List<String> OPERATIONS =
        List.of("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey", "import", "export");

    /** From the body of create and update, where {@code key_ops} is at the top. */
    static Settings of(Json body) {
      return of(body, body.strings("key_ops"));
    }

    static Settings of(Json body, @Nullable List<String> operations) {
      Json attributes = body.object("attributes");
      if (operations != null) {
        for (String operation : operations) {
          if (!OPERATIONS.contains(operation)) {
            throw ServiceError.badParameter("key_ops has an unknown operation: " + operation);
          }
        }
      }
      // The SDK sends an empty list where the caller named no operation.
      @Nullable List<String> named = operations == null || operations.isEmpty() ? null : operations;
      return new Settings(
          attributes.bool("enabled"),
          attributes.number("nbf"),
          attributes.number("exp"),
          attributes.bool("exportable"),
          named,
          body.stringMap("tags"));
    }
  }

  final String version;
  final KeyMaterial material;
  final Instant created;
  private Instant updated;
  private boolean enabled = true;
  private @Nullable Long notBefore;
  private @Nullable Long expires;
  private boolean exportable;
  private List<String> operations;
  private Map<String, String> tags = Map.of();

  KeyVersion(String version, KeyMaterial material, Settings settings, Instant now) {
    this.version = version;
    this.material = material;
    this.created = now;
    this.updated = now;
    this.operations = material.defaultOperations();
    apply(settings, now);
  }

  void apply(Settings settings, Instant now) {
    if (settings.enabled() != null) {
      enabled = settings.enabled();
    }
    if (settings.notBefore() != null) {
      notBefore = settings.notBefore();
    }
    if (settings.expires() != null) {
      expires = settings.expires();
    }
    if (settings.exportable() != null) {
      exportable = settings.exportable();
    }
    if (settings.operations() != null) {
      operations = List.copyOf(settings.operations());
    }
    if (settings.tags() != null) {
      tags = Map.copyOf(settings.tags());
    }
    updated = now;
  }

  /** The settings that a rotated version takes over from this one. */
  Settings inherited() {
    return new Settings(true, null, null, exportable, operations, tags);
  }

  /**
   * Refuses an operation that the version does not allow. Outside their validity keys still decrypt,
   * unwrap and verify ("About keys", date-time controlled operations).
   */
  void check(String operation, Instant now) {
    if (!operations.contains(operation)) {
      throw ServiceError.forbidden(
          "KeyOperationForbidden", "Operation " + operation + " is not permitted on this key.");
    }
    if (!enabled) {
      throw ServiceError.forbidden(
          "KeyDisabled", "Operation " + operation + " is not allowed on a disabled key.");
    }
    if (List.of("decrypt", "unwrapKey", "verify").contains(operation)) {
      return;
    }
    if (notBefore != null && now.getEpochSecond() < notBefore) {
      throw ServiceError.forbidden(
          "KeyNotYetValid", "Operation " + operation + " is not allowed on a not yet valid key.");
    }
    if (expires != null && now.getEpochSecond() >= expires) {
      throw ServiceError.forbidden(
          "KeyExpired", "Operation " + operation + " is not allowed on an expired key.");
    }
  }

  Map<String, Object> bundle(String kid) {
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("kid", kid);
    key.put("kty", material.kty());
    key.put("key_ops", operations);
    key.putAll(material.publicMembers());
    Map<String, Object> bundle = new LinkedHashMap<>();
    bundle.put("key", key);
    bundle.put("attributes", attributes());
    bundle.put("tags", tags);
    return bundle;
  }

  Map<String, Object> item(String kid) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("kid", kid);
    item.put("attributes", attributes());
    item.put("tags", tags);
    return item;
  }

  private Map<String, Object> attributes() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("enabled", enabled);
    if (notBefore != null) {
      attributes.put("nbf", notBefore);
    }
    if (expires != null) {
      attributes.put("exp", expires);
    }
    attributes.put("created", created.getEpochSecond());
    attributes.put("updated", updated.getEpochSecond());
    attributes.put("recoveryLevel", "Recoverable+Purgeable");
    attributes.put("recoverableDays", KeyTable.RETENTION_DAYS);
    attributes.put("exportable", exportable);
    return attributes;
  }
}
