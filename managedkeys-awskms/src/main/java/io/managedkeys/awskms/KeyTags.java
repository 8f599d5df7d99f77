package io.managedkeys.awskms;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.Tag;

/** The tags of a key that this library made: the act's id, and the alias it was made for. */
final class KeyTags {
  private static final String ID = "managedkeys:id";
  private static final String ALIAS = "managedkeys:alias";

  private KeyTags() {}

  static List<Tag> of(UUID tag, String alias) {
    return List.of(
        Tag.builder().tagKey(ID).tagValue(tag.toString()).build(),
        Tag.builder().tagKey(ALIAS).tagValue(alias).build());
  }

  static @Nullable UUID id(List<Tag> tags) {
    Optional<String> text = value(tags, ID);
    try {
      return text.map(UUID::fromString).orElse(null);
    } catch (IllegalArgumentException e) {
      return null; // somebody else's use of the name
    }
  }

  static @Nullable String alias(List<Tag> tags) {
    return value(tags, ALIAS).orElse(null);
  }

  private static Optional<String> value(List<Tag> tags, String name) {
    return tags.stream().filter(tag -> name.equals(tag.tagKey())).map(Tag::tagValue).findFirst();
  }
}
