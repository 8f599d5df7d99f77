package io.managedkeys.testkit.awskms;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The key specs of the service's "Key spec reference", with the usages and algorithms each allows.
 * SM2 exists in the China regions only and is absent here.
 */
enum KeySpec {
  SYMMETRIC_DEFAULT("SYMMETRIC_DEFAULT", Map.of("ENCRYPT_DECRYPT", List.of("SYMMETRIC_DEFAULT"))),
  RSA_2048("RSA_2048", Algorithms.RSA),
  RSA_3072("RSA_3072", Algorithms.RSA),
  RSA_4096("RSA_4096", Algorithms.RSA),
  ECC_NIST_P256("ECC_NIST_P256", Algorithms.nist("ECDSA_SHA_256")),
  ECC_NIST_P384("ECC_NIST_P384", Algorithms.nist("ECDSA_SHA_384")),
  ECC_NIST_P521("ECC_NIST_P521", Algorithms.nist("ECDSA_SHA_512")),
  ECC_SECG_P256K1("ECC_SECG_P256K1", Map.of("SIGN_VERIFY", List.of("ECDSA_SHA_256"))),
  ECC_NIST_EDWARDS25519(
      "ECC_NIST_EDWARDS25519",
      Map.of("SIGN_VERIFY", List.of("ED25519_SHA_512", "ED25519_PH_SHA_512"))),
  ML_DSA_44("ML_DSA_44", Map.of("SIGN_VERIFY", List.of("ML_DSA_SHAKE_256"))),
  ML_DSA_65("ML_DSA_65", Map.of("SIGN_VERIFY", List.of("ML_DSA_SHAKE_256"))),
  ML_DSA_87("ML_DSA_87", Map.of("SIGN_VERIFY", List.of("ML_DSA_SHAKE_256"))),
  HMAC_224("HMAC_224", Map.of("GENERATE_VERIFY_MAC", List.of("HMAC_SHA_224"))),
  HMAC_256("HMAC_256", Map.of("GENERATE_VERIFY_MAC", List.of("HMAC_SHA_256"))),
  HMAC_384("HMAC_384", Map.of("GENERATE_VERIFY_MAC", List.of("HMAC_SHA_384"))),
  HMAC_512("HMAC_512", Map.of("GENERATE_VERIFY_MAC", List.of("HMAC_SHA_512")));

  private final String wire;
  private final Map<String, List<String>> algorithmsByUsage;

  KeySpec(String wire, Map<String, List<String>> algorithmsByUsage) {
    this.wire = wire;
    this.algorithmsByUsage = algorithmsByUsage;
  }

  static KeySpec of(String wire) {
    for (KeySpec spec : values()) {
      if (spec.wire.equals(wire)) {
        return spec;
      }
    }
    throw ServiceError.validation(
        "1 validation error detected: Value '"
            + wire
            + "' at 'keySpec' failed to satisfy constraint: "
            + "Member must satisfy enum value set");
  }

  String wire() {
    return wire;
  }

  boolean allows(String usage) {
    return algorithmsByUsage.containsKey(usage);
  }

  List<String> algorithms(String usage) {
    return algorithmsByUsage.getOrDefault(usage, List.of());
  }

  boolean symmetric() {
    return this == SYMMETRIC_DEFAULT;
  }

  boolean hmac() {
    return name().startsWith("HMAC_");
  }

  boolean asymmetric() {
    return !symmetric() && !hmac();
  }

  boolean rsa() {
    return name().startsWith("RSA_");
  }

  boolean mlDsa() {
    return name().startsWith("ML_DSA_");
  }

  int rsaBits() {
    return Integer.parseInt(name().substring("RSA_".length()));
  }

  /** Length in bytes of a secret key that the service makes itself. */
  int secretBytes() {
    return symmetric() ? 32 : Integer.parseInt(name().substring("HMAC_".length())) / 8;
  }

  /** The curve's name for {@link java.security.spec.ECGenParameterSpec}, or null where there is none. */
  @Nullable String curve() {
    return switch (this) {
      case ECC_NIST_P256 -> "secp256r1";
      case ECC_NIST_P384 -> "secp384r1";
      case ECC_NIST_P521 -> "secp521r1";
      case ECC_SECG_P256K1 -> "secp256k1";
      default -> null;
    };
  }

  private static final class Algorithms {
    static final Map<String, List<String>> RSA =
        Map.of(
            "ENCRYPT_DECRYPT",
            List.of("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"),
            "SIGN_VERIFY",
            List.of(
                "RSASSA_PKCS1_V1_5_SHA_256",
                "RSASSA_PKCS1_V1_5_SHA_384",
                "RSASSA_PKCS1_V1_5_SHA_512",
                "RSASSA_PSS_SHA_256",
                "RSASSA_PSS_SHA_384",
                "RSASSA_PSS_SHA_512"));

    static Map<String, List<String>> nist(String ecdsa) {
      return Map.of("SIGN_VERIFY", List.of(ecdsa), "KEY_AGREEMENT", List.of("ECDH"));
    }
  }
}
