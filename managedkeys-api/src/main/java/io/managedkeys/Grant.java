package io.managedkeys;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A subject may, or may not, use a key or a pattern of keys for these usages. A denial wins over every
 * permission; without a permission nothing is allowed. A grant for one key is bound to the key's id
 * when it is written, not to its name.
 *
 * @param subject who
 * @param keys which keys
 * @param usages for what
 * @param effect allow or deny
 */
public record Grant(Subject subject, KeyPattern keys, Set<Usage> usages, Effect effect) {

  /** Whether a grant permits or forbids. */
  public enum Effect {
    /** Permits. */
    ALLOW,
    /** Forbids, whatever else permits. */
    DENY
  }

  /**
   * Checks and copies the parts.
   *
   * @param subject who
   * @param keys which keys
   * @param usages for what
   * @param effect allow or deny
   * @throws InvalidConfigurationException if there are no usages
   */
  public Grant {
    if (usages.isEmpty()) {
      throw new InvalidConfigurationException("a grant must name at least one usage");
    }
    usages = Collections.unmodifiableSet(EnumSet.copyOf(usages));
  }

  /**
   * A permission.
   *
   * @param subject who
   * @param keys which keys, as {@link KeyPattern} writes them
   * @param usages for what
   * @return the grant
   */
  public static Grant allow(Subject subject, String keys, Set<Usage> usages) {
    return new Grant(subject, new KeyPattern(keys), usages, Effect.ALLOW);
  }

  /**
   * A denial.
   *
   * @param subject who
   * @param keys which keys, as {@link KeyPattern} writes them
   * @param usages for what
   * @return the grant
   */
  public static Grant deny(Subject subject, String keys, Set<Usage> usages) {
    return new Grant(subject, new KeyPattern(keys), usages, Effect.DENY);
  }
}
