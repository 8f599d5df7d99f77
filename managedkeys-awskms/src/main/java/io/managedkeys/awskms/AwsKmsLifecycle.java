package io.managedkeys.awskms;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.ConflictException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.RemoteKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.CancelKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.CreateAliasRequest;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.DisableKeyRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyRequest;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.OriginType;
import software.amazon.awssdk.services.kms.model.RotateKeyOnDemandRequest;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionResponse;

/**
 * Makes and changes keys. A new key carries the act's id and its alias as tags from its first moment,
 * so that an act whose answer was lost is found again by {@link #findByTag} and not repeated.
 */
final class AwsKmsLifecycle implements KeyLifecycle {
  private static final int LEAST_DAYS = 7;
  private static final int MOST_DAYS = 30;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final KmsCalls calls;
  private final KeyBinder binder;
  private final KeyListing listing;
  private final String region;

  AwsKmsLifecycle(KmsCalls calls, KeyBinder binder, String region) {
    this.calls = calls;
    this.binder = binder;
    this.region = region;
    this.listing = new KeyListing(calls, binder);
  }

  @Override
  public RemoteKey generate(KeyConfig entry, KeyType type, UUID tag, CallContext context) {
    String alias = KeyReference.of(entry, region).aliasToCreate();
    KeyMetadata made = create(entry, type, OriginType.AWS_KMS, alias, tag, context);
    return finish(made, alias, tag, context, () -> {});
  }

  @Override
  public RemoteKey importKey(
      KeyConfig entry, KeyType type, SecretBytes material, UUID tag, CallContext context) {
    String alias = KeyReference.of(entry, region).aliasToCreate();
    KeyMetadata made = create(entry, type, OriginType.EXTERNAL, alias, tag, context);
    return finish(
        made,
        alias,
        tag,
        context,
        () -> new KeyImport(calls).send(made.arn(), type, material, context));
  }

  private KeyMetadata create(
      KeyConfig entry,
      KeyType type,
      OriginType origin,
      String alias,
      UUID tag,
      CallContext context) {
    KeyUsageType usage = KeyFamily.usageOf(type, entry.usages());
    List<String> grantTokens = KeyReference.of(entry, region).grantTokens();
    requireFree(alias, grantTokens, context);
    Optional<KeyMetadata> left =
        listing
            .unnamed(tag, context)
            .map(KeyListing.Tagged::key)
            .filter(key -> key.keyState() != KeyState.PENDING_DELETION);
    if (left.isPresent()) {
      return resumable(left.get(), type, usage, origin);
    }
    return calls
        .send(
            "CreateKey",
            context,
            (kms, timeout) ->
                kms.createKey(
                    CreateKeyRequest.builder()
                        .keySpec(KeyFamily.specOf(type))
                        .keyUsage(usage)
                        .origin(origin)
                        .multiRegion(entry.values().isTrue(KeyReference.MULTI_REGION))
                        .description(
                            entry.values().find(KeyReference.DESCRIPTION).orElse("managedkeys"))
                        .tags(KeyTags.of(tag, alias))
                        .overrideConfiguration(timeout)
                        .build()))
        .keyMetadata();
  }

  /** The key that an earlier try of the same act left, so that this one does not make a second. */
  private static KeyMetadata resumable(
      KeyMetadata left, KeyType type, KeyUsageType usage, OriginType origin) {
    if (left.keySpec() == KeyFamily.specOf(type)
        && left.keyUsage() == usage
        && left.origin() == origin) {
      return left;
    }
    throw new ConflictException(
        "an earlier try left "
            + left.arn()
            + ", which is not what is asked for now; schedule it for deletion first");
  }

  /** What follows on CreateKey. If it fails, the key made is named beside the failure. */
  private RemoteKey finish(
      KeyMetadata made, String alias, UUID tag, CallContext context, Runnable fill) {
    try {
      fill.run();
      nameKey(alias, made.arn(), context);
      KeyMetadata now = binder.describe(made.arn(), List.of(), context);
      return KeyListing.remoteKey(now, alias, tag);
    } catch (ManagedKeyException e) {
      e.addSuppressed(
          new ManagedKeyException(
              made.arn() + " was made and is tagged with " + tag + "; it is not in use", null));
      throw e;
    }
  }

  private void requireFree(String alias, List<String> grantTokens, CallContext context) {
    try {
      KeyMetadata taken = binder.describe(alias, grantTokens, context);
      throw new ConflictException(alias + " names " + taken.arn() + " already; nothing was made");
    } catch (KeyNotFoundException e) {
      // as it must be
    }
  }

