package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CreateKeyRingRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.GetKeyRingRequest;
import com.google.cloud.kms.v1.KeyRing;
import com.google.cloud.kms.v1.ListCryptoKeysRequest;
import com.google.cloud.kms.v1.ListCryptoKeysResponse;
import com.google.cloud.kms.v1.ListKeyRingsRequest;
import com.google.cloud.kms.v1.ListKeyRingsResponse;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.cloud.kms.v1.UpdateCryptoKeyPrimaryVersionRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyRequest;
import com.google.protobuf.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Key rings and crypto keys: create, get, list, update. Neither is ever deleted. */
final class KeyMethods {
  private static final long DAY = 86_400;
  private static final long DEFAULT_DESTROY_SECONDS = 30 * DAY;
  private static final int LARGEST_LABEL_COUNT = 64;
  private static final Pattern LABEL_KEY = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
  private static final Pattern LABEL_VALUE = Pattern.compile("[a-z0-9_-]{0,63}");

  private final Inventory inventory;
  private final VersionMethods versions;

  KeyMethods(Inventory inventory, VersionMethods versions) {
    this.inventory = inventory;
    this.versions = versions;
  }

  KeyRing createRing(CreateKeyRingRequest request) {
    String name =
        ResourceNames.location(request.getParent())
            + "/keyRings/"
            + ResourceNames.id("key_ring_id", request.getKeyRingId());
    synchronized (inventory) {
      KeyRing ring =
          KeyRing.newBuilder().setName(name).setCreateTime(inventory.timestamp()).build();
      if (inventory.rings().putIfAbsent(name, ring) != null) {
        throw KmsFailure.alreadyExists(name);
      }
      return ring;
    }
  }

  KeyRing getRing(GetKeyRingRequest request) {
    synchronized (inventory) {
      return inventory.ring(request.getName());
    }
  }

  ListKeyRingsResponse listRings(ListKeyRingsRequest request) {
    String parent = ResourceNames.location(request.getParent());
    synchronized (inventory) {
      Page<KeyRing> page =
          Page.of(
              children(inventory.rings(), parent + "/keyRings/"),
              name -> name,
              ring -> ring,
              request.getPageSize(),
              request.getPageToken(),
              request.getFilter(),
              request.getOrderBy());
      return ListKeyRingsResponse.newBuilder()
          .addAllKeyRings(page.items())
          .setNextPageToken(page.nextToken())
          .setTotalSize(page.total())
          .build();
    }
  }

  CryptoKey createKey(CreateCryptoKeyRequest request) {
    CryptoKey asked = request.getCryptoKey();
    CryptoKeyVersionTemplate template = template(asked);
    checkLabels(asked.getLabelsMap());
    if (asked.getPurpose() != CryptoKeyPurpose.ENCRYPT_DECRYPT
        && (asked.hasRotationPeriod() || asked.hasNextRotationTime())) {
      throw KmsFailure.invalidArgument(
          "Automatic rotation is supported for purpose ENCRYPT_DECRYPT only.");
    }
    if (asked.getImportOnly() && !request.getSkipInitialVersionCreation()) {
      throw KmsFailure.invalidArgument(
          "skip_initial_version_creation must be true for an import_only key.");
    }
    long destroySeconds =
        asked.hasDestroyScheduledDuration()
            ? asked.getDestroyScheduledDuration().getSeconds()
            : DEFAULT_DESTROY_SECONDS;
    if (destroySeconds < DAY || destroySeconds > 120 * DAY) {
      throw KmsFailure.invalidArgument(
          "destroy_scheduled_duration must be between 24 hours and 120 days.");
    }
    synchronized (inventory) {
      String name =
          inventory.ring(request.getParent()).getName()
              + "/cryptoKeys/"
              + ResourceNames.id("crypto_key_id", request.getCryptoKeyId());
      if (inventory.keys().containsKey(name)) {
        throw KmsFailure.alreadyExists(name);
      }
      StoredKey key =
          new StoredKey(
              asked.toBuilder()
                  .setName(name)
                  .clearPrimary()
                  .setCreateTime(inventory.timestamp())
                  .setVersionTemplate(template)
                  .setDestroyScheduledDuration(Duration.newBuilder().setSeconds(destroySeconds))
                  .build());
      inventory.keys().put(name, key);
      if (!request.getSkipInitialVersionCreation()) {
        versions.add(key);
        if (asked.getPurpose() == CryptoKeyPurpose.ENCRYPT_DECRYPT) {
          key.primary(1);
        }
      }
      return key.proto();
    }
  }

  CryptoKey getKey(GetCryptoKeyRequest request) {
    synchronized (inventory) {
      return inventory.key(request.getName()).proto();
    }
  }

  ListCryptoKeysResponse listKeys(ListCryptoKeysRequest request) {
    synchronized (inventory) {
      String parent = inventory.ring(request.getParent()).getName();
      Page<CryptoKey> page =
          Page.of(
              children(inventory.keys(), parent + "/cryptoKeys/"),
              name -> name,
              StoredKey::proto,
              request.getPageSize(),
              request.getPageToken(),
              request.getFilter(),
              request.getOrderBy());
      return ListCryptoKeysResponse.newBuilder()
          .addAllCryptoKeys(page.items())
          .setNextPageToken(page.nextToken())
          .setTotalSize(page.total())
          .build();
    }
  }

