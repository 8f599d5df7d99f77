package io.managedkeys.pkcs11;

import io.managedkeys.ConflictException;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Curve;
import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.Cko;
import io.managedkeys.pkcs11.cryptoki.Ckr;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.pkcs11.token.Deadline;
import io.managedkeys.pkcs11.token.PooledSession;
import io.managedkeys.pkcs11.token.TokenConnection;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.RemoteKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes, imports, lists and destroys keys. Tokens have no versions, no states and no way back from a
 * destruction, so the other acts are refused.
 */
final class Pkcs11Lifecycle implements KeyLifecycle {

  private static final int MOST = 10_000;
  private static final byte[] F4 = {1, 0, 1};

  private final Pkcs11Backend backend;
  private final TokenConnection connection;

  Pkcs11Lifecycle(Pkcs11Backend backend, TokenConnection connection) {
    this.backend = backend;
    this.connection = connection;
  }

  @Override
  public Set<Act> acts() {
    return Set.of(Act.GENERATE, Act.IMPORT, Act.SCHEDULE_DESTRUCTION, Act.LIST);
  }

  @Override
  public RemoteKey generate(KeyConfig entry, KeyType type, UUID tag, CallContext context) {
    KeyTemplates templates = KeyTemplates.of(entry, tag);
    return connection.callOnce(
        new Deadline(context.deadlineNanos()),
        (cryptoki, session) -> {
          refuseExisting(cryptoki, session, entry);
          make(cryptoki, session, type, templates);
          return described(templates.label(), templates.id(), type);
        },
        Meaning.OF_INPUT::of);
  }

  private static void refuseExisting(Cryptoki cryptoki, PooledSession session, KeyConfig entry)
      throws CkrException {
    KeyObject object = KeyObject.of(entry.values());
    if (!object.all(cryptoki, session.handle()).isEmpty()) {
      throw new ConflictException(
          "the token holds a key with " + object + " already; nothing was made");
    }
  }

  private static void make(
      Cryptoki cryptoki, PooledSession session, KeyType type, KeyTemplates templates)
      throws CkrException {
    long handle = session.handle();
    switch (type.family()) {
      case "AES" ->
          cryptoki.generateKey(
              handle, Mechanism.of(Ckm.AES_KEY_GEN), ofLength(templates, type, type.bits() / 8));
      case "HMAC" ->
          cryptoki.generateKey(
              handle,
              Mechanism.of(Ckm.GENERIC_SECRET_KEY_GEN),
              ofLength(templates, type, type.bits() / 8));
      case "RSA" ->
          cryptoki.generateKeyPair(
              handle,
              Mechanism.of(Ckm.RSA_PKCS_KEY_PAIR_GEN),
              Attribute.join(
                  templates.publicKey(type),
                  List.of(
                      Attribute.of(Cka.MODULUS_BITS, (long) type.bits()),
                      Attribute.of(Cka.PUBLIC_EXPONENT, F4))),
              templates.privateKey(type));
      case "EC" -> {
        Curve curve = type.curve();
        if (curve == null) {
          throw new UnsupportedKeyOperationException("unknown curve " + type);
        }
        pair(cryptoki, handle, Ckm.EC_KEY_PAIR_GEN, curve.parameters(), type, templates);
      }
      case "ED25519", "ED448" -> edwards(cryptoki, handle, type, templates);
      default ->
          throw new UnsupportedKeyOperationException(
              "a token makes RSA, EC, ED25519, ED448, AES and HMAC keys, not " + type);
    }
  }

  private static List<Attribute> ofLength(KeyTemplates templates, KeyType type, long length) {
    return Attribute.join(templates.secretKey(type), List.of(Attribute.of(Cka.VALUE_LEN, length)));
  }

  private static void pair(
      Cryptoki cryptoki,
      long session,
      long mechanism,
      byte[] parameters,
      KeyType type,
      KeyTemplates templates)
      throws CkrException {
    cryptoki.generateKeyPair(
        session,
        Mechanism.of(mechanism),
        Attribute.join(templates.publicKey(type), List.of(Attribute.of(Cka.EC_PARAMS, parameters))),
        templates.privateKey(type));
  }

  /** Tokens take the curve as object identifier or by name; a refusal has made nothing. */
  private static void edwards(Cryptoki cryptoki, long session, KeyType type, KeyTemplates templates)
      throws CkrException {
    boolean small = type.equals(KeyType.ED25519);
    byte[] oid = small ? EdwardsCurve.ED25519_OID : EdwardsCurve.ED448_OID;
    byte[] name = small ? EdwardsCurve.ED25519_NAME : EdwardsCurve.ED448_NAME;
    try {
      pair(cryptoki, session, Ckm.EC_EDWARDS_KEY_PAIR_GEN, oid, type, templates);
    } catch (CkrException e) {
      if (!e.is(
          Ckr.ATTRIBUTE_VALUE_INVALID,
          Ckr.DOMAIN_PARAMS_INVALID,
          Ckr.CURVE_NOT_SUPPORTED,
          Ckr.TEMPLATE_INCONSISTENT)) {
        throw e;
      }
      pair(cryptoki, session, Ckm.EC_EDWARDS_KEY_PAIR_GEN, name, type, templates);
    }
  }

