package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.KeyRing;
import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Everything the server holds, by resource name. One lock, this object's own: callers synchronize
 * on it around look-ups and changes, and do the arithmetic outside.
 */
final class Inventory {
  private final NavigableMap<String, KeyRing> rings = new TreeMap<>();
  private final NavigableMap<String, StoredKey> keys = new TreeMap<>();
  private final NavigableMap<String, StoredImportJob> jobs = new TreeMap<>();
  private Duration clockOffset = Duration.ZERO;

  NavigableMap<String, KeyRing> rings() {
    return rings;
  }

  NavigableMap<String, StoredKey> keys() {
    return keys;
  }

  NavigableMap<String, StoredImportJob> jobs() {
    return jobs;
  }

  Instant now() {
    return Instant.now().plus(clockOffset);
  }

  Timestamp timestamp() {
    return timestamp(now());
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano() / 1000 * 1000)
        .build();
  }

  /** Moves the service's time on and destroys what is due by then. */
  void advance(Duration by) {
    clockOffset = clockOffset.plus(by);
    long now = now().getEpochSecond();
    for (StoredKey key : keys.values()) {
      for (StoredVersion version : key.versions().values()) {
        CryptoKeyVersion proto = version.proto();
        if (proto.getState() == CryptoKeyVersionState.DESTROY_SCHEDULED
            && proto.getDestroyTime().getSeconds() <= now) {
          version.material(null);
          version.proto(
              proto.toBuilder()
                  .setState(CryptoKeyVersionState.DESTROYED)
                  .setDestroyEventTime(proto.getDestroyTime())
                  .clearDestroyTime()
                  .setReimportEligible(version.importedFingerprint() != null)
                  .build());
        }
      }
    }
  }

  KeyRing ring(String name) {
    KeyRing ring = rings.get(ResourceNames.ring(name));
    if (ring == null) {
      throw KmsFailure.notFound(name);
    }
    return ring;
  }

  StoredKey key(String name) {
    StoredKey key = keys.get(ResourceNames.key(name));
    if (key == null) {
      throw KmsFailure.notFound(name);
    }
    return key;
  }

  StoredVersion version(String name) {
    StoredKey key = keys.get(ResourceNames.parent(ResourceNames.version(name)));
    StoredVersion version =
        key == null ? null : key.versions().get(ResourceNames.versionNumber(name));
    if (version == null) {
      throw KmsFailure.notFound(name);
    }
    return version;
  }

  StoredImportJob job(String name) {
    StoredImportJob job = jobs.get(ResourceNames.job(name));
    if (job == null) {
      throw KmsFailure.notFound(name);
    }
    return job;
  }
}
