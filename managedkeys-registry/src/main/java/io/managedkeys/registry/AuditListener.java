package io.managedkeys.registry;

/** Receives one event per call, refused calls included. Called in the caller's thread; thread-safe. */
@FunctionalInterface
public interface AuditListener {

  /**
   * Takes an event.
   *
   * @param event what happened
   */
  void onEvent(AuditEvent event);
}
