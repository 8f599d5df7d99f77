/** Keys of HashiCorp Vault and OpenBao: the transit engine's, and raw keys held in K/V. */
@NullMarked
package io.managedkeys.vault;

import org.jspecify.annotations.NullMarked;
