/** Faults on demand: a real backend that is late, fails or answers wrongly when a test says so. */
@NullMarked
package io.managedkeys.testkit.fault;

import org.jspecify.annotations.NullMarked;
