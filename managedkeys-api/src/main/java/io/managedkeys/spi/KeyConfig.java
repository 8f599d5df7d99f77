package io.managedkeys.spi;

import io.managedkeys.KeyRef;
import io.managedkeys.Usage;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The entry of one key, checked by its provider's schema.
 *
 * @param ref its name
 * @param id its id, which survives renaming
 * @param usages what the entry lets the key be used for
 * @param values its fields
 * @param pinned what proves that the key is still the same, or null before it was pinned
 */
public record KeyConfig(
    KeyRef ref, UUID id, Set<Usage> usages, ConfigValues values, @Nullable Pin pinned) {

  /**
   * Checks and copies the parts.
   *
   * @param ref its name
   * @param id its id, which survives renaming
   * @param usages what the entry lets the key be used for
   * @param values its fields
   * @param pinned what proves that the key is still the same, or null before it was pinned
   */
  public KeyConfig {
    usages = Set.copyOf(usages);
  }

  /**
   * What proves that the key is still the same.
   *
   * @return the pin, or empty before it was pinned
   */
  public Optional<Pin> pin() {
    return Optional.ofNullable(pinned);
  }

  /**
   * The same entry with a pin.
   *
   * @param pin the pin, or null
   * @return the entry
   */
  public KeyConfig withPin(@Nullable Pin pin) {
    return new KeyConfig(ref, id, usages, values, pin);
  }
}
