/**
 * Cryptoki (PKCS#11 2.40) as this module needs it: one method per {@code C_} function, handles as
 * {@code long}, bytes as {@code byte[]}. Internal: public only so that a binding in another artifact
 * (java.lang.foreign) can implement it.
 */
@NullMarked
package io.managedkeys.pkcs11.cryptoki;

import org.jspecify.annotations.NullMarked;
