/**
 * The Cryptoki binding over java.lang.foreign (JEP 454), for JDK 22 and later on 64-bit Linux and
 * macOS. Found by managedkeys-pkcs11 through {@link java.util.ServiceLoader}; unpacks no native file
 * and prints nothing. The JVM must be started with {@code --enable-native-access=ALL-UNNAMED} (or the
 * name of the module it lies in).
 */
@NullMarked
package io.managedkeys.pkcs11.ffm;

import org.jspecify.annotations.NullMarked;