  @Override
  public RemoteKey importKey(
      KeyConfig entry, KeyType type, SecretBytes material, UUID tag, CallContext context) {
    if (!type.isSecret()) {
      throw new UnsupportedKeyOperationException(
          "private keys are brought into a token by unwrapping, not in the clear; wrap the key under"
              + " a key of the token and use unwrapKey");
    }
    if (type.family().equals("AES") && material.length() * 8 != type.bits()) {
      throw new io.managedkeys.InvalidInputException(
          "an " + type + " key has " + type.bits() / 8 + " bytes, not " + material.length());
    }
    KeyTemplates templates = KeyTemplates.of(entry, tag);
    byte[] value = material.copy();
    try {
      return connection.callOnce(
          new Deadline(context.deadlineNanos()),
          (cryptoki, session) -> {
            refuseExisting(cryptoki, session, entry);
            cryptoki.createObject(
                session.handle(),
                Attribute.join(templates.secretKey(type), List.of(Attribute.of(Cka.VALUE, value))));
            return described(templates.label(), templates.id(), type);
          },
          Meaning.OF_INPUT::of);
    } finally {
      java.util.Arrays.fill(value, (byte) 0);
    }
  }

  @Override
  public Instant scheduleDestruction(
      KeyConfig entry, @Nullable Duration wait, CallContext context) {
    if (wait != null && !wait.isZero()) {
      throw new UnsupportedKeyOperationException(
          "a token destroys a key at once and for ever; ask for it without a wait");
    }
    if (entry.pin().isEmpty()) {
      throw new io.managedkeys.KeyStateException(
          "only a pinned key is destroyed, so that no other is; pin the entry first");
    }
    Pkcs11Key key = (Pkcs11Key) backend.key(entry, context);
    KeyHandle handle = key.handle();
    connection.callOnce(
        new Deadline(context.deadlineNanos()),
        (cryptoki, session) -> {
          long object = handle.in(cryptoki, session);
          long[] publicKeys =
              handle.objectClass() == Cko.PRIVATE_KEY
                  ? cryptoki.findObjects(
                      session.handle(), handle.exact().template(Cko.PUBLIC_KEY), 2)
                  : new long[0];
          cryptoki.destroyObject(session.handle(), object);
          if (publicKeys.length == 1) {
            cryptoki.destroyObject(session.handle(), publicKeys[0]);
          }
          return true;
        },
        Meaning.OF_INPUT::of);
    return Instant.now();
  }

  @Override
  public List<RemoteKey> list(CallContext context) {
    return connection.call(
        new Deadline(context.deadlineNanos()),
        Pkcs11Lifecycle::listed,
        (cryptoki, session) -> cryptoki.random(session.handle(), 1),
        Meaning.OF_INPUT::of);
  }

  private static List<RemoteKey> listed(Cryptoki cryptoki, PooledSession session)
      throws CkrException {
    List<RemoteKey> all = new ArrayList<>();
    for (long objectClass : new long[] {Cko.PRIVATE_KEY, Cko.SECRET_KEY}) {
      long[] objects =
          cryptoki.findObjects(
              session.handle(),
              List.of(Attribute.of(Cka.CLASS, objectClass), Attribute.of(Cka.TOKEN, true)),
              MOST);
      for (long object : objects) {
        KeyObject.Found found = new KeyObject.Found(objectClass, object);
        try {
          KeyAttributes attributes =
              KeyAttributes.read(cryptoki, session.handle(), found, Optional.empty());
          all.add(described(attributes.label(), attributes.id(), attributes.keyType()));
        } catch (UnsupportedKeyOperationException e) {
          // A key of a type unknown here must not hide the others; it is listed without a type.
          byte[] label = cryptoki.bytesAttribute(session.handle(), object, Cka.LABEL);
          all.add(
              described(
                  label == null ? null : new String(label, java.nio.charset.StandardCharsets.UTF_8),
                  cryptoki.bytesAttribute(session.handle(), object, Cka.ID),
                  null));
        }
      }
    }
    return all;
  }

  private static RemoteKey described(
      @Nullable String label, byte @Nullable [] id, @Nullable KeyType type) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (label != null && !label.isEmpty()) {
      fields.put(Pkcs11Fields.KEY_LABEL, label);
    }
    if (id != null && id.length > 0) {
      fields.put(Pkcs11Fields.KEY_ID, HexFormat.of().formatHex(id));
    }
    UUID tag = null;
    if (id != null && id.length == 16) {
      ByteBuffer bytes = ByteBuffer.wrap(id);
      tag = new UUID(bytes.getLong(), bytes.getLong());
    }
    return new RemoteKey(fields, type, "present", tag);
  }

  private static UnsupportedKeyOperationException none(String what) {
    return new UnsupportedKeyOperationException(
        "a PKCS#11 token has no way to " + what + "; it generates, imports, lists and destroys");
  }

  @Override
  public RemoteKey rotate(KeyConfig entry, UUID tag, CallContext context) {
    throw none("give a key a new version: make a new entry");
  }

  @Override
  public void enable(KeyConfig entry, CallContext context) {
    throw none("enable a key");
  }

  @Override
  public void disable(KeyConfig entry, CallContext context) {
    throw none("disable a key");
  }

  @Override
  public void cancelDestruction(KeyConfig entry, CallContext context) {
    throw none("take back a destruction");
  }
}
