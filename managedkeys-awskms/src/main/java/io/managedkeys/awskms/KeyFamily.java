package io.managedkeys.awskms;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyLimits;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.NonceSource;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/**
 * The service's names and limits beside ours ("Key spec reference" of the developer guide).
 *
 * <p>ED25519_PH_SHA_512 is left out: the service hashes the digest that it is given once more, so
 * that no other implementation of Ed25519ph verifies the signature over the message.
 */
final class KeyFamily {
  /** The most bytes of a message, and of a plaintext under a symmetric key. */
  static final int MOST_BYTES = 4096;

  /** The most bytes of a ciphertext. */
  static final int MOST_CIPHERTEXT = 6144;

  /** The attribute of descriptions and pins that keeps the key's KeyUsage. */
  static final String USAGE = "usage";

  private static final Map<KeySpec, KeyType> TYPES = new LinkedHashMap<>();
  private static final Map<SignatureAlgorithm, SigningAlgorithmSpec> SIGNING =
      new LinkedHashMap<>();

  static {
    TYPES.put(KeySpec.SYMMETRIC_DEFAULT, KeyType.AES_256);
    TYPES.put(KeySpec.RSA_2048, KeyType.RSA_2048);
    TYPES.put(KeySpec.RSA_3072, KeyType.RSA_3072);
    TYPES.put(KeySpec.RSA_4096, KeyType.RSA_4096);
    TYPES.put(KeySpec.ECC_NIST_P256, KeyType.EC_P256);
    TYPES.put(KeySpec.ECC_NIST_P384, KeyType.EC_P384);
    TYPES.put(KeySpec.ECC_NIST_P521, KeyType.EC_P521);
    TYPES.put(KeySpec.ECC_SECG_P256_K1, KeyType.EC_SECP256K1);
    TYPES.put(KeySpec.ECC_NIST_EDWARDS25519, KeyType.ED25519);
    TYPES.put(KeySpec.ML_DSA_44, KeyType.ML_DSA_44);
    TYPES.put(KeySpec.ML_DSA_65, KeyType.ML_DSA_65);
    TYPES.put(KeySpec.ML_DSA_87, KeyType.ML_DSA_87);
    TYPES.put(KeySpec.HMAC_224, KeyType.hmac(HashAlgorithm.SHA224));
    TYPES.put(KeySpec.HMAC_256, KeyType.hmac(HashAlgorithm.SHA256));
    TYPES.put(KeySpec.HMAC_384, KeyType.hmac(HashAlgorithm.SHA384));
    TYPES.put(KeySpec.HMAC_512, KeyType.hmac(HashAlgorithm.SHA512));

    SIGNING.put(
        SignatureAlgorithm.RSA_PKCS1_SHA256, SigningAlgorithmSpec.RSASSA_PKCS1_V1_5_SHA_256);
    SIGNING.put(
        SignatureAlgorithm.RSA_PKCS1_SHA384, SigningAlgorithmSpec.RSASSA_PKCS1_V1_5_SHA_384);
    SIGNING.put(
        SignatureAlgorithm.RSA_PKCS1_SHA512, SigningAlgorithmSpec.RSASSA_PKCS1_V1_5_SHA_512);
    SIGNING.put(SignatureAlgorithm.RSA_PSS_SHA256, SigningAlgorithmSpec.RSASSA_PSS_SHA_256);
    SIGNING.put(SignatureAlgorithm.RSA_PSS_SHA384, SigningAlgorithmSpec.RSASSA_PSS_SHA_384);
    SIGNING.put(SignatureAlgorithm.RSA_PSS_SHA512, SigningAlgorithmSpec.RSASSA_PSS_SHA_512);
    SIGNING.put(SignatureAlgorithm.ECDSA_SHA256, SigningAlgorithmSpec.ECDSA_SHA_256);
    SIGNING.put(SignatureAlgorithm.ECDSA_SHA384, SigningAlgorithmSpec.ECDSA_SHA_384);
    SIGNING.put(SignatureAlgorithm.ECDSA_SHA512, SigningAlgorithmSpec.ECDSA_SHA_512);
    SIGNING.put(SignatureAlgorithm.ED25519, SigningAlgorithmSpec.ED25519_SHA_512);
    SIGNING.put(SignatureAlgorithm.ML_DSA_44, SigningAlgorithmSpec.ML_DSA_SHAKE_256);
    SIGNING.put(SignatureAlgorithm.ML_DSA_65, SigningAlgorithmSpec.ML_DSA_SHAKE_256);
    SIGNING.put(SignatureAlgorithm.ML_DSA_87, SigningAlgorithmSpec.ML_DSA_SHAKE_256);
  }

  private KeyFamily() {}

  static KeyType typeOf(@Nullable KeySpec spec, @Nullable String wire) {
    KeyType type = spec == null ? null : TYPES.get(spec);
    if (type == null) {
      throw new UnsupportedKeyOperationException(
          "the key's spec " + wire + " is not supported here");
    }
    return type;
  }

  /** The type, or null for specs that are not supported. */
  static @Nullable KeyType findType(@Nullable KeySpec spec) {
    return spec == null ? null : TYPES.get(spec);
  }

