/** What a backend implements: the service provider interface that the registry calls. */
@NullMarked
package io.managedkeys.spi;

import org.jspecify.annotations.NullMarked;
