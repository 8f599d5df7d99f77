/**
 * Keys in Google Cloud KMS: backend type {@code gcpkms}. Found by {@link java.util.ServiceLoader};
 * applications configure it and do not call it.
 */
@NullMarked
package io.managedkeys.gcpkms;

import org.jspecify.annotations.NullMarked;
