package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.GetCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import io.managedkeys.AmbiguousKeyException;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.Pin;
import java.util.List;
import java.util.Optional;

/**
 * From an entry to exactly one version, or to a key whose versions the service picks: by its pin
 * without any request, else by asking the service once.
 */
final class KeyFinder {
  private final KeyRingName ring;
  private final ServiceClient client;
  private final Versions versions;
  private final PublicKeys publicKeys;

  KeyFinder(KeyRingName ring, ServiceClient client) {
    this.ring = ring;
    this.client = client;
    this.versions = new Versions(client);
    this.publicKeys = new PublicKeys(client);
  }

  KeyDescription find(KeyConfig config, CallContext context) {
    ConfigValues values = config.values();
    String keyName = ring.key(values.text("crypto-key"));
    Optional<KeyDescription> pinned = config.pin().flatMap(pin -> pinned(keyName, values, pin));
    KeyDescription found = pinned.isPresent() ? pinned.get() : asked(keyName, values, context);
    requireAlgorithm(values, found);
    if (pinned.isEmpty()) {
      Optional<Pin> pin = config.pin();
      if (pin.isPresent() && !pin.get().fits(found.info())) {
        throw new IdentityChangedException(found.name() + " is not the key that was pinned");
      }
    }
    return found;
  }

  /** What the pin says, if it says enough. */
  private static Optional<KeyDescription> pinned(String keyName, ConfigValues values, Pin pin) {
    String name = pin.resolvedId().orElse("");
    VersionAlgorithm algorithm =
        VersionAlgorithm.named(pin.attributes().getOrDefault(KeyDescription.ALGORITHM, ""))
            .orElse(null);
    String protectionLevel = pin.attributes().get(KeyDescription.PROTECTION_LEVEL);
    if (name.isEmpty() || algorithm == null || protectionLevel == null) {
      return Optional.empty();
    }
    boolean version = !algorithm.versionedByService();
    if (!(version ? KeyRingName.keyOf(name) : name).equals(keyName)
        || (version
            && values.has("version")
            && !KeyRingName.last(name).equals(values.text("version")))) {
      throw new IdentityChangedException(
          "the entry names "
              + keyName
              + values.find("version").map(number -> " version " + number).orElse("")
              + " and is pinned to "
              + name
              + "; a name never comes to mean another key: make a new entry, or pin again"
              + " explicitly");
    }
    byte[] spki = pin.spki().orElse(null);
    if (algorithm.asymmetric() && spki == null) {
      return Optional.empty();
    }
    return Optional.of(new KeyDescription(name, algorithm, protectionLevel, spki));
  }

  private KeyDescription asked(String keyName, ConfigValues values, CallContext context) {
    CryptoKeyVersion version =
        values.has("version")
            ? get(KeyRingName.version(keyName, values.text("version")), context)
            : onlyUsable(keyName, context);
    VersionAlgorithm algorithm =
        VersionAlgorithm.of(version.getAlgorithm())
            .orElseThrow(
                () ->
                    new UnsupportedKeyOperationException(
                        version.getName()
                            + " has the algorithm "
                            + version.getAlgorithm()
                            + ", which this backend does not offer"));
    String protectionLevel = version.getProtectionLevel().name();
    if (algorithm.versionedByService()) {
      if (values.has("version")) {
        throw new InvalidConfigurationException(
            "field \"version\" must be left out: "
                + keyName
                + " has the purpose ENCRYPT_DECRYPT, whose versions the service picks");
      }
      return new KeyDescription(keyName, algorithm, protectionLevel, null);
    }
    requireEnabled(version);
    byte[] spki =
        algorithm.asymmetric() ? publicKeys.spki(version.getName(), algorithm, context) : null;
    return new KeyDescription(version.getName(), algorithm, protectionLevel, spki);
  }

  private CryptoKeyVersion get(String name, CallContext context) {
    CryptoKeyVersion version =
        client.call(
            KeyManagementServiceClient::getCryptoKeyVersionCallable,
            GetCryptoKeyVersionRequest.newBuilder().setName(name).build(),
            Failures.of("looking " + name + " up", "cloudkms.cryptoKeyVersions.get"),
            context);
    Integrity.name(name, version.getName());
    return version;
  }

  private CryptoKeyVersion onlyUsable(String keyName, CallContext context) {
    CryptoKey key =
        client.call(
            KeyManagementServiceClient::getCryptoKeyCallable,
            GetCryptoKeyRequest.newBuilder().setName(keyName).build(),
            Failures.of("looking " + keyName + " up", "cloudkms.cryptoKeys.get"),
            context);
    Integrity.name(keyName, key.getName());
    if (key.getPurpose() == CryptoKeyPurpose.ENCRYPT_DECRYPT
        && key.getPrimary().getState() == CryptoKeyVersionState.ENABLED) {
      return key.getPrimary();
    }
    List<CryptoKeyVersion> all = versions.list(keyName, context);
    List<CryptoKeyVersion> enabled =
        all.stream()
            .filter(version -> version.getState() == CryptoKeyVersionState.ENABLED)
            .toList();
    if (all.stream().noneMatch(KeyFinder::holdsOrWillHoldMaterial)) {
      throw new KeyNotFoundException(keyName + " holds no key material" + states(all));
    }
    if (enabled.isEmpty()) {
      throw new KeyStateException(keyName + " has no enabled version" + states(all));
    }
    if (enabled.size() > 1 && key.getPurpose() != CryptoKeyPurpose.ENCRYPT_DECRYPT) {
      throw new AmbiguousKeyException(
          keyName
              + " has several enabled versions; set the field \"version\" to one of"
              + states(enabled));
    }
    return enabled.get(0);
  }

  /** False for what an import or a generation that failed has left behind, and for what is gone. */
  static boolean holdsOrWillHoldMaterial(CryptoKeyVersion version) {
    return switch (version.getState()) {
      case ENABLED, DISABLED, DESTROY_SCHEDULED, PENDING_GENERATION, PENDING_IMPORT -> true;
      default -> false;
    };
  }

  private static String states(List<CryptoKeyVersion> versions) {
    StringBuilder text = new StringBuilder(versions.isEmpty() ? "; it has no version" : ":");
    for (CryptoKeyVersion version : versions) {
      text.append(' ')
          .append(KeyRingName.last(version.getName()))
          .append(" (")
          .append(version.getState())
          .append(')');
    }
    return text.toString();
  }

  private static void requireEnabled(CryptoKeyVersion version) {
    if (version.getState() != CryptoKeyVersionState.ENABLED) {
      throw new KeyStateException(
              version.getName() + " has the state " + version.getState() + " and cannot be used")
          .service(version.getState().name(), null);
    }
  }

  private static void requireAlgorithm(ConfigValues values, KeyDescription found) {
    values
        .find("algorithm")
        .filter(wanted -> !wanted.equals(found.algorithm().id().name()))
        .ifPresent(
            wanted -> {
              throw new InvalidConfigurationException(
                  "field \"algorithm\" says "
                      + wanted
                      + " and "
                      + found.name()
                      + " has "
                      + found.algorithm().id());
            });
  }
}
