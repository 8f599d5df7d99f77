package io.managedkeys.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Namespace;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.registry.AuditEvent;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.spi.ConfigValue;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** One run of the contract: the open registry, the keys made so far, what was proven and what was said. */
final class ContractRun implements AutoCloseable {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final ContractFixture fixture;
  private final Map<String, Map<String, String>> made = new HashMap<>();
  private final Set<SupportRow> rows = new LinkedHashSet<>();
  private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
  private ManagedKeys keys;

  ContractRun(ContractFixture fixture) {
    this.fixture = fixture;
    this.keys = open();
  }

  private ManagedKeys open() {
    return fixture.builder().audit(this::audited).open();
  }

  private void audited(AuditEvent event) {
    said.add(event.toString());
  }

  ContractFixture fixture() {
    return fixture;
  }

  ManagedKeys keys() {
    return keys;
  }

  /** Closes the registry and opens it again with the same configuration, without entries. */
  void reopen() {
    keys.close();
    keys = open();
  }

  String freshName() {
    return "k" + Long.toString(ProcessHandle.current().pid(), 36) + "-" + NUMBER.incrementAndGet();
  }

  /** The fields of a key of this type for these usages, made once. */
  Map<String, String> fieldsOf(KeyType type, Set<Usage> usages) {
    return fieldsOf(type + " " + usages, type, usages);
  }

  /** The same of a second such key, which a test may disable or rotate. */
  Map<String, String> spareFieldsOf(KeyType type, Set<Usage> usages) {
    return fieldsOf("spare " + type + " " + usages, type, usages);
  }

  private Map<String, String> fieldsOf(String id, KeyType type, Set<Usage> usages) {
    Map<String, String> known = made.get(id);
    if (known == null) {
      known = fixture.provision(keys, freshName(), type, usages);
      made.put(id, known);
    }
    return known;
  }

  /** A key of this type that may and can do these usages, under an entry of its own. */
  ManagedKey key(KeyType type, Set<Usage> usages) {
    return entry(fieldsOf(type, usages), usages, Map.of());
  }

  /** The test's own key, or empty where the server takes none and says so. */
  Optional<ManagedKey> imported(KeyType type, Set<Usage> usages, byte[] material) {
    Optional<String> evidence = fixture.limits().evidence("import", type.name(), type.family());
    try {
      Map<String, String> fields =
          fixture.provisionImported(keys, freshName(), type, usages, material);
      if (evidence.isPresent()) {
        fail("import of " + type + " is declared as lacking (" + evidence.get() + ") but works");
      }
      return Optional.of(entry(fields, usages, Map.of()));
    } catch (UnsupportedKeyOperationException e) {
      heard(e);
      if (evidence.isEmpty()) {
        throw e;
      }
      refused("import", "-", type, evidence.get());
      return Optional.empty();
    }
  }

  /** An entry for a key. */
  ManagedKey entry(Map<String, String> fields, Set<Usage> usages, Map<String, String> overrides) {
    KeyRef ref = new KeyRef(ContractFixture.BACKEND, freshName());
    Map<String, ConfigValue> values = ContractFixture.entry(fields, usages);
    overrides.forEach((name, value) -> values.put(name, ConfigValue.of(value)));
    keys.registry().addKey(Namespace.ROOT, ref, values);
    return keys.key(ref.toString());
  }

  Optional<String> limit(String operation, String algorithm, KeyType type) {
    return fixture.limits().evidence(operation, algorithm, type.name(), type.family());
  }

  void works(String operation, String algorithm, @Nullable KeyType type, String detail) {
    row(operation, algorithm, type, SupportRow.WORKS, detail);
  }

  void refused(String operation, String algorithm, @Nullable KeyType type, String evidence) {
    row(operation, algorithm, type, SupportRow.REFUSED, evidence);
  }

  private synchronized void row(
      String operation, String algorithm, @Nullable KeyType type, String outcome, String detail) {
    rows.add(
        new SupportRow(
            fixture.backendType(),
            fixture.server(),
            operation,
            algorithm,
            type == null ? "-" : type.name(),
            outcome,
            detail));
  }

  synchronized Collection<SupportRow> rows() {
    return Set.copyOf(rows);
  }

  /** Expects a typed refusal and keeps its text for the test of what may be shown. */
  @SafeVarargs
  final ManagedKeyException refuses(
      String what, Executable call, Class<? extends ManagedKeyException>... types) {
    try {
      call.execute();
    } catch (ManagedKeyException e) {
      heard(e);
      for (Class<? extends ManagedKeyException> type : types) {
        if (type.isInstance(e)) {
          return e;
        }
      }
      throw new AssertionError(what + ": refused by the wrong type", e);
    } catch (Throwable e) {
      throw new AssertionError(what + ": refused by something that is not typed", e);
    }
    return fail(what + ": not refused");
  }

  /** What the backend does not claim must be declared, and refused when it is asked for. */
  private void requireRefused(String operation, String algorithm, KeyType type, Executable call) {
    refuses(
        operation + " by " + algorithm + ", which is not claimed or declared as lacking",
        call,
        UnsupportedKeyOperationException.class);
    Optional<String> evidence = limit(operation, algorithm, type);
    assertTrue(
        evidence.isPresent(),
        () ->
            "the backend does not claim "
                + operation
                + " by "
                + algorithm
                + " with "
                + type
                + " keys; declare it in limits() with its evidence, or claim it");
    refused(operation, algorithm, type, evidence.orElseThrow());
  }

  /**
   * Whether an algorithm is to be checked. What is not claimed must be declared and refused; so must
   * what is claimed and declared all the same, as a token lists mechanisms that it turns out not to
   * have.
   */
  boolean isToBeChecked(
      boolean claimed, String operation, String algorithm, KeyType type, Executable call) {
    if (claimed && limit(operation, algorithm, type).isEmpty()) {
      return true;
    }
    requireRefused(operation, algorithm, type, call);
    return false;
  }

  private void heard(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      said.add(t.toString());
    }
  }

  /** Everything that exceptions and audit events said. */
  Collection<String> said() {
    return said;
  }

  @Override
  public void close() {
    try {
      keys.close();
    } finally {
      fixture.close();
    }
  }
}
