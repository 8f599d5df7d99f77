/** Throw-away SoftHSM tokens for tests. */
@NullMarked
package io.managedkeys.testkit.softhsm;

import org.jspecify.annotations.NullMarked;
