package io.managedkeys.interop;

import io.managedkeys.KeyAccess;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.Subject;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Some keys of an access, so that a consumer that chooses by itself has no other choice. */
record OnlyKeys(KeyAccess all, Set<String> refs) implements KeyAccess {

  @Override
  public Namespace namespace() {
    return all.namespace();
  }

  @Override
  public Subject subject() {
    return all.subject();
  }

  @Override
  public ManagedKey key(String ref) {
    if (!refs.contains(ref)) {
      throw new KeyNotFoundException("no key " + ref + " here");
    }
    return all.key(ref);
  }

  @Override
  public ManagedKey key(UUID id) {
    return key(all.key(id).ref().toString());
  }

  @Override
  public List<ManagedKey> keys() {
    return all.keys().stream().filter(key -> refs.contains(key.ref().toString())).toList();
  }
}
