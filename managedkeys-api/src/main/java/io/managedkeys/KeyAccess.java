package io.managedkeys;

import java.util.List;
import java.util.UUID;

/**
 * What the host hands to one subject in one namespace: the keys granted to that subject and no
 * others. Every call on a key checks the grant again, so a revoked grant ends what is already held.
 *
 * <p>Thread-safe; lives as long as the registry it came from.
 */
public interface KeyAccess {

  /**
   * Where the keys are.
   *
   * @return the namespace
   */
  Namespace namespace();

  /**
   * Who uses them.
   *
   * @return the subject
   */
  Subject subject();

  /**
   * Finds a granted key. No remote call is made: the backend is opened by the first operation.
   *
   * @param ref {@code backend:key}
   * @return the key
   * @throws InvalidConfigurationException if the text is no reference
   * @throws KeyNotFoundException if this namespace has no such entry
   * @throws GrantMissingException if nothing of the key is granted to the subject
   */
  ManagedKey key(String ref);

  /**
   * Finds a granted key by the id that survives renaming.
   *
   * @param id the entry's id
   * @return the key
   * @throws KeyNotFoundException if this namespace has no such entry
   * @throws GrantMissingException if nothing of the key is granted to the subject
   */
  ManagedKey key(UUID id);

  /**
   * The granted keys, in the order of their references. No remote call is made.
   *
   * @return the keys
   */
  List<ManagedKey> keys();
}
