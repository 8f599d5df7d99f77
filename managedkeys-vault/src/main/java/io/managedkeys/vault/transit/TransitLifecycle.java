package io.managedkeys.vault.transit;

import static io.managedkeys.vault.client.VaultRequest.path;

import io.managedkeys.ConflictException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.RemoteKey;
import io.managedkeys.vault.client.Failures;
import io.managedkeys.vault.client.JsonBody;
import io.managedkeys.vault.client.MalformedAnswerException;
import io.managedkeys.vault.client.VaultAnswer;
import io.managedkeys.vault.client.VaultFailure;
import io.managedkeys.vault.client.VaultFailure.Kind;
import io.managedkeys.vault.client.VaultRequest;
import io.managedkeys.vault.login.VaultSession.AnswerFunction;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes, rotates, imports, disables and destroys keys of the engine.
 *
 * <p>The engine has no place for a tag: after a failed creation the key is looked for by its name,
 * which the entry decides.
 */
final class TransitLifecycle implements KeyLifecycle {

  private final TransitEngine engine;

  TransitLifecycle(TransitEngine engine) {
    this.engine = engine;
  }

  @Override
  public Set<Act> acts() {
    return EnumSet.complementOf(EnumSet.of(Act.CANCEL_DESTRUCTION));
  }

  @Override
  public RemoteKey generate(KeyConfig entry, KeyType type, UUID tag, CallContext context) {
    String name = freshName(entry, context);
    TransitType transit = typeOf(type);
    JsonBody body =
        new JsonBody()
            .text("type", transit.engineName())
            .flag("exportable", false)
            .flag("allow_plaintext_backup", false)
            .flag("derived", entry.values().has("context"));
    if (transit.isHmac()) {
      body.number("key_size", type.bits() / 8);
    }
    change(
        VaultRequest.change(path(engine.mount(), "keys", name), body),
        "creating the key " + name,
        context,
        answer -> {
          // The engine answers a second creation with success and a warning.
          if (answer.warnings().stream().anyMatch(w -> w.contains("already existed"))) {
            throw exists(name);
          }
          return name;
        });
    return remote(name, type, "enabled");
  }

  @Override
  public RemoteKey importKey(
      KeyConfig entry, KeyType type, SecretBytes material, UUID tag, CallContext context) {
    String name = freshName(entry, context);
    TransitType transit = typeOf(type);
    byte[] wrappingKey =
        engine
            .session()
            .ask(
                VaultRequest.get(path(engine.mount(), "wrapping_key")),
                "reading the wrapping key",
                context,
                answer -> ImportWrapping.spki(answer.data().text("public_key")));
    JsonBody body =
        new JsonBody()
            .text("type", transit.engineName())
            .base64("ciphertext", ImportWrapping.wrap(wrappingKey, material))
            .text("hash_function", "SHA256")
            .flag("allow_rotation", false)
            .flag("exportable", false);
    change(
        VaultRequest.change(path(engine.mount(), "keys", name, "import"), body),
        "importing the key " + name,
        context,
        answer -> name);
    return remote(name, type, "enabled");
  }

  @Override
  public RemoteKey rotate(KeyConfig entry, UUID tag, CallContext context) {
    String name = existing(entry, context);
    // Refused where the entry would go on with the old version while the new one has no entry.
    if (!new TransitBinding(engine).bind(entry, context).info().versionedByService()) {
      throw new UnsupportedKeyOperationException(
          "the entry is bound to one version of the key "
              + name
              + ": have the operator rotate it, and add an entry with the new 'version'");
    }
    change(
        VaultRequest.change(path(engine.mount(), "keys", name, "rotate"), new JsonBody()),
        "rotating the key " + name,
        context,
        answer -> name);
    return remote(name, null, "enabled");
  }

