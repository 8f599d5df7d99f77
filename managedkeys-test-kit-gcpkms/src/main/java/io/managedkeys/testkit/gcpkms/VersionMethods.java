package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CreateCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.DestroyCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.GetCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsRequest;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsResponse;
import com.google.cloud.kms.v1.RestoreCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyVersionRequest;
import java.security.SecureRandom;
import java.util.concurrent.Executor;

/**
 * Key versions: create, get, list, enable, disable, destroy, restore.
 *
 * <p>As with the service, an asymmetric version is answered as PENDING_GENERATION and becomes
 * ENABLED when its key pair is there; a symmetric one is ENABLED at once.
 */
final class VersionMethods {
  private final Inventory inventory;
  private final Executor generator;
  private final SecureRandom random;

  VersionMethods(Inventory inventory, Executor generator, SecureRandom random) {
    this.inventory = inventory;
    this.generator = generator;
    this.random = random;
  }

  CryptoKeyVersion create(CreateCryptoKeyVersionRequest request) {
    synchronized (inventory) {
      StoredKey key = inventory.key(request.getParent());
      if (key.proto().getImportOnly()) {
        throw KmsFailure.precondition(
            request.getParent(), "KEY_IMPORT_ONLY", request.getParent() + " is import_only.");
      }
      return add(key);
    }
  }

  /** Adds a version by the key's template. The caller holds the inventory's lock. */
  CryptoKeyVersion add(StoredKey key) {
    CryptoKey proto = key.proto();
    KeyAlgorithm algorithm = KeyAlgorithm.of(proto.getVersionTemplate().getAlgorithm());
    int number = key.nextNumber();
    StoredVersion version =
        new StoredVersion(
            CryptoKeyVersion.newBuilder()
                .setName(proto.getName() + "/cryptoKeyVersions/" + number)
                .setAlgorithm(algorithm.id())
                .setProtectionLevel(proto.getVersionTemplate().getProtectionLevel())
                .setCreateTime(inventory.timestamp())
                .setState(CryptoKeyVersionState.PENDING_GENERATION)
                .build());
    key.versions().put(number, version);
    if (algorithm.asymmetric()) {
      generator.execute(() -> generated(version, KeyMaterial.generate(algorithm, random)));
    } else {
      generated(version, KeyMaterial.generate(algorithm, random));
    }
    return version.proto();
  }

  private void generated(StoredVersion version, KeyMaterial material) {
    synchronized (inventory) {
      version.material(material);
      version.proto(
          version.proto().toBuilder()
              .setState(CryptoKeyVersionState.ENABLED)
              .setGenerateTime(inventory.timestamp())
              .build());
      inventory.notifyAll();
    }
  }

  CryptoKeyVersion get(GetCryptoKeyVersionRequest request) {
    synchronized (inventory) {
      return inventory.version(request.getName()).proto();
    }
  }

  ListCryptoKeyVersionsResponse list(ListCryptoKeyVersionsRequest request) {
    synchronized (inventory) {
      Page<CryptoKeyVersion> page =
          Page.of(
              inventory.key(request.getParent()).versions(),
              Integer::valueOf,
              StoredVersion::proto,
              request.getPageSize(),
              request.getPageToken(),
              request.getFilter(),
              request.getOrderBy());
      return ListCryptoKeyVersionsResponse.newBuilder()
          .addAllCryptoKeyVersions(page.items())
          .setNextPageToken(page.nextToken())
          .setTotalSize(page.total())
          .build();
    }
  }

  CryptoKeyVersion update(UpdateCryptoKeyVersionRequest request) {
    if (request.getUpdateMask().getPathsCount() == 0) {
      throw KmsFailure.invalidArgument("update_mask names no field.");
    }
    for (String path : request.getUpdateMask().getPathsList()) {
      if (!path.equals("state")) {
        throw KmsFailure.invalidArgument("update_mask: " + path + " is not mutable.");
      }
    }
    CryptoKeyVersionState wanted = request.getCryptoKeyVersion().getState();
    if (wanted != CryptoKeyVersionState.ENABLED && wanted != CryptoKeyVersionState.DISABLED) {
      throw KmsFailure.invalidArgument("state can be set to ENABLED or DISABLED only.");
    }
    synchronized (inventory) {
      StoredVersion version = inventory.version(request.getCryptoKeyVersion().getName());
      require(version, CryptoKeyVersionState.ENABLED, CryptoKeyVersionState.DISABLED);
      version.proto(version.proto().toBuilder().setState(wanted).build());
      return version.proto();
    }
  }

  CryptoKeyVersion destroy(DestroyCryptoKeyVersionRequest request) {
    synchronized (inventory) {
      StoredVersion version = inventory.version(request.getName());
      require(version, CryptoKeyVersionState.ENABLED, CryptoKeyVersionState.DISABLED);
      CryptoKey key = inventory.key(ResourceNames.parent(request.getName())).proto();
      version.proto(
          version.proto().toBuilder()
              .setState(CryptoKeyVersionState.DESTROY_SCHEDULED)
              .setDestroyTime(
                  Inventory.timestamp(
                      inventory.now().plusSeconds(key.getDestroyScheduledDuration().getSeconds())))
              .build());
      return version.proto();
    }
  }

  CryptoKeyVersion restore(RestoreCryptoKeyVersionRequest request) {
    synchronized (inventory) {
      StoredVersion version = inventory.version(request.getName());
      require(version, CryptoKeyVersionState.DESTROY_SCHEDULED);
      version.proto(
          version.proto().toBuilder()
              .setState(CryptoKeyVersionState.DISABLED)
              .clearDestroyTime()
              .build());
      return version.proto();
    }
  }

  private static void require(StoredVersion version, CryptoKeyVersionState... states) {
    CryptoKeyVersion proto = version.proto();
    for (CryptoKeyVersionState state : states) {
      if (proto.getState() == state) {
        return;
      }
    }
    throw KmsFailure.precondition(
        proto.getName(),
        "KEY_" + proto.getState().name(),
        proto.getName()
            + " has the state "
            + proto.getState().name()
            + ", which does not allow this.");
  }
}
