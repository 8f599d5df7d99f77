/**
 * The strict HTTP client of the backend: one exchange, one deadline, and no answer taken for a
 * success that is not one. Not exported.
 */
@NullMarked
package io.managedkeys.vault.client;

import org.jspecify.annotations.NullMarked;
