/** Programs that show managedkeys at work. */
@NullMarked
package io.managedkeys.examples;

import org.jspecify.annotations.NullMarked;
