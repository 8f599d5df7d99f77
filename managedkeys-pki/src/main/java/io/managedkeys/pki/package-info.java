/** Certificates and requests signed by keys that stay in their backend (RFC 5280, RFC 2986). */
@NullMarked
package io.managedkeys.pki;

import org.jspecify.annotations.NullMarked;
