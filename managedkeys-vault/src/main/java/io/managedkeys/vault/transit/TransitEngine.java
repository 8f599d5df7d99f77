package io.managedkeys.vault.transit;

import static io.managedkeys.vault.client.VaultRequest.path;

import io.managedkeys.vault.client.JsonBody;
import io.managedkeys.vault.client.VaultRequest;
import io.managedkeys.vault.login.VaultSession;

/**
 * One mount of the engine.
 *
 * @param session the service
 * @param mount the mount's path
 */
record TransitEngine(VaultSession session, String mount) {

  /** A request that computes with a key: repeating it does no harm. */
  VaultRequest compute(String operation, String name, JsonBody body) {
    return VaultRequest.compute(path(mount, operation, name), body);
  }

  /** Whether this is the same mount, so that both keys are in the service's reach at once. */
  boolean same(TransitEngine other) {
    return this == other;
  }
}
