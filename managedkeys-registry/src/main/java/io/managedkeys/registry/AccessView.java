package io.managedkeys.registry;

import io.managedkeys.GrantMissingException;
import io.managedkeys.KeyAccess;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyRef;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Namespace;
import io.managedkeys.Subject;
import io.managedkeys.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One subject's access to one namespace. What the grants say is derived once for each key and anew
 * after every change of the namespace.
 */
final class AccessView implements KeyAccess, Pipeline.View {

  /** What the host itself is called when it uses keys without a grant. */
  static final Subject HOST = Subject.identity("host");

  private record Derived(long generation, Set<Usage> usages) {}

  private final NamespaceRecords records;
  private final Registry registry;
  private final @Nullable Subject subject;
  private final ConcurrentHashMap<UUID, Derived> derived = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<KeySlot, ManagedKey> handles = new ConcurrentHashMap<>();

  /**
   * @param subject who, or null for the host itself, which needs no grant
   */
  AccessView(Registry registry, NamespaceRecords records, @Nullable Subject subject) {
    this.registry = registry;
    this.records = records;
    this.subject = subject;
  }

  @Override
  public Namespace namespace() {
    return records.namespace;
  }

  @Override
  public Subject subject() {
    return subject == null ? HOST : subject;
  }

  @Override
  public String subjectText() {
    Subject who = subject();
    return (who.kind() == Subject.Kind.MOUNT ? "mount \"" : "identity \"") + who.name() + "\"";
  }

  @Override
  public ManagedKey key(String ref) {
    KeySlot slot = records.byRef.get(ref);
    if (slot != null) {
      ManagedKey handle = handles.get(slot);
      if (handle != null && isReachable(slot)) {
        return handle;
      }
      return look(slot, KeyRef.parse(ref));
    }
    KeyRef parsed = KeyRef.parse(ref);
    throw refuse(
        parsed,
        new KeyNotFoundException(
            "there is no key \""
                + parsed
                + "\" in namespace "
                + records.namespace
                + "; declare it, or check the name"));
  }

  @Override
  public ManagedKey key(UUID id) {
    KeySlot slot = records.byId.get(id);
    if (slot == null) {
      throw new KeyNotFoundException(
          "there is no key with the id " + id + " in namespace " + records.namespace);
    }
    return look(slot, slot.require().ref());
  }

  /** The place of a key that the subject has some grant for. */
  KeySlot slotOf(KeyRef ref) {
    key(ref.toString());
    KeySlot slot = records.find(ref);
    if (slot == null) {
      throw new KeyNotFoundException("the entry \"" + ref + "\" was deleted");
    }
    return slot;
  }

  private boolean isReachable(KeySlot slot) {
    KeyRecord record = slot.record;
    return record != null && !granted(slot, record).isEmpty();
  }

  private ManagedKey look(KeySlot slot, KeyRef ref) {
    if (!isReachable(slot)) {
      throw refuse(
          ref,
          new GrantMissingException(subjectText() + " is missing grant for key \"" + ref + "\""));
    }
    return handles.computeIfAbsent(slot, at -> new ManagedKey(new KeyHandle(registry, this, at)));
  }

  private ManagedKeyException refuse(KeyRef ref, ManagedKeyException refusal) {
    KeySlot slot = records.find(ref);
    KeyRecord record = slot == null ? null : slot.record;
    Call call =
        new Call(
            Operation.LOOK_UP,
            records.namespace,
            subject(),
            ref,
            record == null ? null : record.id(),
            null,
            null,
            0);
    ManagedKeyException located = refusal.at(ref.backend(), ref.key(), call.operation().text());
    registry
        .pipeline()
        .audit()
        .around(
            call,
            () -> null,
            () -> {
              throw located;
            });
    return located;
  }

  @Override
  public List<ManagedKey> keys() {
    handles.keySet().removeIf(slot -> slot.record == null);
    List<KeyRecord> reachable = new ArrayList<>();
    for (KeySlot slot : records.byRef.values()) {
      KeyRecord record = slot.record;
      if (record != null && !granted(slot, record).isEmpty()) {
        reachable.add(record);
      }
    }
    reachable.sort((a, b) -> a.ref().compareTo(b.ref()));
    return reachable.stream().map(record -> key(record.id())).toList();
  }

  @Override
  public Set<Usage> granted(KeySlot slot, KeyRecord record) {
    if (subject == null) {
      return record.policy().usages();
    }
    long generation = records.generation();
    Derived known = derived.get(record.id());
    if (known == null || known.generation() != generation) {
      known = new Derived(generation, records.granted(subject, record));
      derived.put(record.id(), known);
    }
    return known.usages();
  }
}
