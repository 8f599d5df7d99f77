package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import io.managedkeys.AmbiguousKeyException;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.Pin;
import java.util.List;
import java.util.Optional;

/**
 * What a lifecycle act changes: one version, or a crypto key with all its versions where the service
 * picks them. Unlike for use, a version in any state will do.
 *
 * @param keyName the crypto key
 * @param version the version's resource name; empty for service-versioned keys
 */
record LifecycleTarget(String keyName, Optional<String> version) {

  static LifecycleTarget of(
      KeyRingName ring, ServiceClient client, KeyConfig entry, CallContext context) {
    String keyName = ring.key(entry.values().text("crypto-key"));
    Optional<String> pinned = entry.pin().flatMap(Pin::resolvedId);
    if (pinned.isPresent()) {
      return ofPin(keyName, pinned.get());
    }
    CryptoKey key =
        client.call(
            KeyManagementServiceClient::getCryptoKeyCallable,
            GetCryptoKeyRequest.newBuilder().setName(keyName).build(),
            Failures.of("looking " + keyName + " up", "cloudkms.cryptoKeys.get"),
            context);
    Integrity.name(keyName, key.getName());
    if (key.getPurpose() == CryptoKeyPurpose.ENCRYPT_DECRYPT) {
      return new LifecycleTarget(keyName, Optional.empty());
    }
    if (entry.values().has("version")) {
      return new LifecycleTarget(
          keyName, Optional.of(KeyRingName.version(keyName, entry.values().text("version"))));
    }
    List<CryptoKeyVersion> versions = new Versions(client).list(keyName, context);
    if (versions.isEmpty()) {
      throw new KeyNotFoundException(keyName + " has no version");
    }
    if (versions.size() > 1) {
      throw new AmbiguousKeyException(
          keyName + " has " + versions.size() + " versions; set the field \"version\"");
    }
    return new LifecycleTarget(keyName, Optional.of(versions.get(0).getName()));
  }

  private static LifecycleTarget ofPin(String keyName, String resolved) {
    boolean version = resolved.contains("/cryptoKeyVersions/");
    String pinnedKey = version ? KeyRingName.keyOf(resolved) : resolved;
    if (!pinnedKey.equals(keyName)) {
      throw new IdentityChangedException(
          "the entry names " + keyName + " and is pinned to " + resolved + "; nothing was changed");
    }
    return new LifecycleTarget(keyName, version ? Optional.of(resolved) : Optional.empty());
  }
}
