package io.managedkeys.testkit.fault;

import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.RemoteKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A lifecycle whose generation may fail before or after the key is made. */
record FaultyLifecycle(KeyLifecycle real, Faults faults) implements KeyLifecycle {

  @Override
  public Set<Act> acts() {
    return real.acts();
  }

  @Override
  public RemoteKey generate(KeyConfig entry, KeyType type, UUID tag, CallContext context) {
    faults.enter(Faults.Call.GENERATE);
    RemoteKey made = real.generate(entry, type, tag, context);
    faults.enter(Faults.Call.GENERATE_ANSWER);
    return made;
  }

  @Override
  public RemoteKey importKey(
      KeyConfig entry, KeyType type, SecretBytes material, UUID tag, CallContext context) {
    return real.importKey(entry, type, material, tag, context);
  }

  @Override
  public RemoteKey rotate(KeyConfig entry, UUID tag, CallContext context) {
    return real.rotate(entry, tag, context);
  }

  @Override
  public void enable(KeyConfig entry, CallContext context) {
    real.enable(entry, context);
  }

  @Override
  public void disable(KeyConfig entry, CallContext context) {
    real.disable(entry, context);
  }

  @Override
  public Instant scheduleDestruction(
      KeyConfig entry, @Nullable Duration wait, CallContext context) {
    return real.scheduleDestruction(entry, wait, context);
  }

  @Override
  public void cancelDestruction(KeyConfig entry, CallContext context) {
    real.cancelDestruction(entry, context);
  }

  @Override
  public List<RemoteKey> list(CallContext context) {
    return real.list(context);
  }

  @Override
  public Optional<RemoteKey> findByTag(UUID tag, CallContext context) {
    return real.findByTag(tag, context);
  }
}
