/** The rules that keep the modules apart. */
@org.jspecify.annotations.NullMarked
package io.managedkeys.architecture;
