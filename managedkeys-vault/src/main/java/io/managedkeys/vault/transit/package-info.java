/** Keys of the transit engine. Not exported. */
@NullMarked
package io.managedkeys.vault.transit;

import org.jspecify.annotations.NullMarked;