  static KeySpec specOf(KeyType type) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue().equals(type))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedKeyOperationException(
                    "AWS KMS has no " + type + " keys; it has " + TYPES.values()));
  }

  /** The one use that the service gives a key, from the several that an entry allows. */
  static KeyUsageType usageOf(KeyType type, Set<Usage> usages) {
    Set<KeyUsageType> wanted = EnumSet.noneOf(KeyUsageType.class);
    for (Usage usage : usages) {
      switch (usage) {
        case SIGN, VERIFY -> wanted.add(KeyUsageType.SIGN_VERIFY);
        case ENCRYPT, DECRYPT, WRAP, UNWRAP -> wanted.add(KeyUsageType.ENCRYPT_DECRYPT);
        case MAC, VERIFY_MAC -> wanted.add(KeyUsageType.GENERATE_VERIFY_MAC);
        case AGREE -> wanted.add(KeyUsageType.KEY_AGREEMENT);
        case RANDOM -> {
          // of the backend, not of the key
        }
      }
    }
    if (wanted.size() != 1) {
      throw new InvalidConfigurationException(
          "a key of AWS KMS has one use: signing, encryption, MACs or agreement; the entry's usages "
              + usages
              + " ask for "
              + wanted.size());
    }
    KeyUsageType usage = wanted.iterator().next();
    if (!possible(type).contains(usage)) {
      throw new UnsupportedKeyOperationException(
          "a " + type + " key of AWS KMS can be for " + possible(type) + ", not for " + usage);
    }
    return usage;
  }

  private static Set<KeyUsageType> possible(KeyType type) {
    return switch (type.family()) {
      case "AES" -> EnumSet.of(KeyUsageType.ENCRYPT_DECRYPT);
      case "HMAC" -> EnumSet.of(KeyUsageType.GENERATE_VERIFY_MAC);
      case "RSA" -> EnumSet.of(KeyUsageType.SIGN_VERIFY, KeyUsageType.ENCRYPT_DECRYPT);
      case "EC" ->
          type.equals(KeyType.EC_SECP256K1)
              ? EnumSet.of(KeyUsageType.SIGN_VERIFY)
              : EnumSet.of(KeyUsageType.SIGN_VERIFY, KeyUsageType.KEY_AGREEMENT);
      default -> EnumSet.of(KeyUsageType.SIGN_VERIFY);
    };
  }

  /** Everything that follows from a key's type, use and public key. */
  static KeyInfo describe(String arn, KeyType type, KeyUsageType usage, byte @Nullable [] spki) {
    boolean symmetric = type.equals(KeyType.AES_256);
    KeyInfo.Builder info =
        KeyInfo.builder(type)
            .spki(spki)
            .resolvedId(arn)
            .versionedByService(symmetric)
            .attribute(USAGE, usage.toString())
            .limits(
                new KeyLimits(
                    MOST_BYTES, MOST_BYTES, MOST_CIPHERTEXT, MOST_BYTES, Integer.MAX_VALUE));
    switch (usage) {
      case SIGN_VERIFY -> info.signs(signatureAlgorithms(type));
      case GENERATE_VERIFY_MAC -> info.macs(List.of(macAlgorithm(type)));
      case KEY_AGREEMENT -> info.agrees(List.of(AgreementAlgorithm.ECDH));
      case ENCRYPT_DECRYPT -> {
        if (symmetric) {
          info.encrypts(List.of(EncryptionAlgorithm.SERVICE))
              .wraps(List.of(WrapAlgorithm.SERVICE))
              .nonceSource(NonceSource.BACKEND);
        } else {
          info.encrypts(
                  List.of(EncryptionAlgorithm.RSA_OAEP_SHA256, EncryptionAlgorithm.RSA_OAEP_SHA1))
              .wraps(
                  List.of(
                      WrapAlgorithm.RSA_OAEP_SHA256,
                      WrapAlgorithm.RSA_AES_KWP_SHA256,
                      WrapAlgorithm.RSA_OAEP_SHA1,
                      WrapAlgorithm.RSA_AES_KWP_SHA1));
        }
      }
      default ->
          throw new UnsupportedKeyOperationException("the key's use " + usage + " is unknown here");
    }
    return info.build();
  }

  private static List<SignatureAlgorithm> signatureAlgorithms(KeyType type) {
    if (type.family().equals("EC")) {
      return List.of(
          type.equals(KeyType.EC_P384)
              ? SignatureAlgorithm.ECDSA_SHA384
              : type.equals(KeyType.EC_P521)
                  ? SignatureAlgorithm.ECDSA_SHA512
                  : SignatureAlgorithm.ECDSA_SHA256);
    }
    return SIGNING.keySet().stream().filter(algorithm -> algorithm.suits(type)).toList();
  }

  private static MacAlgorithm macAlgorithm(KeyType type) {
    HashAlgorithm hash = type.hmacHash();
    return MacAlgorithm.known().stream()
        .filter(mac -> mac.hash() != null && mac.hash().equals(hash))
        .findFirst()
        .orElseThrow(() -> new UnsupportedKeyOperationException("no MAC for " + type));
  }

  static SigningAlgorithmSpec wire(SignatureAlgorithm algorithm) {
    SigningAlgorithmSpec spec = SIGNING.get(algorithm);
    if (spec == null) {
      throw new UnsupportedKeyOperationException(
          "AWS KMS does not sign with " + algorithm + "; it does with " + SIGNING.keySet());
    }
    return spec;
  }

  static EncryptionAlgorithmSpec wire(EncryptionAlgorithm algorithm) {
    if (algorithm.equals(EncryptionAlgorithm.RSA_OAEP_SHA256)) {
      return EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256;
    }
    if (algorithm.equals(EncryptionAlgorithm.RSA_OAEP_SHA1)) {
      return EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1;
    }
    throw new UnsupportedKeyOperationException(
        "AWS KMS decrypts with RSA_OAEP_SHA256 and RSA_OAEP_SHA1, not with " + algorithm);
  }

  static MacAlgorithmSpec wire(MacAlgorithm algorithm) {
    return MacAlgorithmSpec.fromValue("HMAC_SHA_" + algorithm.length() * 8);
  }
}
