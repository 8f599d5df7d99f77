/**
 * The backend {@code local}: keys in this process's memory or in one encrypted file. The keys are in
 * the process: whoever can read its memory, or has both the file and its password, has the keys.
 */
@NullMarked
package io.managedkeys.local;

import org.jspecify.annotations.NullMarked;
