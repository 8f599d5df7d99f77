package io.managedkeys.pkcs11;

import io.managedkeys.AmbiguousKeyException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.pkcs11.cryptoki.Cko;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.spi.ConfigValues;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which object is meant: by label, by id, or both. Never by handle.
 *
 * @param label the label, or null
 * @param id the id, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KeyObject(@Nullable String label, byte @Nullable [] id) {

  private static final int MOST = 16;

  /** An object found. */
  record Found(long objectClass, long handle) {}

  static KeyObject of(ConfigValues values) {
    KeyObject object =
        new KeyObject(
            values.find(Pkcs11Fields.KEY_LABEL).orElse(null),
            values.has(Pkcs11Fields.KEY_ID) ? values.hex(Pkcs11Fields.KEY_ID) : null);
    if (object.label == null && object.id == null) {
      throw new InvalidConfigurationException(
          "key-label: say which key is meant: key-label, key-id, or both");
    }
    return object;
  }

  List<Attribute> template(long objectClass) {
    List<Attribute> template = new ArrayList<>();
    template.add(Attribute.of(Cka.CLASS, objectClass));
    template.add(Attribute.of(Cka.TOKEN, true));
    if (label != null) {
      template.add(Attribute.of(Cka.LABEL, label));
    }
    if (id != null) {
      template.add(Attribute.of(Cka.ID, id));
    }
    return template;
  }

  /** All private and secret keys that fit. */
  List<Found> all(Cryptoki cryptoki, long session) throws CkrException {
    List<Found> found = new ArrayList<>();
    for (long objectClass : new long[] {Cko.PRIVATE_KEY, Cko.SECRET_KEY}) {
      for (long handle : cryptoki.findObjects(session, template(objectClass), MOST)) {
        found.add(new Found(objectClass, handle));
      }
    }
    return found;
  }

  /**
   * The one private or secret key that fits.
   *
   * @throws KeyNotFoundException if none does
   * @throws AmbiguousKeyException if several do
   */
  Found one(Cryptoki cryptoki, long session) throws CkrException {
    List<Found> found = all(cryptoki, session);
    if (found.size() > 1) {
      throw new AmbiguousKeyException(
          (found.size() >= MOST ? "at least " + MOST : String.valueOf(found.size()))
              + " keys in the token have "
              + this
              + "; none is used. Give both key-label and key-id, or change them in the token");
    }
    if (found.isEmpty()) {
      throw new KeyNotFoundException(
          "no private or secret key in the token has "
              + this
              + (cryptoki.findObjects(session, template(Cko.PUBLIC_KEY), 1).length > 0
                  ? "; there is a public key, which alone can't be used"
                  : ""));
    }
    return found.get(0);
  }

  /** The single object of another class that fits, if there is exactly one. */
  OptionalLong single(Cryptoki cryptoki, long session, long objectClass) throws CkrException {
    long[] found = cryptoki.findObjects(session, template(objectClass), 2);
    return found.length == 1 ? OptionalLong.of(found[0]) : OptionalLong.empty();
  }

  @Override
  public String toString() {
    String byLabel = label == null ? "" : "label \"" + label + "\"";
    String byId = id == null ? "" : "id " + HexFormat.of().formatHex(id);
    return byLabel + (label != null && id != null ? " and " : "") + byId;
  }
}
