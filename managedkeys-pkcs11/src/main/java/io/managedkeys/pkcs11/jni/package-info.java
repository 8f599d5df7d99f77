/**
 * The Cryptoki binding for every JVM from 17 on: over the native part of the IAIK PKCS#11 wrapper
 * ({@code org.xipki:ipkcs11wrapper}), function by function. Nothing of that library's session,
 * token or pool classes is used.
 */
@NullMarked
package io.managedkeys.pkcs11.jni;

import org.jspecify.annotations.NullMarked;
