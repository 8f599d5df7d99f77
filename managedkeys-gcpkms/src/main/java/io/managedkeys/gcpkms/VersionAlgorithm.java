package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.MessageForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one of the service's algorithms is in our words. The service fixes purpose, padding and hash
 * for each key version, so that this says all a key can do.
 *
 * @param id the service's name of it
 * @param form how the service takes what is to be signed
 */
record VersionAlgorithm(
    CryptoKeyVersionAlgorithm id,
    CryptoKeyPurpose purpose,
    KeyType type,
    MessageForm form,
    List<SignatureAlgorithm> signs,
    List<EncryptionAlgorithm> encrypts,
    List<WrapAlgorithm> wraps,
    List<MacAlgorithm> macs) {

  private static final Map<CryptoKeyVersionAlgorithm, VersionAlgorithm> KNOWN =
      new LinkedHashMap<>();

  static {
    secret(
        CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION,
        CryptoKeyPurpose.ENCRYPT_DECRYPT,
        KeyType.AES_256,
        EncryptionAlgorithm.SERVICE,
        List.of(WrapAlgorithm.SERVICE));
    secret(
        CryptoKeyVersionAlgorithm.AES_256_GCM,
        CryptoKeyPurpose.RAW_ENCRYPT_DECRYPT,
        KeyType.AES_256,
        EncryptionAlgorithm.AES_GCM,
        List.of());
    secret(
        CryptoKeyVersionAlgorithm.AES_128_GCM,
        CryptoKeyPurpose.RAW_ENCRYPT_DECRYPT,
        KeyType.AES_128,
        EncryptionAlgorithm.AES_GCM,
        List.of());
    for (int bits : new int[] {2048, 3072, 4096}) {
      signs(
          "RSA_SIGN_PKCS1_" + bits + "_SHA256",
          KeyType.rsa(bits),
          MessageForm.DIGEST,
          SignatureAlgorithm.RSA_PKCS1_SHA256);
      signs(
          "RSA_SIGN_PSS_" + bits + "_SHA256",
          KeyType.rsa(bits),
          MessageForm.DIGEST,
          SignatureAlgorithm.RSA_PSS_SHA256);
      // The DigestInfo is ours to make, so one such key signs with every hash.
      signs(
          "RSA_SIGN_RAW_PKCS1_" + bits,
          KeyType.rsa(bits),
          MessageForm.RAW,
          SignatureAlgorithm.RSA_PKCS1_SHA256,
          SignatureAlgorithm.RSA_PKCS1_SHA384,
          SignatureAlgorithm.RSA_PKCS1_SHA512,
          SignatureAlgorithm.RSA_PKCS1_SHA1,
          SignatureAlgorithm.RSA_PKCS1_NONE);
      oaep("RSA_DECRYPT_OAEP_" + bits + "_SHA256", bits, HashAlgorithm.SHA256);
      oaep("RSA_DECRYPT_OAEP_" + bits + "_SHA1", bits, HashAlgorithm.SHA1);
    }
    oaep("RSA_DECRYPT_OAEP_4096_SHA512", 4096, HashAlgorithm.SHA512);
    signs(
        "RSA_SIGN_PKCS1_4096_SHA512",
        KeyType.RSA_4096,
        MessageForm.DIGEST,
        SignatureAlgorithm.RSA_PKCS1_SHA512);
    signs(
        "RSA_SIGN_PSS_4096_SHA512",
        KeyType.RSA_4096,
        MessageForm.DIGEST,
        SignatureAlgorithm.RSA_PSS_SHA512);
    signs(
        "EC_SIGN_P256_SHA256",
        KeyType.EC_P256,
        MessageForm.DIGEST,
        SignatureAlgorithm.ECDSA_SHA256);
    signs(
        "EC_SIGN_P384_SHA384",
        KeyType.EC_P384,
        MessageForm.DIGEST,
        SignatureAlgorithm.ECDSA_SHA384);
    signs(
        "EC_SIGN_SECP256K1_SHA256",
        KeyType.EC_SECP256K1,
        MessageForm.DIGEST,
        SignatureAlgorithm.ECDSA_SHA256);
    signs("EC_SIGN_ED25519", KeyType.ED25519, MessageForm.RAW, SignatureAlgorithm.ED25519);
    mlDsa(44, KeyType.ML_DSA_44, SignatureAlgorithm.ML_DSA_44);
    mlDsa(65, KeyType.ML_DSA_65, SignatureAlgorithm.ML_DSA_65);
    mlDsa(87, KeyType.ML_DSA_87, SignatureAlgorithm.ML_DSA_87);
    mac(HashAlgorithm.SHA256, MacAlgorithm.HMAC_SHA256);
    mac(HashAlgorithm.SHA384, MacAlgorithm.HMAC_SHA384);
    mac(HashAlgorithm.SHA512, MacAlgorithm.HMAC_SHA512);
    mac(HashAlgorithm.SHA224, MacAlgorithm.HMAC_SHA224);
    mac(HashAlgorithm.SHA1, MacAlgorithm.HMAC_SHA1);
  }

  static Optional<VersionAlgorithm> of(CryptoKeyVersionAlgorithm id) {
    return Optional.ofNullable(KNOWN.get(id));
  }

  /** By the service's name, as configurations and pins have it. */
  static Optional<VersionAlgorithm> named(String name) {
    return KNOWN.values().stream().filter(known -> known.id.name().equals(name)).findFirst();
  }

  static List<VersionAlgorithm> all() {
    return List.copyOf(KNOWN.values());
  }

  /** Whether the service gives the public key in the NIST standards' raw form only. */
  boolean postQuantum() {
    return id.name().startsWith("PQ_");
  }

  boolean asymmetric() {
    return purpose == CryptoKeyPurpose.ASYMMETRIC_SIGN
        || purpose == CryptoKeyPurpose.ASYMMETRIC_DECRYPT;
  }

  /** Whether the service picks the version: the entry then names none. */
  boolean versionedByService() {
    return purpose == CryptoKeyPurpose.ENCRYPT_DECRYPT;
  }

  /** Whether keys of this algorithm do what a usage allows. */
  boolean offers(Usage usage) {
    return switch (usage) {
      case SIGN, VERIFY -> !signs.isEmpty();
      case ENCRYPT, DECRYPT -> !encrypts.isEmpty();
      case WRAP, UNWRAP -> !wraps.isEmpty();
      case MAC, VERIFY_MAC -> !macs.isEmpty();
      case AGREE -> false;
      case RANDOM -> true;
    };
  }

  private static void secret(
      CryptoKeyVersionAlgorithm id,
      CryptoKeyPurpose purpose,
      KeyType type,
      EncryptionAlgorithm encrypts,
      List<WrapAlgorithm> wraps) {
    KNOWN.put(
        id,
        new VersionAlgorithm(
            id, purpose, type, MessageForm.RAW, List.of(), List.of(encrypts), wraps, List.of()));
  }

  private static void signs(
      String name, KeyType type, MessageForm form, SignatureAlgorithm... algorithms) {
    CryptoKeyVersionAlgorithm id = CryptoKeyVersionAlgorithm.valueOf(name);
    KNOWN.put(
        id,
        new VersionAlgorithm(
            id,
            CryptoKeyPurpose.ASYMMETRIC_SIGN,
            type,
            form,
            List.of(algorithms),
            List.of(),
            List.of(),
            List.of()));
  }

  private static void mlDsa(int set, KeyType type, SignatureAlgorithm algorithm) {
    signs("PQ_SIGN_ML_DSA_" + set, type, MessageForm.RAW, algorithm);
    signs("PQ_SIGN_ML_DSA_" + set + "_EXTERNAL_MU", type, MessageForm.EXTERNAL_MU, algorithm);
  }

  private static void oaep(String name, int bits, HashAlgorithm hash) {
    CryptoKeyVersionAlgorithm id = CryptoKeyVersionAlgorithm.valueOf(name);
    KNOWN.put(
        id,
        new VersionAlgorithm(
            id,
            CryptoKeyPurpose.ASYMMETRIC_DECRYPT,
            KeyType.rsa(bits),
            MessageForm.RAW,
            List.of(),
            List.of(EncryptionAlgorithm.named("RSA_OAEP_" + hash.shortName()).orElseThrow()),
            // The registry makes RSA-AES of OAEP here and KWP in this process.
            Stream.of("RSA_OAEP_", "RSA_AES_KWP_")
                .flatMap(prefix -> WrapAlgorithm.named(prefix + hash.shortName()).stream())
                .toList(),
            List.of()));
  }

  private static void mac(HashAlgorithm hash, MacAlgorithm algorithm) {
    CryptoKeyVersionAlgorithm id = CryptoKeyVersionAlgorithm.valueOf("HMAC_" + hash.shortName());
    KNOWN.put(
        id,
        new VersionAlgorithm(
            id,
            CryptoKeyPurpose.MAC,
            KeyType.hmac(hash),
            MessageForm.RAW,
            List.of(),
            List.of(),
            List.of(),
            List.of(algorithm)));
  }
}