  /**
   * Points the alias to the key. A new key takes a while to be known everywhere in the service, so
   * this waits for it as long as the call allows. Asking again is harmless: an alias can't be made
   * twice.
   */
  private void nameKey(String alias, String arn, CallContext context) {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        calls.send(
            "CreateAlias",
            context,
            (kms, timeout) ->
                kms.createAlias(
                    CreateAliasRequest.builder()
                        .aliasName(alias)
                        .targetKeyId(arn)
                        .overrideConfiguration(timeout)
                        .build()));
        return;
      } catch (KeyNotFoundException e) {
        if (context.remaining().compareTo(pause) <= 0) {
          throw e;
        }
        sleep(pause);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                ? LONGEST_PAUSE
                : pause.multipliedBy(2);
      } catch (ConflictException e) {
        if (binder.describe(alias, List.of(), context).arn().equals(arn)) {
          return;
        }
        throw e;
      }
    }
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException(
          "interrupted while waiting for the new key to be known", e);
    }
  }

  @Override
  public RemoteKey rotate(KeyConfig entry, UUID tag, CallContext context) {
    KeyMetadata key = find(entry, context);
    if (!KeyType.AES_256.equals(KeyFamily.findType(key.keySpec()))) {
      throw new UnsupportedKeyOperationException(
          "AWS KMS gives new versions to symmetric keys only; make a new key and a new entry for a "
              + key.keySpecAsString()
              + " key");
    }
    calls.send(
        "RotateKeyOnDemand",
        context,
        (kms, timeout) ->
            kms.rotateKeyOnDemand(
                RotateKeyOnDemandRequest.builder()
                    .keyId(key.arn())
                    .overrideConfiguration(timeout)
                    .build()));
    return KeyListing.remoteKey(key, null, null);
  }

  @Override
  public void enable(KeyConfig entry, CallContext context) {
    String arn = arn(entry, context);
    calls.send(
        "EnableKey",
        context,
        (kms, timeout) ->
            kms.enableKey(
                EnableKeyRequest.builder().keyId(arn).overrideConfiguration(timeout).build()));
  }

  @Override
  public void disable(KeyConfig entry, CallContext context) {
    String arn = arn(entry, context);
    calls.send(
        "DisableKey",
        context,
        (kms, timeout) ->
            kms.disableKey(
                DisableKeyRequest.builder().keyId(arn).overrideConfiguration(timeout).build()));
  }

  @Override
  public Instant scheduleDestruction(
      KeyConfig entry, @Nullable Duration wait, CallContext context) {
    String arn =
        entry
            .pin()
            .flatMap(Pin::resolvedId)
            .orElseThrow(
                () ->
                    new InvalidConfigurationException(
                        "only a pinned key is destroyed, so that an alias can't mean another by then;"
                            + " pin the entry first"));
    Integer days = wait == null ? null : days(wait);
    ScheduleKeyDeletionResponse answer =
        calls.send(
            "ScheduleKeyDeletion",
            context,
            (kms, timeout) ->
                kms.scheduleKeyDeletion(
                    ScheduleKeyDeletionRequest.builder()
                        .keyId(arn)
                        .pendingWindowInDays(days)
                        .overrideConfiguration(timeout)
                        .build()));
    Instant when = answer.deletionDate();
    // A multi-Region primary key with replicas waits for them first and has no date yet.
    return when == null
        ? Instant.now().plus(Duration.ofDays(days == null ? MOST_DAYS : days))
        : when;
  }

  private static int days(Duration wait) {
    long days = (wait.toSeconds() + 86_399) / 86_400;
    if (days < LEAST_DAYS || days > MOST_DAYS) {
      throw new InvalidInputException(
          "AWS KMS destroys a key after 7 to 30 days, not after " + wait);
    }
    return (int) days;
  }

  @Override
  public void cancelDestruction(KeyConfig entry, CallContext context) {
    String arn = arn(entry, context);
    calls.send(
        "CancelKeyDeletion",
        context,
        (kms, timeout) ->
            kms.cancelKeyDeletion(
                CancelKeyDeletionRequest.builder()
                    .keyId(arn)
                    .overrideConfiguration(timeout)
                    .build()));
  }

  @Override
  public List<RemoteKey> list(CallContext context) {
    return listing.all(context);
  }

  /**
   * Finds the key that an act made. If the act was cut off between making the key and naming it, the
   * naming is done now, so that the entry's alias finds the key.
   */
  @Override
  public Optional<RemoteKey> findByTag(UUID tag, CallContext context) {
    Optional<KeyListing.Tagged> found = listing.find(tag, context);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    KeyMetadata key = found.get().key();
    String alias = found.get().alias();
    if (alias != null && key.keyState() == KeyState.ENABLED) {
      nameKey(alias, key.arn(), context);
    }
    return Optional.of(KeyListing.remoteKey(key, alias, tag));
  }

  private KeyMetadata find(KeyConfig entry, CallContext context) {
    KeyReference reference = KeyReference.of(entry, region);
    return binder.describe(
        entry.pin().flatMap(Pin::resolvedId).orElseGet(reference::unpinned),
        reference.grantTokens(),
        context);
  }

  /** The key's ARN: acts on keys take no alias. */
  private String arn(KeyConfig entry, CallContext context) {
    return entry.pin().flatMap(Pin::resolvedId).orElseGet(() -> find(entry, context).arn());
  }
}