  @Override
  public void enable(KeyConfig entry, CallContext context) {
    String name = existing(entry, context);
    change(
        VaultRequest.change(
            path(engine.mount(), "keys", name, "soft-delete-restore"), new JsonBody()),
        "restoring the key " + name,
        context,
        answer -> name);
  }

  @Override
  public void disable(KeyConfig entry, CallContext context) {
    String name = existing(entry, context);
    change(
        VaultRequest.delete(path(engine.mount(), "keys", name, "soft-delete")),
        "soft-deleting the key " + name,
        context,
        answer -> name);
  }

  @Override
  public Instant scheduleDestruction(
      KeyConfig entry, @Nullable Duration wait, CallContext context) {
    if (wait != null && !wait.isZero()) {
      throw new UnsupportedKeyOperationException(
          "the transit engine destroys at once: disable the key for the time of waiting, then"
              + " destroy it without one");
    }
    String name = TransitKeyFields.name(entry.values());
    boolean allowed =
        engine
            .session()
            .ask(
                VaultRequest.get(path(engine.mount(), "keys", name)),
                "reading the key " + name,
                context,
                answer -> answer.data().flag("deletion_allowed"));
    if (!allowed) {
      throw new UsageDeniedException(
          "the service does not let the key "
              + name
              + " be deleted; its operator allows it by deletion_allowed=true in the key's config."
              + " All versions go with it");
    }
    change(
        VaultRequest.delete(path(engine.mount(), "keys", name)),
        "deleting the key " + name,
        context,
        answer -> name);
    return Instant.now();
  }

  @Override
  public void cancelDestruction(KeyConfig entry, CallContext context) {
    throw new UnsupportedKeyOperationException(
        "the transit engine destroys at once; there is nothing to take back");
  }

  @Override
  public List<RemoteKey> list(CallContext context) {
    VaultRequest request = VaultRequest.list(path(engine.mount(), "keys"));
    try (VaultAnswer answer = engine.session().call(request, context)) {
      return answer.data().texts("keys").stream()
          .map(name -> remote(name, null, "unknown"))
          .toList();
    } catch (VaultFailure failure) {
      // An empty folder is a missing one to the service.
      if (failure.kind() == Kind.MISSING && failure.errors().isEmpty()) {
        return List.of();
      }
      throw Failures.translate(failure, "listing the keys");
    } catch (MalformedAnswerException e) {
      throw Failures.malformed("listing the keys", e);
    }
  }

  /** The entry's name, after making sure that no key has it. */
  private String freshName(KeyConfig entry, CallContext context) {
    if (entry.usages().contains(Usage.AGREE)) {
      throw new UnsupportedKeyOperationException(
          "the transit engine gives no agreed secret out: take the usage agree from the entry");
    }
    String name = TransitKeyFields.name(entry.values());
    try {
      read(name, context);
    } catch (KeyNotFoundException e) {
      return name;
    }
    throw exists(name);
  }

  /** The entry's name, after making sure that a key has it: some acts would make one up. */
  private String existing(KeyConfig entry, CallContext context) {
    String name = TransitKeyFields.name(entry.values());
    read(name, context);
    return name;
  }

  private void read(String name, CallContext context) {
    engine
        .session()
        .ask(
            VaultRequest.get(path(engine.mount(), "keys", name)),
            "reading the key " + name,
            context,
            answer -> answer.data().text("type"));
  }

  private void change(
      VaultRequest request, String doing, CallContext context, AnswerFunction<String> reader) {
    engine.session().ask(request, doing, context, reader);
  }

  private static ConflictException exists(String name) {
    return new ConflictException(
        "the transit engine has a key named " + name + " already; nothing was created");
  }

  private static TransitType typeOf(KeyType type) {
    return TransitType.of(type)
        .orElseThrow(
            () ->
                new UnsupportedKeyOperationException(
                    "the transit engine makes no " + type + " keys"));
  }

  private static RemoteKey remote(String name, @Nullable KeyType type, String state) {
    return new RemoteKey(Map.of("name", name), type, state, null);
  }
}
