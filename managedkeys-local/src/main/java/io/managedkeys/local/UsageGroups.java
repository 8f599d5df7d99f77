package io.managedkeys.local;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.NonceSource;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a key can do: its type's algorithms, as far as the usages it was made for go. A pair of usages
 * (sign and verify) counts as one, because a key that may verify codes must be able to make them.
 */
final class UsageGroups {

  private UsageGroups() {}

  static KeyInfo describe(KeyEntry entry) {
    KeyType type = entry.type();
    Set<Usage> usages = entry.usages();
    KeyInfo.Builder info =
        KeyInfo.builder(type).spki(entry.spki()).resolvedId(entry.id().toString());
    if (usages.contains(Usage.SIGN) || usages.contains(Usage.VERIFY)) {
      info.signs(signatures(type));
    }
    if (usages.contains(Usage.ENCRYPT) || usages.contains(Usage.DECRYPT)) {
      info.encrypts(encryptions(type));
    }
    if (usages.contains(Usage.WRAP) || usages.contains(Usage.UNWRAP)) {
      info.wraps(wraps(type));
    }
    HashAlgorithm hash = type.hmacHash();
    if (hash != null && (usages.contains(Usage.MAC) || usages.contains(Usage.VERIFY_MAC))) {
      info.macs(MacAlgorithm.known().stream().filter(mac -> hash.equals(mac.hash())).toList());
    }
    if (usages.contains(Usage.AGREE)) {
      info.agrees(
          AgreementAlgorithm.known().stream()
              .filter(algorithm -> algorithm.keyFamily().equals(type.family()))
              .toList());
    }
    return info.nonceSource(
            type.family().equals("AES") ? NonceSource.CALLER_OR_LIBRARY : NonceSource.NONE)
        .build();
  }

  private static List<SignatureAlgorithm> signatures(KeyType type) {
    List<SignatureAlgorithm> preferred = new ArrayList<>();
    HashAlgorithm fitting = ecHash(type);
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.known()) {
      if (algorithm.suits(type)) {
        // The curve's own hash first: ES256 with P-256, ES384 with P-384, ES512 with P-521.
        preferred.add(
            fitting != null && fitting.equals(algorithm.hash()) ? 0 : preferred.size(), algorithm);
      }
    }
    return preferred;
  }

  private static @Nullable HashAlgorithm ecHash(KeyType type) {
    return switch (type.name()) {
      case "EC-P256" -> HashAlgorithm.SHA256;
      case "EC-P384" -> HashAlgorithm.SHA384;
      case "EC-P521" -> HashAlgorithm.SHA512;
      default -> null;
    };
  }

  private static List<EncryptionAlgorithm> encryptions(KeyType type) {
    return EncryptionAlgorithm.known().stream()
        .filter(algorithm -> algorithm.suits(type))
        .filter(algorithm -> !algorithm.equals(EncryptionAlgorithm.SERVICE))
        .toList();
  }

  private static List<WrapAlgorithm> wraps(KeyType type) {
    return WrapAlgorithm.known().stream()
        .filter(algorithm -> algorithm.suits(type))
        .filter(algorithm -> !algorithm.equals(WrapAlgorithm.SERVICE))
        .toList();
  }
}
