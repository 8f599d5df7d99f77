/**
 * Modules, slots, tokens, logins and sessions: everything that lies between a backend and the
 * Cryptoki functions. Internal.
 */
@NullMarked
package io.managedkeys.pkcs11.token;

import org.jspecify.annotations.NullMarked;
