/** Namespaces, backends, keys, grants, pins, and the one chain that every call goes through. */
@NullMarked
package io.managedkeys.registry;

import org.jspecify.annotations.NullMarked;
