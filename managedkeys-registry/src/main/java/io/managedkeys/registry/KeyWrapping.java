package io.managedkeys.registry;

import io.managedkeys.ConflictException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyDispatcher;
import io.managedkeys.spi.WrapKey;

/** Wrapping and unwrapping of keys inside one backend, handle to handle. */
final class KeyWrapping {

  private final Registry registry;

  KeyWrapping(Registry registry) {
    this.registry = registry;
  }

  byte[] wrap(BoundKey key, Pipeline.Run run, WrapAlgorithm algorithm, KeyDispatcher target) {
    check(key, algorithm);
    if (!(target instanceof KeyHandle handle)) {
      throw new InvalidInputException("the key to wrap is of another registry");
    }
    KeySlot slot = handle.slot();
    requireSameBackend(run, slot.require());
    WrapKey wrapping = key.require(key.wrapKey, "wrap keys");
    BoundKey wrapped = run.backend().bind(slot, run.context());
    return run.remote(context -> wrapping.wrapKey(algorithm, wrapped.key(), context));
  }

  KeySlot unwrap(
      BoundKey key,
      Pipeline.Run run,
      WrapAlgorithm algorithm,
      byte[] wrapped,
      KeySlot target,
      KeyType type) {
    check(key, algorithm);
    KeyRecord entry = target.require();
    requireSameBackend(run, entry);
    if (!entry.policy().allowStore()) {
      throw new UsageDeniedException(
          entry.owner()
              + " does not allow storing a key; set allow-store-key = true if that is"
              + " meant");
    }
    if (entry.pin() != null) {
      throw new ConflictException(entry.owner() + " has a key already");
    }
    Permissions.requireCompatible(entry, type);
    WrapKey wrapping = key.require(key.wrapKey, "unwrap keys");
    KeyConfig config = run.backend().config(entry);
    run.once(
        context -> {
          wrapping.unwrapKey(algorithm, wrapped, config, type, context);
          return true;
        });
    run.backend().bind(target, run.context());
    return target;
  }

  private void requireSameBackend(Pipeline.Run run, KeyRecord record) {
    if (registry.backendOf(record) != run.backend()) {
      throw new InvalidInputException(
          record.owner()
              + " is a key of another backend; keys are wrapped handle to handle inside one"
              + " backend only. Use wrapBytes where the material is at hand");
    }
  }

  private static void check(BoundKey key, WrapAlgorithm algorithm) {
    Checks.requireAlgorithm(
        algorithm, key.info().wrapAlgorithms(), key.info().wrapAlgorithms(), key);
  }
}
