/**
 * Backend type {@code pkcs11}: keys in an HSM, smart card or software token that has a PKCS#11
 * module. Found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.managedkeys.pkcs11;

import org.jspecify.annotations.NullMarked;
