package io.managedkeys.azurekv;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the service calls the algorithms (JWA names of RFC 7518, and Managed HSM's for AES). */
final class Algorithms {
  private static final Map<io.managedkeys.SignatureAlgorithm, String> RSA = new LinkedHashMap<>();

  static {
    RSA.put(io.managedkeys.SignatureAlgorithm.RSA_PKCS1_SHA256, "RS256");
    RSA.put(io.managedkeys.SignatureAlgorithm.RSA_PKCS1_SHA384, "RS384");
    RSA.put(io.managedkeys.SignatureAlgorithm.RSA_PKCS1_SHA512, "RS512");
    RSA.put(io.managedkeys.SignatureAlgorithm.RSA_PSS_SHA256, "PS256");
    RSA.put(io.managedkeys.SignatureAlgorithm.RSA_PSS_SHA384, "PS384");
    RSA.put(io.managedkeys.SignatureAlgorithm.RSA_PSS_SHA512, "PS512");
  }

  private Algorithms() {}

  /** What a key of the type can sign with; the service binds each curve to one hash. */
  static List<io.managedkeys.SignatureAlgorithm> signing(KeyType type) {
    return switch (type.name()) {
      case "EC-P256", "EC-SECP256K1" -> List.of(io.managedkeys.SignatureAlgorithm.ECDSA_SHA256);
      case "EC-P384" -> List.of(io.managedkeys.SignatureAlgorithm.ECDSA_SHA384);
      case "EC-P521" -> List.of(io.managedkeys.SignatureAlgorithm.ECDSA_SHA512);
      default -> type.family().equals("RSA") ? List.copyOf(RSA.keySet()) : List.of();
    };
  }

  static com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm azure(
      io.managedkeys.SignatureAlgorithm algorithm, KeyType type) {
    String name =
        switch (type.name()) {
          case "EC-SECP256K1" -> "ES256K";
          case "EC-P256" -> "ES256";
          case "EC-P384" -> "ES384";
          case "EC-P521" -> "ES512";
          default -> RSA.get(algorithm);
        };
    if (!signing(type).contains(algorithm) || name == null) {
      throw unsupported(algorithm.name(), type);
    }
    return com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm.fromString(name);
  }

  /** RSA-OAEP for either operation that takes it. */
  static String oaep(EncryptionAlgorithm algorithm, KeyType type) {
    if (algorithm.equals(EncryptionAlgorithm.RSA_OAEP_SHA256)) {
      return "RSA-OAEP-256";
    }
    if (algorithm.equals(EncryptionAlgorithm.RSA_OAEP_SHA1)) {
      return "RSA-OAEP";
    }
    throw unsupported(algorithm.name(), type);
  }

  static String oaep(WrapAlgorithm algorithm, KeyType type) {
    if (algorithm.equals(WrapAlgorithm.RSA_OAEP_SHA256)) {
      return "RSA-OAEP-256";
    }
    if (algorithm.equals(WrapAlgorithm.RSA_OAEP_SHA1)) {
      return "RSA-OAEP";
    }
    throw unsupported(algorithm.name(), type);
  }

  static UnsupportedKeyOperationException unsupported(@Nullable String algorithm, KeyType type) {
    return new UnsupportedKeyOperationException(
        "Key Vault can't do " + algorithm + " with a " + type + " key");
  }
}
