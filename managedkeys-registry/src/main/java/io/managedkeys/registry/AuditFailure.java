package io.managedkeys.registry;

/** What becomes of a call whose audit listener throws. */
public enum AuditFailure {
  /** The failure is logged and the call goes on. */
  IGNORED,
  /**
   * The call fails: before it began when the intent can't be recorded, and with its result withheld
   * when the outcome can't.
   */
  FATAL
}
