package io.managedkeys.spi;

/** How a backend whose configuration changed is replaced by a new one. */
public enum Replacement {
  /** The new one is opened first; on failure nothing changes. */
  OPEN_THEN_SWAP,
  /**
   * The old one is drained and closed first, because the two cannot be open at once (a PKCS#11 token
   * in one process); on failure the old configuration is opened again.
   */
  CLOSE_THEN_OPEN
}
