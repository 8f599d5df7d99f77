package io.managedkeys.testkit.azurekv;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The key inside one version and what it can do. Each operation refuses an algorithm that its type
 * lacks with 400, as the service does.
 */
interface KeyMaterial {

  /** What {@code encrypt} answers; only AES-GCM has all three. */
  record Encrypted(byte[] value, byte @Nullable [] iv, byte @Nullable [] tag) {}

  /** {@code kty} of RFC 7517, with Azure's {@code -HSM} suffix where it has one. */
  String kty();

  /** The members of the JSON Web Key that anyone may see. */
  Map<String, Object> publicMembers();

  /** The operations of a key that was created without a list of its own. */
  List<String> defaultOperations();

  /** A new key of the same kind, for rotation. */
  KeyMaterial another();

  /** Signs a digest, whose length must be the one of the algorithm's hash. */
  default byte[] sign(String algorithm, byte[] value) {
    throw unsupported(algorithm);
  }

  default boolean verify(String algorithm, byte[] value, byte[] signature) {
    throw unsupported(algorithm);
  }

  default Encrypted encrypt(
      String algorithm, byte[] plaintext, byte @Nullable [] iv, byte @Nullable [] aad) {
    throw unsupported(algorithm);
  }

  default byte[] decrypt(
      String algorithm,
      byte[] ciphertext,
      byte @Nullable [] iv,
      byte @Nullable [] tag,
      byte @Nullable [] aad) {
    throw unsupported(algorithm);
  }

  default byte[] wrap(String algorithm, byte[] key) {
    throw unsupported(algorithm);
  }

  default byte[] unwrap(String algorithm, byte[] wrapped) {
    throw unsupported(algorithm);
  }

  private ServiceError unsupported(String algorithm) {
    return ServiceError.badParameter(
        "The algorithm '" + algorithm + "' is not supported by a key of type '" + kty() + "'.");
  }
}
