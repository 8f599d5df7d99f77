/** Metrics and traces of every call, by Micrometer Observation. */
@NullMarked
package io.managedkeys.micrometer;

import org.jspecify.annotations.NullMarked;
