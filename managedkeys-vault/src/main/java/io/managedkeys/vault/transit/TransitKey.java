package io.managedkeys.vault.transit;

import io.managedkeys.KeyInfo;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;

/** A key of the engine in one version, or, for symmetric keys, in whatever version is the newest. */
abstract class TransitKey implements BackendKey {

  private final TransitEngine engine;
  private final TransitEntry entry;
  private final KeyInfo info;

  TransitKey(TransitEngine engine, TransitEntry entry, KeyInfo info) {
    this.engine = engine;
    this.entry = entry;
    this.info = info;
  }

  static TransitKey of(TransitEngine engine, TransitEntry entry, KeyInfo info, TransitType type) {
    if (type.isHmac()) {
      return new TransitHmacKey(engine, entry, info);
    }
    if (type.isAead()) {
      return new TransitAeadKey(engine, entry, info);
    }
    return type.isRsa()
        ? new TransitRsaKey(engine, entry, info)
        : new TransitSigningKey(engine, entry, info);
  }

  final TransitEngine engine() {
    return engine;
  }

  final TransitEntry entry() {
    return entry;
  }

  @Override
  public final KeyInfo info() {
    return info;
  }

  /** A name and version can be made anew, so what was bound is looked at again now and then. */
  @Override
  public final long epoch() {
    return engine.session().epoch();
  }

  /** A real operation that changes nothing, for the health check. */
  abstract void probe(CallContext context);
}
