/** What a public key can do in this process, written once for all backends. */
@NullMarked
package io.managedkeys.registry.publickey;

import org.jspecify.annotations.NullMarked;
