package io.managedkeys.registry;

import io.managedkeys.Algorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which of the algorithms that a backend can do an entry permits, and which usages go together. */
final class Permissions {

  private static final String DEFAULT = "DEFAULT";
  private static final Pattern NAME = Pattern.compile("[A-Z0-9][A-Z0-9_.-]{0,62}");

  /** Raw, unauthenticated or dated algorithms, which an entry must permit by name. */
  private static final Set<String> BY_NAME_ONLY =
      Set.of(
          "RSA_PKCS1_NONE",
          "ECDSA_NONE",
          "RSA_PKCS1_SHA1",
          "ECDSA_SHA1",
          "RSA_OAEP_SHA1",
          "RSA_OAEP_SHA256_MGF1_SHA1",
          "RSA_AES_KWP_SHA1",
          "AES_CBC_PAD",
          "AES_KW_PKCS5",
          "HMAC_SHA1");

  private Permissions() {}

  /** Reads the names of an entry's permitted algorithms; empty for the default ones. */
  static Set<String> check(String owner, List<String> names) {
    Set<String> permitted = new LinkedHashSet<>();
    for (String name : names) {
      String upper = name.toUpperCase(Locale.ROOT);
      if (!NAME.matcher(upper).matches()) {
        throw new InvalidConfigurationException(
            owner + ": field \"algorithms\" holds something that is not an algorithm's name");
      }
      permitted.add(upper);
    }
    return Collections.unmodifiableSet(permitted);
  }

  /** Whether an entry permits an algorithm. */
  static boolean permits(Set<String> permitted, Algorithm algorithm) {
    if (permitted.contains(algorithm.name())) {
      return true;
    }
    boolean defaults = permitted.isEmpty() || permitted.contains(DEFAULT);
    return defaults && !BY_NAME_ONLY.contains(algorithm.name());
  }

  /** What backend and entry both allow, with the RSA wrapping that needs only OAEP of the backend. */
  static KeyInfo narrow(KeyInfo info, Set<String> permitted) {
    KeyInfo.Builder narrowed =
        KeyInfo.builder(info.type())
            .spki(info.spki().orElse(null))
            .limits(info.limits())
            .nonceSource(info.nonceSource())
            .resolvedId(info.resolvedId().orElse(null))
            .version(info.version().orElse(null))
            .versionedByService(info.versionedByService())
            .signs(only(permitted, info.signatureAlgorithms()))
            .encrypts(only(permitted, info.encryptionAlgorithms()))
            .macs(only(permitted, info.macAlgorithms()))
            .agrees(only(permitted, info.agreementAlgorithms()))
            .wraps(only(permitted, wraps(info)));
    info.attributes().forEach(narrowed::attribute);
    return narrowed.build();
  }

  private static Set<WrapAlgorithm> wraps(KeyInfo info) {
    Set<WrapAlgorithm> wraps = new LinkedHashSet<>(info.wrapAlgorithms());
    for (EncryptionAlgorithm encryption : info.encryptionAlgorithms()) {
      if (encryption.isOaep() && encryption.hash() == encryption.mgfHash()) {
        for (WrapAlgorithm wrap : WrapAlgorithm.known()) {
          if ((wrap.isOaep() || wrap.isRsaAes()) && wrap.hash() == encryption.hash()) {
            wraps.add(wrap);
          }
        }
      }
    }
    return wraps;
  }

  private static <A extends Algorithm> List<A> only(Set<String> permitted, Set<A> algorithms) {
    return algorithms.stream().filter(algorithm -> permits(permitted, algorithm)).toList();
  }

  /**
   * Refuses usages that undo each other: who may decrypt can open what was wrapped, who may sign by
   * RSA can decrypt.
   */
  static void requireCompatible(KeyRecord record, KeyType type) {
    Set<Usage> usages = record.policy().usages();
    List<String> clashes = new ArrayList<>();
    if (type.isSecret()) {
      clash(clashes, usages, Usage.WRAP, Usage.DECRYPT, "wrap-with-decrypt");
      clash(clashes, usages, Usage.UNWRAP, Usage.ENCRYPT, "unwrap-with-encrypt");
    } else if (type.family().equals("RSA")) {
      clash(clashes, usages, Usage.SIGN, Usage.DECRYPT, "sign-with-decrypt");
      clash(clashes, usages, Usage.SIGN, Usage.UNWRAP, "sign-with-unwrap");
    }
    clashes.removeAll(record.policy().overrides());
    if (!clashes.isEmpty()) {
      throw new InvalidConfigurationException(
          record.owner()
              + ": these usages undo each other on a "
              + type
              + " key: "
              + String.join(", ", clashes)
              + "; use two keys, or name them in the field \"override\"");
    }
  }

  private static void clash(
      List<String> clashes, Set<Usage> usages, Usage first, Usage second, String name) {
    if (usages.contains(first) && usages.contains(second)) {
      clashes.add(name);
    }
  }
}
