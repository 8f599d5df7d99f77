package io.managedkeys.registry;

import io.managedkeys.ConflictException;
import io.managedkeys.KeyRef;
import io.managedkeys.registry.config.PinsFile;
import io.managedkeys.spi.Pin;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where pins are kept: in a file beside a declared configuration, or in memory only. */
final class PinKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(PinKeeper.class);

  private final @Nullable PinsFile file;

  PinKeeper(@Nullable PinsFile file) {
    this.file = file;
  }

  /** The record with the pin and the id that were kept for it, if any. */
  KeyRecord recall(KeyRecord record) {
    if (file == null) {
      return record;
    }
    return file.find(record.namespace(), record.ref())
        .map(
            line ->
                new KeyRecord(
                    line.id(),
                    record.namespace(),
                    record.ref(),
                    record.version(),
                    record.fields(),
                    record.ownFields(),
                    record.policy(),
                    line.pin()))
        .orElse(record);
  }

  /** Keeps a first pin; what was kept before wins. */
  KeyRecord keep(KeyRecord pinned) {
    Pin pin = pinned.pin();
    if (file == null || pin == null) {
      return pinned;
    }
    try {
      PinsFile.Line there =
          file.put(pinned.namespace(), pinned.ref(), null, new PinsFile.Line(pinned.id(), pin));
      return there.pin().equals(pin) ? pinned : pinned.withPin(there.pin());
    } catch (IOException e) {
      LOG.warn(
          "{} is pinned for this process only, because its pins file can't be written: {}",
          pinned.owner(),
          e.toString());
      return pinned;
    }
  }

  /** Moves what is kept for an entry to its new name. */
  void rename(KeyRecord record, KeyRef next) {
    if (file == null) {
      return;
    }
    try {
      file.rename(record.namespace(), record.ref(), next);
    } catch (IOException e) {
      throw new ConflictException(
          record.owner() + " keeps its name, because its pins file can't be written", e);
    }
  }

  /** Replaces a pin by an explicit act. */
  KeyRecord replace(KeyRecord record, Pin next) {
    KeyRecord replaced = record.withPin(next);
    if (file == null) {
      return replaced;
    }
    try {
      PinsFile.Line there =
          file.put(
              record.namespace(), record.ref(), record.pin(), new PinsFile.Line(record.id(), next));
      if (!there.pin().equals(next)) {
        throw new ConflictException(record.owner() + " was pinned anew by someone else");
      }
      return replaced;
    } catch (IOException e) {
      throw new ConflictException(
          record.owner() + " keeps its pin, because its pins file can't be written", e);
    }
  }
}
