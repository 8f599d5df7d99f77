/** Reading configurations: strict properties, references, pins files. */
@NullMarked
package io.managedkeys.registry.config;

import org.jspecify.annotations.NullMarked;
