package io.managedkeys.registry;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.ThrottledException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.RemoteKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Making, changing and destroying the key of an entry. Nothing here is repeated blindly: an act that
 * creates is done once, and when its answer is lost the key is looked for by its tag, which is the
 * entry's id.
 */
final class Lifecycle {

  private final Registry registry;

  Lifecycle(Registry registry) {
    this.registry = registry;
  }

  void generate(KeySlot slot, KeyType type) {
    create(
        slot,
        Operation.GENERATE,
        type,
        slot.require().policy().allowGenerate(),
        "allow-generate-key",
        (lifecycle, made) ->
            lifecycle.generate(made.config(), type, made.config().id(), made.context()));
  }

  void importKey(KeySlot slot, KeyType type, SecretBytes material) {
    create(
        slot,
        Operation.IMPORT,
        type,
        slot.require().policy().allowStore(),
        "allow-store-key",
        (lifecycle, made) ->
            lifecycle.importKey(made.config(), type, material, made.config().id(), made.context()));
  }

  private record Made(KeyConfig config, CallContext context) {}

  private void create(
      KeySlot slot,
      Operation operation,
      KeyType type,
      boolean allowed,
      String flag,
      BiFunction<KeyLifecycle, Made, RemoteKey> act) {
    around(
        slot,
        operation,
        (backend, context) -> {
          KeyRecord entry = slot.require();
          requireAllowed(entry, allowed, flag);
          slot.binding.lock();
          try {
            if (slot.require().pin() != null) {
              throw new ConflictException(
                  entry.owner() + " has a key already; rotation makes a new entry");
            }
            requireAbsent(slot, backend, context);
            Permissions.requireCompatible(entry, type);
            KeyLifecycle lifecycle = lifecycle(backend, context);
            KeyConfig config = backend.config(entry);
            once(backend, lifecycle, act, new Made(config, context));
            backend.bind(slot, context);
            return true;
          } finally {
            slot.binding.unlock();
          }
        });
  }

  /** Refuses to create what the entry's fields find already. */
  private void requireAbsent(KeySlot slot, BackendRuntime backend, CallContext context) {
    try {
      backend.bind(slot, context);
    } catch (KeyNotFoundException absent) {
      return;
    }
    throw new ConflictException(
        slot.require().owner() + " leads to a key already; nothing was created");
  }

  /** Acts once; when the answer is lost, the tag tells whether it was done. */
  private static void once(
      BackendRuntime backend,
      KeyLifecycle lifecycle,
      BiFunction<KeyLifecycle, Made, RemoteKey> act,
      Made made) {
    try {
      backend.remote(made.context(), false, context -> act.apply(lifecycle, made));
    } catch (BackendUnavailableException | ThrottledException e) {
      boolean done;
      try {
        done =
            backend.remote(
                made.context(),
                true,
                context -> lifecycle.findByTag(made.config().id(), context).isPresent());
      } catch (RuntimeException unknown) {
        e.addSuppressed(unknown);
        throw e;
      }
      if (!done) {
        throw e;
      }
    }
  }

  void rotate(KeySlot slot) {
    change(
        slot,
        Operation.ROTATE,
        (lifecycle, made) -> {
          lifecycle.rotate(made.config(), UUID.randomUUID(), made.context());
          return true;
        });
    slot.bound = null;
  }

  void enable(KeySlot slot) {
    change(
        slot,
        Operation.ENABLE,
        (lifecycle, made) -> {
          lifecycle.enable(made.config(), made.context());
          return true;
        });
  }

  void disable(KeySlot slot) {
    change(
        slot,
        Operation.DISABLE,
        (lifecycle, made) -> {
          lifecycle.disable(made.config(), made.context());
          return true;
        });
  }

  Instant scheduleDestruction(KeySlot slot, @Nullable Duration wait) {
    return change(
        slot,
        Operation.SCHEDULE_DESTRUCTION,
        (lifecycle, made) -> {
          if (made.config().pin().isEmpty()) {
            throw new ConflictException(
                "only a pinned key can be destroyed, so that it is the one that is meant; use or"
                    + " test the key once first");
          }
          return lifecycle.scheduleDestruction(made.config(), wait, made.context());
        });
  }

  void cancelDestruction(KeySlot slot) {
    change(
        slot,
        Operation.CANCEL_DESTRUCTION,
        (lifecycle, made) -> {
          lifecycle.cancelDestruction(made.config(), made.context());
          return true;
        });
  }

  List<RemoteKey> list(BackendRuntime backend) {
    CallContext context = CallContext.within(backend.record().settings().deadline());
    backend.enter(context.deadlineNanos());
    try {
      KeyLifecycle lifecycle = lifecycle(backend, context);
      return backend.remote(context, true, lifecycle::list);
    } finally {
      backend.leave();
    }
  }

  private <T> T change(KeySlot slot, Operation operation, BiFunction<KeyLifecycle, Made, T> act) {
    T result =
        around(
            slot,
            operation,
            (backend, context) -> {
              KeyRecord entry = slot.require();
              requireAllowed(entry, entry.policy().allowReplace(), "allow-replace-key");
              KeyLifecycle lifecycle = lifecycle(backend, context);
              KeyConfig config = backend.config(entry);
              return backend.remote(
                  context, false, attempt -> act.apply(lifecycle, new Made(config, attempt)));
            });
    slot.bound = null;
    return result;
  }

  private <T> T around(
      KeySlot slot, Operation operation, BiFunction<BackendRuntime, CallContext, T> act) {
    KeyRecord record = slot.require();
    BackendRuntime backend = registry.backendOf(record);
    Call call =
        new Call(
            operation,
            record.namespace(),
            AccessView.HOST,
            record.ref(),
            record.id(),
            backend.record().type(),
            null,
            0);
    return registry
        .pipeline()
        .audit()
        .around(
            call,
            () -> null,
            () -> {
              CallContext context = CallContext.within(backend.record().settings().deadline());
              backend.enter(context.deadlineNanos());
              try {
                return act.apply(backend, context);
              } catch (ManagedKeyException e) {
                throw e.at(record.ref().backend(), record.ref().key(), operation.text());
              } finally {
                backend.leave();
              }
            });
  }

  private static void requireAllowed(KeyRecord entry, boolean allowed, String flag) {
    if (!allowed) {
      throw new UsageDeniedException(
          entry.owner() + " does not allow this; set " + flag + " = true if that is meant");
    }
  }

  private static KeyLifecycle lifecycle(BackendRuntime backend, CallContext context) {
    return backend
        .backend(context)
        .capability(KeyLifecycle.class)
        .orElseThrow(
            () ->
                new UnsupportedKeyOperationException(
                    "backends of type "
                        + backend.record().type()
                        + " can't make or change keys; do it with the service's own tools"));
  }
}
