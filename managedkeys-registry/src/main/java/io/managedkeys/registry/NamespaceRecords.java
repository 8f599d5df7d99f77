package io.managedkeys.registry;

import io.managedkeys.Grant;
import io.managedkeys.KeyRef;
import io.managedkeys.Namespace;
import io.managedkeys.Subject;
import io.managedkeys.Usage;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What one namespace holds: backends, entries and grants. Nothing here is visible from another. */
final class NamespaceRecords {

  /** A grant as it was written; one for a single key is bound to the key's id. */
  record BoundGrant(Grant grant, @Nullable UUID keyId) {

    boolean covers(KeyRecord record) {
      return keyId == null ? grant.keys().matches(record.ref()) : keyId.equals(record.id());
    }
  }

  /** A backend of a namespace above, for entries that keep within its restriction. */
  record Lent(BackendRuntime backend, LendingTerms terms) {}

  final Namespace namespace;
  final ConcurrentHashMap<String, BackendRuntime> backends = new ConcurrentHashMap<>();
  final ConcurrentHashMap<String, KeySlot> byRef = new ConcurrentHashMap<>();
  final ConcurrentHashMap<UUID, KeySlot> byId = new ConcurrentHashMap<>();
  final ConcurrentHashMap<String, Lent> lent = new ConcurrentHashMap<>();

  /** What backends may be added here and below; null for any. */
  volatile @Nullable NamespaceLimits limits;

  private final CopyOnWriteArrayList<BoundGrant> grants = new CopyOnWriteArrayList<>();

  /** Changes with every change of a grant or of a record, so that what was derived is derived anew. */
  private volatile long generation;

  NamespaceRecords(Namespace namespace) {
    this.namespace = namespace;
  }

  long generation() {
    return generation;
  }

  synchronized void changed() {
    generation++;
  }

  List<BoundGrant> grants() {
    return List.copyOf(grants);
  }

  synchronized void add(BoundGrant grant) {
    grants.remove(grant);
    grants.add(grant);
    changed();
  }

  synchronized boolean remove(BoundGrant grant) {
    boolean removed = grants.remove(grant);
    changed();
    return removed;
  }

  boolean isGranted(KeyRecord record) {
    return grants.stream()
        .anyMatch(
            grant ->
                grant.covers(record)
                    && grant.grant().effect() == Grant.Effect.ALLOW
                    && grant.grant().keys().isExact());
  }

  /** What the grants let a subject do with a key: what is allowed and not denied. */
  Set<Usage> granted(Subject subject, KeyRecord record) {
    EnumSet<Usage> allowed = EnumSet.noneOf(Usage.class);
    EnumSet<Usage> denied = EnumSet.noneOf(Usage.class);
    for (BoundGrant grant : grants) {
      if (grant.grant().subject().equals(subject) && grant.covers(record)) {
        (grant.grant().effect() == Grant.Effect.ALLOW ? allowed : denied)
            .addAll(grant.grant().usages());
      }
    }
    allowed.removeAll(denied);
    return allowed;
  }

  /** The backend of this name: one of this namespace's own, else one that was lent to it. */
  @Nullable BackendRuntime backend(String name) {
    BackendRuntime own = backends.get(name);
    if (own != null) {
      return own;
    }
    Lent borrowed = lent.get(name);
    return borrowed == null ? null : borrowed.backend();
  }

  @Nullable KeySlot find(KeyRef ref) {
    return byRef.get(ref.toString());
  }
}
