package io.managedkeys.testkit.awskms;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** CreateAlias, UpdateAlias, DeleteAlias, ListAliases. */
final class AliasActions {
  private static final Pattern NAME = Pattern.compile("alias/[a-zA-Z0-9/_-]{1,250}");

  private AliasActions() {}

  static void register(Map<String, Action> actions) {
    actions.put("CreateAlias", AliasActions::create);
    actions.put("UpdateAlias", AliasActions::update);
    actions.put("DeleteAlias", AliasActions::delete);
    actions.put("ListAliases", AliasActions::list);
  }

  private static JsonObject create(Request request) {
    String name = name(request);
    StoredKey key = target(request);
    KeyDirectory directory = request.directory();
    if (directory.aliases().putIfAbsent(name, new KeyDirectory.Alias(name, key.id(), request.now()))
        != null) {
      throw ServiceError.client(
          "AlreadyExistsException",
          "An alias with the name " + directory.aliasArn(name) + " already exists");
    }
    return new JsonObject();
  }

  private static JsonObject update(Request request) {
    String name = existing(request);
    StoredKey key = target(request);
    KeyDirectory directory = request.directory();
    StoredKey old = directory.resolve(name, request.now());
    if (!old.usage().equals(key.usage()) || old.spec().symmetric() != key.spec().symmetric()) {
      throw ServiceError.validation("Alias cannot be moved to a key of another type or usage");
    }
    directory.aliases().put(name, new KeyDirectory.Alias(name, key.id(), request.now()));
    return new JsonObject();
  }

  private static JsonObject delete(Request request) {
    request.directory().aliases().remove(existing(request));
    return new JsonObject();
  }

  private static JsonObject list(Request request) {
    KeyDirectory directory = request.directory();
    directory.purgeDeleted(request.now());
    Map<String, KeyDirectory.Alias> aliases =
        request.has("KeyId") ? directory.aliasesOf(request.keyNoAlias().id()) : directory.aliases();
    return Page.of(
        request,
        "Aliases",
        List.copyOf(aliases.values()),
        KeyDirectory.Alias::name,
        alias ->
            new Action.Answer()
                .with("AliasName", alias.name())
                .with("AliasArn", directory.aliasArn(alias.name()))
                .with("TargetKeyId", alias.keyId())
                .with("CreationDate", StoredKey.seconds(alias.created()))
                .with("LastUpdatedDate", StoredKey.seconds(alias.created()))
                .json());
  }

  private static StoredKey target(Request request) {
    StoredKey key = request.directory().resolveNoAlias(request.text("TargetKeyId"), request.now());
    key.requireNot("PendingDeletion");
    return key;
  }

  private static String existing(Request request) {
    String name = name(request);
    if (!request.directory().aliases().containsKey(name)) {
      throw ServiceError.notFound("Alias " + request.directory().aliasArn(name) + " is not found.");
    }
    return name;
  }

  private static String name(Request request) {
    String name = request.text("AliasName");
    if (!name.startsWith("alias/")) {
      throw ServiceError.validation("Invalid identifier");
    }
    if (name.startsWith("alias/aws/")) {
      throw new ServiceError("NotAuthorizedException", 400, "");
    }
    if (!NAME.matcher(name).matches()) {
      throw ServiceError.client(
          "InvalidAliasNameException", "'" + name + "' is not a valid alias name");
    }
    return name;
  }
}
