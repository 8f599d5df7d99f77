/**
 * Managed keys as a JCA Provider: key handles without key material, and the engines that know what
 * to do with them.
 */
@NullMarked
package io.managedkeys.jca;

import org.jspecify.annotations.NullMarked;
