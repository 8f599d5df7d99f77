package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CreateCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.UpdateCryptoKeyPrimaryVersionRequest;
import com.google.protobuf.ByteString;
import io.managedkeys.ConflictException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.RemoteKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lifecycle in one key ring. A new crypto key carries its tag in the label {@value KeyLabels#ID} from
 * its first moment, and creation is one request that the service refuses for a name that is taken, so
 * a lost answer is cleared up by looking for the tag.
 */
final class GcpKmsLifecycle implements KeyLifecycle {
  private final KeyRingName ring;
  private final ServiceClient client;
  private final Clock clock;
  private final Versions versions;
  private final VersionStates states;
  private final DisabledVersions disabled;
  private final ImportProtocol imports;
  private final KeyListing listing;

  GcpKmsLifecycle(KeyRingName ring, ServiceClient client, Clock clock) {
    this.ring = ring;
    this.client = client;
    this.clock = clock;
    this.versions = new Versions(client);
    this.states = new VersionStates(client);
    this.disabled = new DisabledVersions(client);
    this.imports = new ImportProtocol(client);
    this.listing = new KeyListing(ring, client);
  }

  @Override
  public RemoteKey generate(KeyConfig entry, KeyType type, UUID tag, CallContext context) {
    VersionAlgorithm algorithm = NewKey.algorithm(entry, type);
    if (!isFirstVersion(entry)) {
      return nextVersion(entry, algorithm, context);
    }
    CryptoKey created =
        create(entry, NewKey.description(entry, algorithm, tag).build(), false, context);
    CryptoKeyVersion version =
        states.awaitEnabled(KeyRingName.version(created.getName(), "1"), context);
    return remote(algorithm, version, tag);
  }

  @Override
  public RemoteKey importKey(
      KeyConfig entry, KeyType type, SecretBytes material, UUID tag, CallContext context) {
    VersionAlgorithm algorithm = NewKey.algorithm(entry, type);
    if (!isFirstVersion(entry)) {
      throw new UnsupportedKeyOperationException(
          "keys are imported as version 1 of a new crypto key; leave the field \"version\" out");
    }
    // What can fail comes first; an unused job is gone after three days.
    ImportJob job = imports.job(ring.name(), tag, NewKey.protectionLevel(entry.values()), context);
    ByteString wrapped = imports.wrap(job, material);
    CryptoKey created =
        createOrResume(
            entry,
            NewKey.description(entry, algorithm, tag).setImportOnly(true).build(),
            tag,
            context);
    CryptoKeyVersion imported = imports.run(created.getName(), job, algorithm, wrapped, context);
    CryptoKeyVersion version = states.awaitEnabled(imported.getName(), context);
    if (algorithm.versionedByService()) {
      makePrimary(created.getName(), version, context);
    }
    return remote(algorithm, version, tag);
  }

  @Override
  public RemoteKey rotate(KeyConfig entry, UUID tag, CallContext context) {
    LifecycleTarget target = LifecycleTarget.of(ring, client, entry, context);
    if (target.version().isPresent()) {
      throw new UnsupportedKeyOperationException(
          target.version().get()
              + " is one version, and an entry never comes to mean another key; generate the next"
              + " version under a new entry whose field \"version\" is its number");
    }
    CryptoKeyVersion created = newVersion(target.keyName(), context);
    CryptoKeyVersion version = states.awaitEnabled(created.getName(), context);
    CryptoKey key = makePrimary(target.keyName(), version, context);
    return new RemoteKey(
        Map.of("crypto-key", KeyRingName.last(target.keyName())),
        VersionAlgorithm.of(version.getAlgorithm()).map(VersionAlgorithm::type).orElse(null),
        "enabled",
        KeyLabels.tag(key).orElse(null));
  }

  private CryptoKeyVersion newVersion(String keyName, CallContext context) {
    CryptoKeyVersion created =
        client.call(
            KeyManagementServiceClient::createCryptoKeyVersionCallable,
            CreateCryptoKeyVersionRequest.newBuilder().setParent(keyName).build(),
            Failures.of("creating a version of " + keyName, "cloudkms.cryptoKeyVersions.create"),
            context);
    Integrity.versionOf(keyName, created.getName());
    return created;
  }

  @Override
  public void enable(KeyConfig entry, CallContext context) {
    LifecycleTarget target = LifecycleTarget.of(ring, client, entry, context);
    if (target.version().isPresent()) {
      states.set(target.version().get(), CryptoKeyVersionState.ENABLED, context);
    } else {
      disabled.enable(target.keyName(), context);
    }
  }

  @Override
  public void disable(KeyConfig entry, CallContext context) {
    LifecycleTarget target = LifecycleTarget.of(ring, client, entry, context);
    if (target.version().isPresent()) {
      states.set(target.version().get(), CryptoKeyVersionState.DISABLED, context);
    } else {
      disabled.disable(target.keyName(), context);
    }
  }

  @Override
  public Instant scheduleDestruction(
      KeyConfig entry, @Nullable Duration wait, CallContext context) {
    if (entry.pin().isEmpty()) {
      throw new InvalidInputException(
          "a key is destroyed only when it is pinned: pin the entry first");
    }
    LifecycleTarget target = LifecycleTarget.of(ring, client, entry, context);
    if (wait != null) {
      requireWait(target.keyName(), wait, context);
    }
    if (target.version().isPresent()) {
      return states.destroy(target.version().get(), context);
    }
    Instant last = clock.instant();
    for (CryptoKeyVersion version : versions.list(target.keyName(), context)) {
      CryptoKeyVersionState state = version.getState();
      if (state == CryptoKeyVersionState.ENABLED || state == CryptoKeyVersionState.DISABLED) {
        Instant gone = states.destroy(version.getName(), context);
        last = gone.isAfter(last) ? gone : last;
      }
    }
    return last;
  }

  @Override
  public void cancelDestruction(KeyConfig entry, CallContext context) {
    LifecycleTarget target = LifecycleTarget.of(ring, client, entry, context);
    if (target.version().isPresent()) {
      states.restore(target.version().get(), context);
      return;
    }
    for (String version :
        disabled.in(CryptoKeyVersionState.DESTROY_SCHEDULED, target.keyName(), context)) {
      states.restore(version, context);
    }
  }

  @Override
  public List<RemoteKey> list(CallContext context) {
    return listing.all(context);
  }

  @Override
  public Optional<RemoteKey> findByTag(UUID tag, CallContext context) {
    return listing.tagged(tag, context);
  }

  private CryptoKey create(
      KeyConfig entry, CryptoKey key, boolean skipInitialVersion, CallContext context) {
    String id = entry.values().text("crypto-key");
    String name = ring.key(id);
    CryptoKey created =
        client.call(
            KeyManagementServiceClient::createCryptoKeyCallable,
            CreateCryptoKeyRequest.newBuilder()
                .setParent(ring.name())
                .setCryptoKeyId(id)
                .setCryptoKey(key)
                .setSkipInitialVersionCreation(skipInitialVersion)
                .build(),
            Failures.of("creating " + name, "cloudkms.cryptoKeys.create"),
            context);
    Integrity.name(name, created.getName());
    return created;
  }

  /** Takes an import up again that left its own crypto key behind without material. */
  private CryptoKey createOrResume(KeyConfig entry, CryptoKey key, UUID tag, CallContext context) {
    try {
      return create(entry, key, true, context);
    } catch (ConflictException taken) {
      String name = ring.key(entry.values().text("crypto-key"));
      CryptoKey there =
          client.call(
              KeyManagementServiceClient::getCryptoKeyCallable,
              GetCryptoKeyRequest.newBuilder().setName(name).build(),
              Failures.of("looking " + name + " up", "cloudkms.cryptoKeys.get"),
              context);
      boolean ours =
          KeyLabels.tag(there).filter(tag::equals).isPresent()
              && there.getImportOnly()
              && there.getPurpose() == key.getPurpose()
              && there.getVersionTemplate().equals(key.getVersionTemplate());
      if (!ours
          || versions.list(name, context).stream().anyMatch(KeyFinder::holdsOrWillHoldMaterial)) {
        throw taken;
      }
      return there;
    }
  }

  private CryptoKey makePrimary(String keyName, CryptoKeyVersion version, CallContext context) {
    CryptoKey key =
        client.call(
            KeyManagementServiceClient::updateCryptoKeyPrimaryVersionCallable,
            UpdateCryptoKeyPrimaryVersionRequest.newBuilder()
                .setName(keyName)
                .setCryptoKeyVersionId(KeyRingName.last(version.getName()))
                .build(),
            Failures.of("making " + version.getName() + " primary", "cloudkms.cryptoKeys.update"),
            context);
    Integrity.name(keyName, key.getName());
    return key;
  }

  private void requireWait(String keyName, Duration wait, CallContext context) {
    CryptoKey key =
        client.call(
            KeyManagementServiceClient::getCryptoKeyCallable,
            GetCryptoKeyRequest.newBuilder().setName(keyName).build(),
            Failures.of("looking " + keyName + " up", "cloudkms.cryptoKeys.get"),
            context);
    Duration fixed = Duration.ofSeconds(key.getDestroyScheduledDuration().getSeconds());
    if (!fixed.equals(wait)) {
      throw new InvalidInputException(
          "the wait before destruction was fixed at "
              + fixed
              + " when "
              + keyName
              + " was created; leave the wait out or give exactly that. Nothing was destroyed");
    }
  }

  private static boolean isFirstVersion(KeyConfig entry) {
    return entry.values().find("version").map("1"::equals).orElse(true);
  }

  /**
   * Makes the version that an entry names in a crypto key that is there: the way in which an
   * asymmetric or MAC key is rotated. Versions have no labels; their number, which the service counts
   * up, tells whether an act whose answer was lost has happened.
   */
  private RemoteKey nextVersion(KeyConfig entry, VersionAlgorithm algorithm, CallContext context) {
    String keyName = ring.key(entry.values().text("crypto-key"));
    CryptoKey key =
        client.call(
            KeyManagementServiceClient::getCryptoKeyCallable,
            GetCryptoKeyRequest.newBuilder().setName(keyName).build(),
            Failures.of("looking " + keyName + " up", "cloudkms.cryptoKeys.get"),
            context);
    if (key.getVersionTemplate().getAlgorithm() != algorithm.id()) {
      throw new ConflictException(
          keyName
              + " makes versions of "
              + key.getVersionTemplate().getAlgorithm()
              + ", not of "
              + algorithm.id());
    }
    int wanted = entry.values().integer("version");
    List<CryptoKeyVersion> there = versions.list(keyName, context);
    int last =
        there.stream()
            .mapToInt(version -> Integer.parseInt(KeyRingName.last(version.getName())))
            .max()
            .orElse(0);
    if (wanted != last + 1) {
      throw new ConflictException(
          "the next version of " + keyName + " is " + (last + 1) + ", not " + wanted);
    }
    CryptoKeyVersion created = newVersion(keyName, context);
    if (!KeyRingName.last(created.getName()).equals(String.valueOf(wanted))) {
      throw new ConflictException(
          "somebody else made version "
              + wanted
              + " of "
              + keyName
              + " in the meantime; this act"
              + " made "
              + created.getName()
              + ", which no entry uses");
    }
    return KeyListing.version(states.awaitEnabled(created.getName(), context), null);
  }

  private static RemoteKey remote(VersionAlgorithm algorithm, CryptoKeyVersion version, UUID tag) {
    RemoteKey full = KeyListing.version(version, tag);
    return algorithm.versionedByService()
        ? new RemoteKey(
            Map.of("crypto-key", String.valueOf(full.fields().get("crypto-key"))),
            algorithm.type(),
            full.state(),
            tag)
        : full;
  }
}
