package io.managedkeys.testkit.awskms;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One KMS key in one region: metadata, state and every version of its material. Guarded by itself;
 * the methods that read several fields are synchronized.
 */
final class StoredKey {
  private final String account;
  private final String region;
  private final String id;
  private final KeySpec spec;
  private final String usage;
  private final String origin;
  private final boolean multiRegion;
  private final Instant created;
  private final List<KeyMaterial> versions = new ArrayList<>();
  private final Map<String, String> tags = Collections.synchronizedMap(new LinkedHashMap<>());

  private String description;
  private String state;
  private String stateBeforeDeletion = "Enabled";
  private @Nullable Instant deletion;
  private @Nullable Instant validTo;
  private @Nullable Integer rotationPeriodDays;

  StoredKey(
      String account,
      String region,
      String id,
      KeySpec spec,
      String usage,
      String origin,
      boolean multiRegion,
      String description,
      Instant created) {
    this.account = account;
    this.region = region;
    this.id = id;
    this.spec = spec;
    this.usage = usage;
    this.origin = origin;
    this.multiRegion = multiRegion;
    this.description = description;
    this.created = created;
    this.state = origin.equals("EXTERNAL") ? "PendingImport" : "Enabled";
  }

  /** The same key in another region: same id and material, a state of its own. */
  synchronized StoredKey replica(String otherRegion, String replicaDescription, Instant now) {
    StoredKey copy =
        new StoredKey(account, otherRegion, id, spec, usage, origin, true, replicaDescription, now);
    copy.versions.addAll(versions);
    copy.state = versions.isEmpty() ? "PendingImport" : "Enabled";
    return copy;
  }

  String id() {
    return id;
  }

  String arn() {
    return "arn:aws:kms:" + region + ":" + account + ":key/" + id;
  }

  KeySpec spec() {
    return spec;
  }

  String usage() {
    return usage;
  }

  String origin() {
    return origin;
  }

  boolean multiRegion() {
    return multiRegion;
  }

  Map<String, String> tags() {
    return tags;
  }

  List<String> algorithms() {
    return spec.algorithms(usage);
  }

  synchronized String state() {
    return state;
  }

  synchronized @Nullable Instant deletion() {
    return deletion;
  }

  synchronized @Nullable Integer rotationPeriodDays() {
    return rotationPeriodDays;
  }

  synchronized void rotationPeriodDays(@Nullable Integer days) {
    rotationPeriodDays = days;
  }

  synchronized void description(String text) {
    description = text;
  }

  synchronized List<KeyMaterial> versions() {
    return List.copyOf(versions);
  }

  synchronized void add(KeyMaterial material) {
    versions.add(material);
  }

  synchronized KeyMaterial current() {
    return versions.get(versions.size() - 1);
  }

  /** Imported material becomes usable; an expired or deleted one may be given again. */
  synchronized void importMaterial(KeyMaterial material, @Nullable Instant expires) {
    if (versions.isEmpty()) {
      versions.add(material);
    } else if (!versions.get(0).sameAs(material)) {
      throw ServiceError.client(
          "IncorrectKeyMaterialException",
          "The key material differs from what was imported before.");
    }
    validTo = expires;
    state = "Enabled";
  }

  synchronized void forgetImportedMaterial() {
    if (state.equals("Enabled") || state.equals("Disabled")) {
      state = "PendingImport";
    }
  }

  synchronized void enable() {
    requireNot("PendingDeletion", "PendingImport");
    state = "Enabled";
  }

  synchronized void disable() {
    requireNot("PendingDeletion", "PendingImport");
    state = "Disabled";
  }

  synchronized void scheduleDeletion(Instant when) {
    requireNot("PendingDeletion");
    stateBeforeDeletion = state;
    state = "PendingDeletion";
    deletion = when;
  }

  /** AWS leaves a key whose deletion was cancelled disabled, or pending import if it was so. */
  synchronized void cancelDeletion() {
    if (!state.equals("PendingDeletion")) {
      throw invalidState("is not pending deletion");
    }
    state = stateBeforeDeletion.equals("PendingImport") ? "PendingImport" : "Disabled";
    deletion = null;
  }

  /** Refuses everything but an enabled key, with the errors the service has for each other state. */
  synchronized void requireEnabled(Instant now) {
    Instant end = validTo;
    if (end != null && state.equals("Enabled") && !now.isBefore(end)) {
      state = "PendingImport";
    }
    if (state.equals("Disabled")) {
      throw ServiceError.client("DisabledException", arn() + " is disabled.");
    }
    requireNot("PendingDeletion", "PendingImport");
  }

  synchronized void requireNot(String... states) {
    for (String refused : states) {
      if (state.equals(refused)) {
        throw invalidState(
            refused.equals("PendingDeletion") ? "is pending deletion" : "is pending import");
      }
    }
  }

  void requireUsage(String wanted, String operation) {
    if (!usage.equals(wanted)) {
      throw ServiceError.client(
          "InvalidKeyUsageException",
          arn() + " key usage is " + usage + " which is not valid for " + operation + ".");
    }
  }

  synchronized JsonObject metadata() {
    JsonObject json = new JsonObject();
    json.addProperty("AWSAccountId", account);
    json.addProperty("KeyId", id);
    json.addProperty("Arn", arn());
    json.addProperty("CreationDate", seconds(created));
    json.addProperty("Enabled", state.equals("Enabled"));
    json.addProperty("Description", description);
    json.addProperty("KeyUsage", usage);
    json.addProperty("KeyState", state);
    json.addProperty("Origin", origin);
    json.addProperty("KeyManager", "CUSTOMER");
    json.addProperty("KeySpec", spec.wire());
    json.addProperty("CustomerMasterKeySpec", spec.wire());
    json.addProperty("MultiRegion", multiRegion);
    Instant when = deletion;
    if (when != null) {
      json.addProperty("DeletionDate", seconds(when));
    }
    if (origin.equals("EXTERNAL") && state.equals("Enabled")) {
      Instant end = validTo;
      json.addProperty(
          "ExpirationModel", end == null ? "KEY_MATERIAL_DOES_NOT_EXPIRE" : "KEY_MATERIAL_EXPIRES");
      if (end != null) {
        json.addProperty("ValidTo", seconds(end));
      }
    }
    if (spec.symmetric() && !versions.isEmpty()) {
      json.addProperty("CurrentKeyMaterialId", versions.get(versions.size() - 1).id());
    }
    json.add(algorithmsField(), strings(algorithms()));
    return json;
  }

  /** The member of KeyMetadata and GetPublicKey that lists the algorithms of this usage. */
  String algorithmsField() {
    return switch (usage) {
      case "SIGN_VERIFY" -> "SigningAlgorithms";
      case "GENERATE_VERIFY_MAC" -> "MacAlgorithms";
      case "KEY_AGREEMENT" -> "KeyAgreementAlgorithms";
      default -> "EncryptionAlgorithms";
    };
  }

  static JsonArray strings(List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }

  private ServiceError invalidState(String what) {
    return ServiceError.client("KMSInvalidStateException", arn() + " " + what + ".");
  }
}
