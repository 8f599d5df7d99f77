package io.managedkeys.awskms;

import io.managedkeys.AmbiguousKeyException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.RemoteKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.KeyListEntry;
import software.amazon.awssdk.services.kms.model.KeyManagerType;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.ListAliasesRequest;
import software.amazon.awssdk.services.kms.model.ListAliasesResponse;
import software.amazon.awssdk.services.kms.model.ListKeysRequest;
import software.amazon.awssdk.services.kms.model.ListKeysResponse;
import software.amazon.awssdk.services.kms.model.ListResourceTagsRequest;
import software.amazon.awssdk.services.kms.model.ListResourceTagsResponse;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * Lists the keys of account and region. The service's list has ids only: each key costs a DescribeKey
 * and a ListResourceTags.
 */
final class KeyListing {
  /** A key that carries an act's id. */
  record Tagged(KeyMetadata key, @Nullable String alias) {}

  private final KmsCalls calls;
  private final KeyBinder binder;

  KeyListing(KmsCalls calls, KeyBinder binder) {
    this.calls = calls;
    this.binder = binder;
  }

  List<RemoteKey> all(CallContext context) {
    Map<String, String> aliases = new HashMap<>();
    for (AliasListEntry alias : aliases(context)) {
      if (alias.targetKeyId() != null) {
        aliases.putIfAbsent(alias.targetKeyId(), alias.aliasName());
      }
    }
    List<RemoteKey> keys = new ArrayList<>();
    for (KeyListEntry entry : keys(context)) {
      describe(entry, context)
          .ifPresent(
              key ->
                  keys.add(
                      remoteKey(
                          key, aliases.get(key.keyId()), KeyTags.id(tags(key.arn(), context)))));
    }
    return keys;
  }

  /**
   * The key that an act made: the one that can be used, if an earlier try left others.
   *
   * @throws AmbiguousKeyException if several can be used
   */
  Optional<Tagged> find(UUID tag, CallContext context) {
    Optional<Tagged> unnamed = unnamed(tag, context);
    return unnamed.isPresent() ? unnamed : among(keys(context), tag, context);
  }

  /** The same among the keys that no alias points to, which are few: what a cut-off act leaves. */
  Optional<Tagged> unnamed(UUID tag, CallContext context) {
    Set<String> named =
        aliases(context).stream()
            .map(AliasListEntry::targetKeyId)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    return among(
        keys(context).stream().filter(entry -> !named.contains(entry.keyId())).toList(),
        tag,
        context);
  }

  private Optional<Tagged> among(List<KeyListEntry> entries, UUID tag, CallContext context) {
    List<Tagged> tagged = new ArrayList<>();
    for (KeyListEntry entry : entries) {
      List<Tag> tags = tags(entry.keyArn(), context);
      if (tag.equals(KeyTags.id(tags))) {
        describe(entry, context).ifPresent(key -> tagged.add(new Tagged(key, KeyTags.alias(tags))));
      }
    }
    List<Tagged> usable =
        tagged.stream().filter(found -> found.key().keyState() == KeyState.ENABLED).toList();
    if (usable.size() > 1) {
      throw new AmbiguousKeyException(
          "several keys are tagged with "
              + tag
              + ": "
              + usable.stream().map(found -> found.key().arn()).collect(Collectors.joining(", "))
              + "; name the right one by its ARN and schedule the others for deletion");
    }
    return (usable.isEmpty() ? tagged : usable).stream().findFirst();
  }

  static RemoteKey remoteKey(KeyMetadata key, @Nullable String alias, @Nullable UUID tag) {
    Map<String, String> fields = new HashMap<>();
    fields.put(KeyReference.KEY_ID, key.arn());
    if (alias != null) {
      fields.put(KeyReference.ALIAS, alias);
    }
    return new RemoteKey(fields, KeyFamily.findType(key.keySpec()), key.keyStateAsString(), tag);
  }

  /** Empty for keys of AWS itself, and for one that is gone or hidden from us: the rest is listed. */
  private Optional<KeyMetadata> describe(KeyListEntry entry, CallContext context) {
    try {
      KeyMetadata key = binder.describe(entry.keyArn(), List.of(), context);
      return key.keyManager() == KeyManagerType.AWS ? Optional.empty() : Optional.of(key);
    } catch (UsageDeniedException | KeyNotFoundException e) {
      return Optional.empty();
    }
  }

  private List<Tag> tags(String arn, CallContext context) {
    try {
      return pages(
          marker ->
              calls.send(
                  "ListResourceTags",
                  context,
                  (kms, timeout) ->
                      kms.listResourceTags(
                          ListResourceTagsRequest.builder()
                              .keyId(arn)
                              .marker(marker)
                              .overrideConfiguration(timeout)
                              .build())),
          ListResourceTagsResponse::tags,
          ListResourceTagsResponse::truncated,
          ListResourceTagsResponse::nextMarker);
    } catch (UsageDeniedException | KeyNotFoundException | UnsupportedKeyOperationException e) {
      return List.of(); // keys of AWS itself, or hidden from us
    }
  }

  private List<KeyListEntry> keys(CallContext context) {
    return pages(
        marker ->
            calls.send(
                "ListKeys",
                context,
                (kms, timeout) ->
                    kms.listKeys(
                        ListKeysRequest.builder()
                            .marker(marker)
                            .overrideConfiguration(timeout)
                            .build())),
        ListKeysResponse::keys,
        ListKeysResponse::truncated,
        ListKeysResponse::nextMarker);
  }

  private List<AliasListEntry> aliases(CallContext context) {
    return pages(
        marker ->
            calls.send(
                "ListAliases",
                context,
                (kms, timeout) ->
                    kms.listAliases(
                        ListAliasesRequest.builder()
                            .marker(marker)
                            .overrideConfiguration(timeout)
                            .build())),
        ListAliasesResponse::aliases,
        ListAliasesResponse::truncated,
        ListAliasesResponse::nextMarker);
  }

  private static <P, T> List<T> pages(
      Function<@Nullable String, P> ask,
      Function<P, List<T>> items,
      Function<P, @Nullable Boolean> truncated,
      Function<P, @Nullable String> next) {
    List<T> all = new ArrayList<>();
    String marker = null;
    do {
      P page = ask.apply(marker);
      all.addAll(items.apply(page));
      marker = Boolean.TRUE.equals(truncated.apply(page)) ? next.apply(page) : null;
    } while (marker != null);
    return all;
  }
}
