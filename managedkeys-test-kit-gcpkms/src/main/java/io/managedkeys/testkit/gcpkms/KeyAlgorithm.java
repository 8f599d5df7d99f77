package io.managedkeys.testkit.gcpkms;

import static com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose.ASYMMETRIC_DECRYPT;
import static com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose.ASYMMETRIC_SIGN;
import static com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose.ENCRYPT_DECRYPT;
import static com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose.MAC;
import static com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose.RAW_ENCRYPT_DECRYPT;

import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a key version's algorithm fixes: purpose, scheme, size in bits and hash. The service leaves
 * the caller no choice in any of them.
 *
 * @param bits modulus, curve, or secret-key length in bits; the parameter set for ML-DSA
 * @param hash the JCA name of the message digest, empty where the scheme takes whole messages
 */
record KeyAlgorithm(
    CryptoKeyVersionAlgorithm id, CryptoKeyPurpose purpose, Scheme scheme, int bits, String hash) {

  enum Scheme {
    GOOGLE_SYMMETRIC,
    AES_GCM,
    AES_CBC,
    AES_CTR,
    RSA_PKCS1,
    RSA_RAW_PKCS1,
    RSA_PSS,
    RSA_OAEP,
    ECDSA_NIST,
    ECDSA_SECP256K1,
    ED25519,
    ML_DSA,
    ML_DSA_EXTERNAL_MU,
    SLH_DSA,
    SLH_DSA_SHA256,
    HMAC
  }

  private static final Map<CryptoKeyVersionAlgorithm, KeyAlgorithm> ALL = all();

  static KeyAlgorithm of(CryptoKeyVersionAlgorithm id) {
    KeyAlgorithm algorithm = ALL.get(id);
    if (algorithm == null) {
      throw KmsFailure.invalidArgument(
          "Algorithm " + id + " is not supported by this test server.");
    }
    return algorithm;
  }

  boolean asymmetric() {
    return purpose == ASYMMETRIC_SIGN || purpose == ASYMMETRIC_DECRYPT;
  }

  boolean postQuantum() {
    return switch (scheme) {
      case ML_DSA, ML_DSA_EXTERNAL_MU, SLH_DSA, SLH_DSA_SHA256 -> true;
      default -> false;
    };
  }

  private static Map<CryptoKeyVersionAlgorithm, KeyAlgorithm> all() {
    Map<CryptoKeyVersionAlgorithm, KeyAlgorithm> map =
        new EnumMap<>(CryptoKeyVersionAlgorithm.class);
    add(
        map,
        CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION,
        ENCRYPT_DECRYPT,
        Scheme.GOOGLE_SYMMETRIC,
        256,
        "");
    add(map, CryptoKeyVersionAlgorithm.AES_128_GCM, RAW_ENCRYPT_DECRYPT, Scheme.AES_GCM, 128, "");
    add(map, CryptoKeyVersionAlgorithm.AES_256_GCM, RAW_ENCRYPT_DECRYPT, Scheme.AES_GCM, 256, "");
    add(map, CryptoKeyVersionAlgorithm.AES_128_CBC, RAW_ENCRYPT_DECRYPT, Scheme.AES_CBC, 128, "");
    add(map, CryptoKeyVersionAlgorithm.AES_256_CBC, RAW_ENCRYPT_DECRYPT, Scheme.AES_CBC, 256, "");
    add(map, CryptoKeyVersionAlgorithm.AES_128_CTR, RAW_ENCRYPT_DECRYPT, Scheme.AES_CTR, 128, "");
    add(map, CryptoKeyVersionAlgorithm.AES_256_CTR, RAW_ENCRYPT_DECRYPT, Scheme.AES_CTR, 256, "");
    sign(map, CryptoKeyVersionAlgorithm.RSA_SIGN_PSS_2048_SHA256, Scheme.RSA_PSS, 2048, "SHA-256");
    sign(map, CryptoKeyVersionAlgorithm.RSA_SIGN_PSS_3072_SHA256, Scheme.RSA_PSS, 3072, "SHA-256");
    sign(map, CryptoKeyVersionAlgorithm.RSA_SIGN_PSS_4096_SHA256, Scheme.RSA_PSS, 4096, "SHA-256");
    sign(map, CryptoKeyVersionAlgorithm.RSA_SIGN_PSS_4096_SHA512, Scheme.RSA_PSS, 4096, "SHA-512");
    sign(
        map,
        CryptoKeyVersionAlgorithm.RSA_SIGN_PKCS1_2048_SHA256,
        Scheme.RSA_PKCS1,
        2048,
        "SHA-256");
    sign(
        map,
        CryptoKeyVersionAlgorithm.RSA_SIGN_PKCS1_3072_SHA256,
        Scheme.RSA_PKCS1,
        3072,
        "SHA-256");
    sign(
        map,
        CryptoKeyVersionAlgorithm.RSA_SIGN_PKCS1_4096_SHA256,
        Scheme.RSA_PKCS1,
        4096,
        "SHA-256");
    sign(
        map,
        CryptoKeyVersionAlgorithm.RSA_SIGN_PKCS1_4096_SHA512,
        Scheme.RSA_PKCS1,
        4096,
        "SHA-512");
    sign(map, CryptoKeyVersionAlgorithm.RSA_SIGN_RAW_PKCS1_2048, Scheme.RSA_RAW_PKCS1, 2048, "");
    sign(map, CryptoKeyVersionAlgorithm.RSA_SIGN_RAW_PKCS1_3072, Scheme.RSA_RAW_PKCS1, 3072, "");
    sign(map, CryptoKeyVersionAlgorithm.RSA_SIGN_RAW_PKCS1_4096, Scheme.RSA_RAW_PKCS1, 4096, "");
    sign(map, CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256, Scheme.ECDSA_NIST, 256, "SHA-256");
    sign(map, CryptoKeyVersionAlgorithm.EC_SIGN_P384_SHA384, Scheme.ECDSA_NIST, 384, "SHA-384");
    sign(
        map,
        CryptoKeyVersionAlgorithm.EC_SIGN_SECP256K1_SHA256,
        Scheme.ECDSA_SECP256K1,
        256,
        "SHA-256");
    sign(map, CryptoKeyVersionAlgorithm.EC_SIGN_ED25519, Scheme.ED25519, 255, "");
    sign(map, CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_44, Scheme.ML_DSA, 44, "");
    sign(map, CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_65, Scheme.ML_DSA, 65, "");
    sign(map, CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_87, Scheme.ML_DSA, 87, "");
    sign(
        map,
        CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_44_EXTERNAL_MU,
        Scheme.ML_DSA_EXTERNAL_MU,
        44,
        "");
    sign(
        map,
        CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_65_EXTERNAL_MU,
        Scheme.ML_DSA_EXTERNAL_MU,
        65,
        "");
    sign(
        map,
        CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_87_EXTERNAL_MU,
        Scheme.ML_DSA_EXTERNAL_MU,
        87,
        "");
    sign(map, CryptoKeyVersionAlgorithm.PQ_SIGN_SLH_DSA_SHA2_128S, Scheme.SLH_DSA, 128, "");
    sign(
        map,
        CryptoKeyVersionAlgorithm.PQ_SIGN_HASH_SLH_DSA_SHA2_128S_SHA256,
        Scheme.SLH_DSA_SHA256,
        128,
        "SHA-256");
    decrypt(map, CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_2048_SHA1, 2048, "SHA-1");
    decrypt(map, CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_3072_SHA1, 3072, "SHA-1");
    decrypt(map, CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_4096_SHA1, 4096, "SHA-1");
    decrypt(map, CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_2048_SHA256, 2048, "SHA-256");
    decrypt(map, CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_3072_SHA256, 3072, "SHA-256");
    decrypt(map, CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_4096_SHA256, 4096, "SHA-256");
    decrypt(map, CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_4096_SHA512, 4096, "SHA-512");
    add(map, CryptoKeyVersionAlgorithm.HMAC_SHA1, MAC, Scheme.HMAC, 160, "SHA-1");
    add(map, CryptoKeyVersionAlgorithm.HMAC_SHA224, MAC, Scheme.HMAC, 224, "SHA-224");
    add(map, CryptoKeyVersionAlgorithm.HMAC_SHA256, MAC, Scheme.HMAC, 256, "SHA-256");
    add(map, CryptoKeyVersionAlgorithm.HMAC_SHA384, MAC, Scheme.HMAC, 384, "SHA-384");
    add(map, CryptoKeyVersionAlgorithm.HMAC_SHA512, MAC, Scheme.HMAC, 512, "SHA-512");
    return map;
  }

  private static void sign(
      Map<CryptoKeyVersionAlgorithm, KeyAlgorithm> map,
      CryptoKeyVersionAlgorithm id,
      Scheme scheme,
      int bits,
      String hash) {
    add(map, id, ASYMMETRIC_SIGN, scheme, bits, hash);
  }

  private static void decrypt(
      Map<CryptoKeyVersionAlgorithm, KeyAlgorithm> map,
      CryptoKeyVersionAlgorithm id,
      int bits,
      String hash) {
    add(map, id, ASYMMETRIC_DECRYPT, Scheme.RSA_OAEP, bits, hash);
  }

  private static void add(
      Map<CryptoKeyVersionAlgorithm, KeyAlgorithm> map,
      CryptoKeyVersionAlgorithm id,
      CryptoKeyPurpose purpose,
      Scheme scheme,
      int bits,
      String hash) {
    map.put(id, new KeyAlgorithm(id, purpose, scheme, bits, hash));
  }
}
