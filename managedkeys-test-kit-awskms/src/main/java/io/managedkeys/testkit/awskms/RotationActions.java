package io.managedkeys.testkit.awskms;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * RotateKeyOnDemand, EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus, ListKeyRotations.
 * A rotation on demand is complete when it is answered; the service takes a few minutes. The
 * schedule is kept but never acted on: a test that wants a rotation asks for one.
 */
final class RotationActions {
  private static final int MOST_ON_DEMAND = 25;

  private RotationActions() {}

  static void register(Map<String, Action> actions) {
    actions.put("RotateKeyOnDemand", RotationActions::rotate);
    actions.put(
        "EnableKeyRotation",
        request -> {
          StoredKey key = rotatable(request);
          key.rotationPeriodDays(request.number("RotationPeriodInDays", 365, 90, 2560));
          return new JsonObject();
        });
    actions.put(
        "DisableKeyRotation",
        request -> {
          StoredKey key = request.keyNoAlias();
          key.requireEnabled(request.now());
          key.rotationPeriodDays(null);
          return new JsonObject();
        });
    actions.put("GetKeyRotationStatus", RotationActions::status);
    actions.put("ListKeyRotations", RotationActions::list);
  }

  private static JsonObject rotate(Request request) {
    StoredKey key = rotatable(request);
    if (key.versions().size() > MOST_ON_DEMAND) {
      throw ServiceError.client(
          "LimitExceededException", "A key can be rotated on demand 25 times at most.");
    }
    key.add(KeyMaterial.generate(key.spec()));
    return Action.Answer.of(key).json();
  }

  private static JsonObject status(Request request) {
    StoredKey key = request.keyNoAlias();
    Integer days = key.rotationPeriodDays();
    boolean on = days != null && !key.state().equals("PendingDeletion");
    Action.Answer answer = Action.Answer.of(key).with("KeyRotationEnabled", on);
    if (on && days != null) {
      answer.with("RotationPeriodInDays", days);
    }
    return answer.json();
  }

  private static JsonObject list(Request request) {
    StoredKey key = request.keyNoAlias();
    List<KeyMaterial> versions = key.versions();
    List<KeyMaterial> rotations =
        versions.isEmpty() ? versions : versions.subList(1, versions.size());
    return Page.of(
        request,
        "Rotations",
        rotations,
        material -> String.format("%04d", versions.indexOf(material)),
        material ->
            Action.Answer.of(key)
                .with("KeyMaterialId", material.id())
                .with("RotationType", "ON_DEMAND")
                .json());
  }

  private static StoredKey rotatable(Request request) {
    StoredKey key = request.keyNoAlias();
    if (!key.spec().symmetric() || !key.origin().equals("AWS_KMS")) {
      throw ServiceError.client(
          "UnsupportedOperationException", key.arn() + " cannot be rotated by the service.");
    }
    key.requireEnabled(request.now());
    return key;
  }
}
