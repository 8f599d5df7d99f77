package io.managedkeys.testkit.contract;

import io.managedkeys.KeyType;
import io.managedkeys.Usage;
import java.util.Set;

/** Usages that go together, and the key types that have them. */
enum UsageGroup {
  SIGNING("sign", Set.of(Usage.SIGN, Usage.VERIFY)),
  ENCRYPTION("encrypt", Set.of(Usage.ENCRYPT, Usage.DECRYPT)),
  WRAPPING("wrap", Set.of(Usage.WRAP, Usage.UNWRAP)),
  AUTHENTICATION("mac", Set.of(Usage.MAC, Usage.VERIFY_MAC)),
  AGREEMENT("agree", Set.of(Usage.AGREE));

  final String operation;

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  final Set<Usage> usages;

  UsageGroup(String operation, Set<Usage> usages) {
    this.operation = operation;
    this.usages = usages;
  }

  boolean suits(KeyType type) {
    return switch (this) {
      case SIGNING -> !Algorithms.signatures(type).isEmpty();
      case ENCRYPTION -> !Algorithms.encryptions(type).isEmpty();
      case WRAPPING -> !Algorithms.wraps(type).isEmpty();
      case AUTHENTICATION -> !Algorithms.macs(type).isEmpty();
      case AGREEMENT -> !Algorithms.agreements(type).isEmpty();
    };
  }
}
