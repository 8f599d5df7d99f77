/** How the backend gets its token, keeps it alive, and notices that it is dead. Not exported. */
@NullMarked
package io.managedkeys.vault.login;

import org.jspecify.annotations.NullMarked;
