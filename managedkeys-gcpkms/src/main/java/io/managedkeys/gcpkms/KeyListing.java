package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.ListCryptoKeysRequest;
import com.google.cloud.kms.v1.ListCryptoKeysResponse;
import io.managedkeys.KeyType;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.RemoteKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ring's contents as entries would name them: a key whose versions the service picks once, any
 * other once for each version. Keys are listed by the thousand; versions need a request for each key
 * that has to be named by version.
 */
final class KeyListing {
  /** The state of a crypto key without a version, as a failed import leaves it. */
  static final String EMPTY = "empty";

  private static final int PAGE = 1000;

  private final KeyRingName ring;
  private final ServiceClient client;
  private final Versions versions;

  KeyListing(KeyRingName ring, ServiceClient client) {
    this.ring = ring;
    this.client = client;
    this.versions = new Versions(client);
  }

  List<RemoteKey> all(CallContext context) {
    List<RemoteKey> found = new ArrayList<>();
    for (CryptoKey key : keys(context)) {
      found.addAll(entries(key, context));
    }
    return found;
  }

  /**
   * The key that was made under a tag: its first version that is enabled, else its first that holds
   * material or will. A crypto key without any is not yet a key; its import can be taken up again.
   */
  Optional<RemoteKey> tagged(UUID tag, CallContext context) {
    for (CryptoKey key : keys(context)) {
      if (KeyLabels.tag(key).filter(tag::equals).isPresent()) {
        return made(key, tag, context);
      }
    }
    return Optional.empty();
  }

  private Optional<RemoteKey> made(CryptoKey key, UUID tag, CallContext context) {
    List<CryptoKeyVersion> all =
        versions.list(key.getName(), context).stream()
            .filter(KeyFinder::holdsOrWillHoldMaterial)
            .toList();
    Optional<CryptoKeyVersion> version =
        all.stream()
            .filter(candidate -> candidate.getState() == CryptoKeyVersionState.ENABLED)
            .findFirst()
            .or(() -> all.stream().findFirst());
    return key.getPurpose() == CryptoKeyPurpose.ENCRYPT_DECRYPT
        ? version.map(any -> serviceVersioned(key))
        : version.map(found -> version(found, tag));
  }

  private List<RemoteKey> entries(CryptoKey key, CallContext context) {
    if (key.getPurpose() == CryptoKeyPurpose.ENCRYPT_DECRYPT) {
      return List.of(serviceVersioned(key));
    }
    UUID tag = KeyLabels.tag(key).orElse(null);
    List<RemoteKey> entries = new ArrayList<>();
    for (CryptoKeyVersion version : versions.list(key.getName(), context)) {
      // The tag is the first version's: later ones came by rotation.
      entries.add(version(version, entries.isEmpty() ? tag : null));
    }
    return entries.isEmpty() ? List.of(empty(key, tag)) : entries;
  }

  private static RemoteKey serviceVersioned(CryptoKey key) {
    return new RemoteKey(
        Map.of("crypto-key", KeyRingName.last(key.getName())),
        type(key.getVersionTemplate().getAlgorithm()),
        key.hasPrimary() ? state(key.getPrimary()) : EMPTY,
        KeyLabels.tag(key).orElse(null));
  }

  static RemoteKey version(CryptoKeyVersion version, @Nullable UUID tag) {
    return new RemoteKey(
        Map.of(
            "crypto-key", KeyRingName.last(KeyRingName.keyOf(version.getName())),
            "version", KeyRingName.last(version.getName())),
        type(version.getAlgorithm()),
        state(version),
        tag);
  }

  private static RemoteKey empty(CryptoKey key, @Nullable UUID tag) {
    return new RemoteKey(
        Map.of("crypto-key", KeyRingName.last(key.getName())),
        type(key.getVersionTemplate().getAlgorithm()),
        EMPTY,
        tag);
  }

  private static String state(CryptoKeyVersion version) {
    return version.getState().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static @Nullable KeyType type(CryptoKeyVersionAlgorithm algorithm) {
    return VersionAlgorithm.of(algorithm).map(VersionAlgorithm::type).orElse(null);
  }

  private List<CryptoKey> keys(CallContext context) {
    Failures failures = Failures.of("listing " + ring.name(), "cloudkms.cryptoKeys.list");
    List<CryptoKey> all = new ArrayList<>();
    String token = "";
    do {
      ListCryptoKeysResponse page =
          client.call(
              KeyManagementServiceClient::listCryptoKeysCallable,
              ListCryptoKeysRequest.newBuilder()
                  .setParent(ring.name())
                  .setPageSize(PAGE)
                  .setPageToken(token)
                  .build(),
              failures,
              context);
      all.addAll(page.getCryptoKeysList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }
}
