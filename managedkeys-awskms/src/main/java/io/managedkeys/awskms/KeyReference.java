package io.managedkeys.awskms;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.KeyConfig;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an entry says about where its key is.
 *
 * @param keyId a key id or key ARN, or null
 * @param alias an alias name beginning with {@code alias/}, or an alias ARN, or null
 * @param grantTokens to send with every request
 */
record KeyReference(@Nullable String keyId, @Nullable String alias, List<String> grantTokens) {
  static final String KEY_ID = "key-id";
  static final String ALIAS = "alias";
  static final String GRANT_TOKENS = "grant-tokens";
  static final String MULTI_REGION = "multi-region";
  static final String DESCRIPTION = "description";

  private static final Pattern ALIAS_NAME = Pattern.compile("alias/[a-zA-Z0-9/_-]{1,250}");
  private static final Pattern ARN =
      Pattern.compile("arn:aws[a-z-]*:kms:([a-z0-9-]+):([0-9]{12}):(key|alias)/(.+)");

  static KeyReference of(KeyConfig entry, String region) {
    ConfigValues values = entry.values();
    String keyId = values.find(KEY_ID).map(id -> checkedId(id, region)).orElse(null);
    String alias = values.find(ALIAS).map(name -> checkedAlias(name, region)).orElse(null);
    if (keyId == null && alias == null) {
      throw new InvalidConfigurationException(
          "give \"" + KEY_ID + "\" (a key id or ARN) or \"" + ALIAS + "\"");
    }
    return new KeyReference(keyId, alias, values.list(GRANT_TOKENS));
  }

  /** How to ask for the key before it is pinned: its id if that is known, else the alias. */
  String unpinned() {
    if (keyId != null) {
      return keyId;
    }
    if (alias == null) {
      throw new IllegalStateException("checked when made");
    }
    return alias;
  }

  /** The alias by name, as CreateAlias takes it. */
  String aliasToCreate() {
    if (alias == null) {
      throw new InvalidConfigurationException(
          "a key is generated or imported under an alias: give \"" + ALIAS + "\"");
    }
    if (keyId != null) {
      throw new InvalidConfigurationException(
          "\"" + KEY_ID + "\" names a key that exists; leave it out to generate or import one");
    }
    return alias.startsWith("arn:") ? alias.substring(alias.lastIndexOf(":alias/") + 1) : alias;
  }

  static String regionOf(String arn) {
    Matcher parts = ARN.matcher(arn);
    if (!parts.matches()) {
      throw new InvalidConfigurationException("not an ARN of AWS KMS: " + arn);
    }
    return parts.group(1);
  }

  private static String checkedId(String id, String region) {
    if (id.startsWith("arn:")) {
      requireArn(id, "key", region);
      return id;
    }
    if (id.startsWith("alias/")) {
      throw new InvalidConfigurationException(
          "\"" + KEY_ID + "\" holds an alias; give it as \"" + ALIAS + "\"");
    }
    // Wider than the service's own forms, because compatible servers have others.
    if (!id.matches("[A-Za-z0-9_-]{1,128}")) {
      throw new InvalidConfigurationException(
          "\"" + KEY_ID + "\" is a key id or a key ARN, not \"" + id + "\"");
    }
    return id;
  }

  private static String checkedAlias(String name, String region) {
    if (name.startsWith("arn:")) {
      requireArn(name, "alias", region);
      return name;
    }
    String full = name.startsWith("alias/") ? name : "alias/" + name;
    if (!ALIAS_NAME.matcher(full).matches()) {
      throw new InvalidConfigurationException(
          "an alias has letters, digits, /, _ and - only, at most 250; \"" + name + "\" has not");
    }
    return full;
  }

  private static void requireArn(String arn, String kind, String region) {
    Matcher parts = ARN.matcher(arn);
    if (!parts.matches() || !parts.group(3).equals(kind)) {
      throw new InvalidConfigurationException("not the ARN of a KMS " + kind + ": " + arn);
    }
    if (!parts.group(1).equals(region)) {
      throw new InvalidConfigurationException(
          arn
              + " is in "
              + parts.group(1)
              + " and this backend in "
              + region
              + "; name the key in a backend of its own region"
              + (parts.group(4).startsWith("mrk-")
                  ? ", or name its replica here: the same ARN with " + region
                  : ""));
    }
  }
}
