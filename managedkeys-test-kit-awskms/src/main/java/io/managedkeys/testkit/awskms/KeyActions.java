package io.managedkeys.testkit.awskms;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** CreateKey, DescribeKey, ListKeys, GetPublicKey, ReplicateKey, and the acts on a key's state. */
final class KeyActions {
  private final Function<String, KeyDirectory> regions;

  private KeyActions(Function<String, KeyDirectory> regions) {
    this.regions = regions;
  }

  static void register(Map<String, Action> actions, Function<String, KeyDirectory> regions) {
    actions.put("CreateKey", KeyActions::create);
    actions.put("ReplicateKey", new KeyActions(regions)::replicate);
    actions.put("DescribeKey", KeyActions::describe);
    actions.put("UpdateKeyDescription", KeyActions::updateDescription);
    actions.put("ListKeys", KeyActions::list);
    actions.put("GetPublicKey", KeyActions::publicKey);
    actions.put("EnableKey", request -> act(request, StoredKey::enable));
    actions.put("DisableKey", request -> act(request, StoredKey::disable));
    actions.put("ScheduleKeyDeletion", KeyActions::scheduleDeletion);
    actions.put("CancelKeyDeletion", KeyActions::cancelDeletion);
  }

  private static JsonObject create(Request request) {
    KeySpec spec =
        KeySpec.of(
            request.text("KeySpec", request.text("CustomerMasterKeySpec", "SYMMETRIC_DEFAULT")));
    String usage = request.optionalText("KeyUsage");
    if (usage == null) {
      if (!spec.symmetric()) {
        throw ServiceError.validation(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption"
                + " keys.");
      }
      usage = "ENCRYPT_DECRYPT";
    }
    if (!spec.allows(usage)) {
      throw ServiceError.validation(
          "KeyUsage " + usage + " is not compatible with KeySpec " + spec.wire());
    }
    String origin = request.text("Origin", "AWS_KMS");
    if (!origin.equals("AWS_KMS") && !origin.equals("EXTERNAL")) {
      throw ServiceError.client(
          "UnsupportedOperationException", "Origin " + origin + " needs a custom key store");
    }
    if (origin.equals("EXTERNAL") && spec.mlDsa()) {
      throw ServiceError.client(
          "UnsupportedOperationException", "ML-DSA keys cannot have imported key material");
    }
    boolean multiRegion = request.flag("MultiRegion");
    UUID id = UUID.randomUUID();
    StoredKey key =
        new StoredKey(
            request.directory().account(),
            request.directory().region(),
            multiRegion ? "mrk-" + id.toString().replace("-", "") : id.toString(),
            spec,
            usage,
            origin,
            multiRegion,
            request.text("Description", ""),
            request.now());
    TagActions.apply(key, request.objects("Tags"));
    if (origin.equals("AWS_KMS")) {
      key.add(KeyMaterial.generate(spec));
    }
    request.directory().add(key);
    return metadata(key);
  }

  private JsonObject replicate(Request request) {
    StoredKey key = request.keyNoAlias();
    if (!key.multiRegion()) {
      throw ServiceError.client(
          "UnsupportedOperationException", key.arn() + " is not multi-Region.");
    }
    key.requireEnabled(request.now());
    KeyDirectory other = regions.apply(request.text("ReplicaRegion"));
    StoredKey copy = key.replica(other.region(), request.text("Description", ""), request.now());
    TagActions.apply(copy, request.objects("Tags"));
    other.add(copy);
    return new Action.Answer().with("ReplicaKeyMetadata", copy.metadata()).json();
  }

  private static JsonObject describe(Request request) {
    return metadata(request.key());
  }

  private static JsonObject metadata(StoredKey key) {
    return new Action.Answer().with("KeyMetadata", key.metadata()).json();
  }

  private static JsonObject updateDescription(Request request) {
    StoredKey key = request.keyNoAlias();
    key.requireNot("PendingDeletion");
    key.description(request.text("Description", ""));
    return new JsonObject();
  }

  private static JsonObject list(Request request) {
    request.directory().purgeDeleted(request.now());
    List<StoredKey> keys = List.copyOf(request.directory().keys().values());
    return Page.of(
        request,
        "Keys",
        keys,
        StoredKey::id,
        key -> new Action.Answer().with("KeyId", key.id()).with("KeyArn", key.arn()).json());
  }

  private static JsonObject publicKey(Request request) {
    StoredKey key = request.key();
    if (!key.spec().asymmetric()) {
      throw ServiceError.client(
          "UnsupportedOperationException",
          key.arn() + " key spec is " + key.spec().wire() + " which has no public key.");
    }
    // A disabled key still gives its public key, as the service does.
    key.requireNot("PendingDeletion", "PendingImport");
    JsonArray algorithms = StoredKey.strings(key.algorithms());
    return Action.Answer.of(key)
        .with("PublicKey", key.current().publicKey().getEncoded())
        .with("KeySpec", key.spec().wire())
        .with("CustomerMasterKeySpec", key.spec().wire())
        .with("KeyUsage", key.usage())
        .with(key.algorithmsField(), algorithms)
        .json();
  }

  private static JsonObject act(Request request, java.util.function.Consumer<StoredKey> act) {
    act.accept(request.keyNoAlias());
    return new JsonObject();
  }

  private static JsonObject scheduleDeletion(Request request) {
    StoredKey key = request.keyNoAlias();
    int days = request.number("PendingWindowInDays", 30, 7, 30);
    Instant when = request.now().plus(Duration.ofDays(days));
    key.scheduleDeletion(when);
    return Action.Answer.of(key)
        .with("DeletionDate", StoredKey.seconds(when))
        .with("KeyState", key.state())
        .with("PendingWindowInDays", days)
        .json();
  }

  private static JsonObject cancelDeletion(Request request) {
    StoredKey key = request.keyNoAlias();
    key.cancelDeletion();
    return Action.Answer.of(key).json();
  }
}
