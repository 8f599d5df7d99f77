/** Byte forms that are written once, above all backends: DER and plain ECDSA signatures, DigestInfo, SubjectPublicKeyInfo, AES-GCM messages. */
@NullMarked
package io.managedkeys.codec;

import org.jspecify.annotations.NullMarked;
