/**
 * The words of managedkeys: keys that a host names and uses while they stay in an HSM, a KMS or a
 * local store.
 */
@NullMarked
package io.managedkeys;

import org.jspecify.annotations.NullMarked;
