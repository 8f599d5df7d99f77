package io.managedkeys.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.managedkeys.Grant;
import io.managedkeys.GrantMissingException;
import io.managedkeys.KeyAccess;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.Subject;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.UsageDeniedException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.function.Executable;

/** What an entry and its grants do not allow is refused, whatever the backend could do. */
final class PolicyChecks {

  private PolicyChecks() {}

  /** The usages of the group, each asked for by an entry that allows only another one. */
  static void usageNotAllowed(ContractRun run, KeyType type, UsageGroup group) {
    Map<String, String> fields = run.fieldsOf(type, group.usages);
    for (Usage asked : group.usages) {
      Set<Usage> others =
          group.usages.stream().filter(usage -> usage != asked).collect(Collectors.toSet());
      if (others.isEmpty()) {
        others = Set.of(Usage.RANDOM);
      }
      ManagedKey narrow = run.entry(fields, others, Map.of());
      ManagedKey full = run.entry(fields, group.usages, Map.of());
      run.refuses(
          asked + " without its usage", Calls.of(narrow, full, asked), UsageDeniedException.class);
    }
  }

  static void algorithmNotPermitted(ContractRun run, KeyType type, UsageGroup group) {
    Map<String, String> fields = run.fieldsOf(type, group.usages);
    ManagedKey full = run.entry(fields, group.usages, Map.of());
    ManagedKey narrow = run.entry(fields, group.usages, Map.of("algorithms", "SOMETHING_ELSE"));
    for (Usage asked : group.usages) {
      // Wrapping tells no difference between what is not permitted and what can't be done.
      run.refuses(
          asked + " by an algorithm that the entry does not permit",
          Calls.of(narrow, full, asked),
          UsageDeniedException.class,
          UnsupportedKeyOperationException.class);
    }
  }

  static void grantMissing(ContractRun run, KeyType type, UsageGroup group) {
    ManagedKey full = run.key(type, group.usages);
    String ref = full.ref().toString();
    KeyAccess access = run.keys().access(Namespace.ROOT, Subject.mount("contract-test"));
    run.refuses(
        "looking up a key without a grant", () -> access.key(ref), GrantMissingException.class);
    Usage granted = group.usages.iterator().next();
    Grant grant = Grant.allow(Subject.mount("contract-test"), ref, Set.of(granted));
    run.keys().registry().grant(Namespace.ROOT, grant);
    ManagedKey held = access.key(ref);
    assertEquals(Set.of(granted), held.usages());
    for (Usage asked : group.usages) {
      Executable call = Calls.of(held, full, asked);
      if (asked == granted) {
        succeeds(call);
      } else {
        run.refuses(asked + " without its grant", call, GrantMissingException.class);
      }
    }
    run.keys().registry().revoke(Namespace.ROOT, grant);
    run.refuses(
        "a held key whose grant was revoked",
        Calls.of(held, full, granted),
        GrantMissingException.class);
  }

  private static void succeeds(Executable call) {
    try {
      call.execute();
    } catch (Throwable e) {
      throw new AssertionError("a granted use was refused", e);
    }
  }
}
