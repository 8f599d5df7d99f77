package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.Duration;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyType;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.KeyConfig;
import java.util.Set;
import java.util.UUID;

/** What a new key is to be: its algorithm by the entry's fields, else by type and usages. */
final class NewKey {
  private static final Set<Usage> SECRET_KEEPING =
      Set.of(Usage.ENCRYPT, Usage.DECRYPT, Usage.WRAP, Usage.UNWRAP);

  private NewKey() {}

  /**
   * The algorithm of an entry's new key.
   *
   * @throws InvalidConfigurationException if the field algorithm names another type's or none
   * @throws UnsupportedKeyOperationException if the service has no such keys for such usages
   */
  static VersionAlgorithm algorithm(KeyConfig entry, KeyType type) {
    VersionAlgorithm algorithm = chosen(entry, type);
    for (Usage usage : entry.usages()) {
      if (!algorithm.offers(usage)) {
        throw new UnsupportedKeyOperationException(
            "Google Cloud KMS has no "
                + type
                + " key for "
                + usage
                + ": "
                + algorithm.id()
                + " is for other usages; narrow the entry's usages, or set the field \"algorithm\"");
      }
    }
    return algorithm;
  }

  private static VersionAlgorithm chosen(KeyConfig entry, KeyType type) {
    if (entry.values().has("algorithm")) {
      String name = entry.values().text("algorithm");
      VersionAlgorithm algorithm =
          VersionAlgorithm.named(name)
              .orElseThrow(
                  () ->
                      new InvalidConfigurationException(
                          "field \"algorithm\": "
                              + name
                              + " is not offered; offered are "
                              + VersionAlgorithm.all().stream().map(a -> a.id().name()).toList()));
      if (!algorithm.type().equals(type)) {
        throw new InvalidConfigurationException(
            "field \"algorithm\" says " + name + ", which is not for " + type + " keys");
      }
      return algorithm;
    }
    boolean keepsSecrets = entry.usages().stream().anyMatch(SECRET_KEEPING::contains);
    String name =
        switch (type.family()) {
          case "RSA" ->
              keepsSecrets
                  ? "RSA_DECRYPT_OAEP_" + type.bits() + "_SHA256"
                  : "RSA_SIGN_PKCS1_" + type.bits() + "_SHA256";
          case "EC" ->
              switch (type.name()) {
                case "EC-P256" -> "EC_SIGN_P256_SHA256";
                case "EC-P384" -> "EC_SIGN_P384_SHA384";
                case "EC-SECP256K1" -> "EC_SIGN_SECP256K1_SHA256";
                default -> "";
              };
          case "AES" -> type.bits() == 256 ? "GOOGLE_SYMMETRIC_ENCRYPTION" : "AES_128_GCM";
          case "HMAC" -> type.name().replace('-', '_');
          case "ED25519" -> "EC_SIGN_ED25519";
          default -> "PQ_SIGN_" + type.name().replace('-', '_');
        };
    return VersionAlgorithm.named(name)
        .filter(algorithm -> algorithm.type().equals(type))
        .orElseThrow(
            () ->
                new UnsupportedKeyOperationException(
                    "Google Cloud KMS makes no " + type + " keys"));
  }

  static CryptoKey.Builder description(KeyConfig entry, VersionAlgorithm algorithm, UUID tag) {
    ConfigValues values = entry.values();
    CryptoKey.Builder key =
        CryptoKey.newBuilder()
            .setPurpose(algorithm.purpose())
            .setVersionTemplate(
                CryptoKeyVersionTemplate.newBuilder()
                    .setAlgorithm(algorithm.id())
                    .setProtectionLevel(protectionLevel(values)))
            .putLabels(KeyLabels.ID, tag.toString());
    if (values.has("destroy-wait")) {
      key.setDestroyScheduledDuration(
          Duration.newBuilder().setSeconds(values.duration("destroy-wait").toSeconds()));
    }
    return key;
  }

  static ProtectionLevel protectionLevel(ConfigValues values) {
    return ProtectionLevel.valueOf(values.text("protection-level"));
  }
}