  CryptoKey updateKey(UpdateCryptoKeyRequest request) {
    if (request.getUpdateMask().getPathsCount() == 0) {
      throw KmsFailure.invalidArgument("update_mask names no field.");
    }
    CryptoKey asked = request.getCryptoKey();
    synchronized (inventory) {
      StoredKey key = inventory.key(asked.getName());
      CryptoKey.Builder changed = key.proto().toBuilder();
      for (String path : request.getUpdateMask().getPathsList()) {
        switch (path) {
          case "labels" -> {
            checkLabels(asked.getLabelsMap());
            changed.clearLabels().putAllLabels(asked.getLabelsMap());
          }
          case "version_template.algorithm" -> {
            checkPurpose(asked.getVersionTemplate().getAlgorithm(), key.proto().getPurpose());
            changed
                .getVersionTemplateBuilder()
                .setAlgorithm(asked.getVersionTemplate().getAlgorithm());
          }
          case "rotation_period" -> {
            requireSymmetric(key);
            changed.setRotationPeriod(asked.getRotationPeriod());
          }
          case "next_rotation_time" -> {
            requireSymmetric(key);
            changed.setNextRotationTime(asked.getNextRotationTime());
          }
          default -> throw KmsFailure.invalidArgument("update_mask: " + path + " is not mutable.");
        }
      }
      key.proto(changed.build());
      return key.proto();
    }
  }

  CryptoKey updatePrimary(UpdateCryptoKeyPrimaryVersionRequest request) {
    synchronized (inventory) {
      StoredKey key = inventory.key(request.getName());
      requireSymmetric(key);
      StoredVersion version =
          inventory.version(
              request.getName() + "/cryptoKeyVersions/" + request.getCryptoKeyVersionId());
      version.usable();
      key.primary(ResourceNames.versionNumber(version.proto().getName()));
      return key.proto();
    }
  }

  private static void requireSymmetric(StoredKey key) {
    if (key.proto().getPurpose() != CryptoKeyPurpose.ENCRYPT_DECRYPT) {
      throw KmsFailure.precondition(
          key.proto().getName(),
          "KEY_PURPOSE",
          "Only keys with purpose ENCRYPT_DECRYPT have a primary version and rotation.");
    }
  }

  private static CryptoKeyVersionTemplate template(CryptoKey asked) {
    if (asked.getPurpose() == CryptoKeyPurpose.CRYPTO_KEY_PURPOSE_UNSPECIFIED) {
      throw KmsFailure.invalidArgument("crypto_key.purpose is required.");
    }
    CryptoKeyVersionTemplate.Builder template = asked.getVersionTemplate().toBuilder();
    if (template.getAlgorithm()
            == CryptoKeyVersionAlgorithm.CRYPTO_KEY_VERSION_ALGORITHM_UNSPECIFIED
        && asked.getPurpose() == CryptoKeyPurpose.ENCRYPT_DECRYPT) {
      template.setAlgorithm(CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION);
    }
    checkPurpose(template.getAlgorithm(), asked.getPurpose());
    switch (template.getProtectionLevel()) {
      case PROTECTION_LEVEL_UNSPECIFIED -> template.setProtectionLevel(ProtectionLevel.SOFTWARE);
      case SOFTWARE, HSM -> {}
      default ->
          throw KmsFailure.invalidArgument(
              "Protection level "
                  + template.getProtectionLevel()
                  + " is not supported by this test server.");
    }
    return template.build();
  }

  private static void checkPurpose(CryptoKeyVersionAlgorithm algorithm, CryptoKeyPurpose purpose) {
    if (algorithm == CryptoKeyVersionAlgorithm.CRYPTO_KEY_VERSION_ALGORITHM_UNSPECIFIED) {
      throw KmsFailure.invalidArgument("version_template.algorithm is required.");
    }
    if (KeyAlgorithm.of(algorithm).purpose() != purpose) {
      throw KmsFailure.invalidArgument(
          "Algorithm " + algorithm + " does not match the purpose " + purpose + ".");
    }
  }

  private static void checkLabels(Map<String, String> labels) {
    if (labels.size() > LARGEST_LABEL_COUNT) {
      throw KmsFailure.invalidArgument("A key has at most 64 labels.");
    }
    labels.forEach(
        (key, value) -> {
          if (!LABEL_KEY.matcher(key).matches() || !LABEL_VALUE.matcher(value).matches()) {
            throw KmsFailure.invalidArgument("Label " + key + "=" + value + " is not valid.");
          }
        });
  }

  static <V> NavigableMap<String, V> children(NavigableMap<String, V> all, String prefix) {
    // '0' is the character after '/': every child's name lies between the two.
    return new TreeMap<>(
        all.subMap(prefix, false, prefix.substring(0, prefix.length() - 1) + '0', false));
  }
}
