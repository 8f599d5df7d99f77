/** The contract that every backend keeps, whatever holds its keys. */
@NullMarked
package io.managedkeys.testkit.contract;

import org.jspecify.annotations.NullMarked;
