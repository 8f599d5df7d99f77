package io.managedkeys.pkcs11;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.token.Deadline;
import io.managedkeys.pkcs11.token.PooledSession;
import io.managedkeys.pkcs11.token.TokenConnection;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.RandomSource;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.Witness;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An open backend: one token, one login, a pool of sessions. */
final class Pkcs11Backend implements KeyBackend, RandomSource {

  private static final int RANDOM_AT_ONCE = 1024;

  private final TokenConnection connection;
  private final Host host;
  private final TokenMechanisms mechanisms;
  private final WrapMechanisms wrapMechanisms;
  private final VendorNotes notes;
  private final Pkcs11Lifecycle lifecycle;

  Pkcs11Backend(TokenConnection connection, Host host) {
    this.connection = connection;
    this.host = host;
    try {
      Deadline deadline = Deadline.after(Duration.ofSeconds(30));
      this.mechanisms =
          connection.call(
              deadline,
              (cryptoki, session) -> TokenMechanisms.of(cryptoki, session.epoch().slot()),
              (cryptoki, session) -> cryptoki.random(session.handle(), 1),
              Meaning.OF_INPUT::of);
      this.notes =
          connection.call(
              deadline,
              (cryptoki, session) -> VendorNotes.of(session.epoch().info()),
              (cryptoki, session) -> cryptoki.random(session.handle(), 1),
              Meaning.OF_INPUT::of);
    } catch (ManagedKeyException e) {
      connection.close();
      throw e;
    }
    this.wrapMechanisms = new WrapMechanisms(mechanisms);
    this.lifecycle = new Pkcs11Lifecycle(this, connection);
  }

  @Override
  public BackendKey key(KeyConfig config, CallContext context) {
    KeyObject object = KeyObject.of(config.values());
    OptionalLong only = onlyMechanism(config);
    Optional<HashAlgorithm> macHash = macHash(config);
    Path publicKeyFile =
        config.values().find(Pkcs11Fields.PUBLIC_KEY_FILE).map(host::file).orElse(null);
    return connection.call(
        new Deadline(context.deadlineNanos()),
        (cryptoki, session) ->
            bind(cryptoki, session, config, object, only, macHash, publicKeyFile),
        (cryptoki, session) -> cryptoki.random(session.handle(), 1),
        Meaning.OF_INPUT::of);
  }

  private Pkcs11Key bind(
      Cryptoki cryptoki,
      PooledSession session,
      KeyConfig config,
      KeyObject object,
      OptionalLong only,
      Optional<HashAlgorithm> macHash,
      @Nullable Path publicKeyFile)
      throws CkrException {
    KeyObject.Found found = object.one(cryptoki, session.handle());
    KeyAttributes attributes = KeyAttributes.read(cryptoki, session.handle(), found, macHash);
    KeyObject exact =
        new KeyObject(
            attributes.label() == null ? object.label() : attributes.label(),
            attributes.id() == null || attributes.id().length == 0 ? object.id() : attributes.id());
    byte[] spki =
        attributes.keyType().isSecret()
            ? null
            : PublicPart.read(
                cryptoki,
                session.handle(),
                found.handle(),
                attributes.keyType(),
                exact,
                publicKeyFile);
    Set<WrapAlgorithm> wraps =
        attributes.keyType().family().equals("AES") && (attributes.wrap() || attributes.unwrap())
            ? wrapMechanisms.proven(cryptoki, session, found.handle())
            : Set.of();
    Identity identity = new Identity(attributes, wraps, spki, exact, publicKeyFile, macHash);
    Pin pin = config.pinned();
    if (pin != null) {
      identity.expect(pin, cryptoki, session, found);
    } else if (attributes.keyType().isSecret()) {
      identity.makeWitness(cryptoki, session, found);
    }
    KeyHandle handle =
        new KeyHandle(
            connection, exact, object, attributes.alwaysAuthenticate(), identity, session, found);
    return new Pkcs11Key(handle, attributes, spki, mechanisms, wrapMechanisms, wraps, only, notes);
  }

  /** Proves that an object found in another epoch, or under a pin, is the key it was. */
  private final class Identity implements KeyHandle.Proof {

    private final KeyAttributes attributes;
    private final Set<WrapAlgorithm> wraps;
    private final byte @Nullable [] spki;
    private final KeyObject exact;
    private final @Nullable Path publicKeyFile;
    private final Optional<HashAlgorithm> macHash;
    private @Nullable Witness witness;

    Identity(
        KeyAttributes attributes,
        Set<WrapAlgorithm> wraps,
        byte @Nullable [] spki,
        KeyObject exact,
        @Nullable Path publicKeyFile,
        Optional<HashAlgorithm> macHash) {
      this.attributes = attributes;
      this.wraps = wraps;
      this.spki = spki;
      this.exact = exact;
      this.publicKeyFile = publicKeyFile;
      this.macHash = macHash;
    }

    private Pkcs11Key view(Cryptoki cryptoki, PooledSession session, KeyObject.Found found) {
      return new Pkcs11Key(
          new BoundRunner(cryptoki, session, found.handle()),
          attributes,
          spki,
          mechanisms,
          wrapMechanisms,
          wraps,
          OptionalLong.empty(),
          notes);
    }

    void expect(Pin pin, Cryptoki cryptoki, PooledSession session, KeyObject.Found found)
        throws CkrException {
      if (!pin.fits(view(cryptoki, session, found).info())) {
        throw changed("its type or public key is another than the pinned one");
      }
      witness = pin.witness().orElse(null);
      if (witness != null) {
        ask(cryptoki, session, found);
      } else if (attributes.keyType().isSecret()) {
        makeWitness(cryptoki, session, found);
      }
    }

    /** Without a pin's witness the key has to prove itself by what it was when it was first bound. */
    void makeWitness(Cryptoki cryptoki, PooledSession session, KeyObject.Found found)
        throws CkrException {
      boolean able =
          attributes.sign()
              || (attributes.encrypt() && attributes.decrypt())
              || (attributes.wrap() && attributes.unwrap());
      if (!able) {
        return;
      }
      try {
        witness = Witness.of(view(cryptoki, session, found), within());
      } catch (UnsupportedKeyOperationException e) {
        witness = null;
      } catch (BoundRunner.Carried e) {
        throw e.failure();
      }
    }

    private CallContext within() {
      return new CallContext(System.nanoTime() + Duration.ofSeconds(30).toNanos(), 1);
    }

    private void ask(Cryptoki cryptoki, PooledSession session, KeyObject.Found found)
        throws CkrException {
      Witness asked = witness;
      if (asked == null) {
        throw changed(
            "nothing proves that it is still the same secret key; pin it, or let it do both halves"
                + " of an operation");
      }
      try {
        if (!asked.isKnownTo(view(cryptoki, session, found), within())) {
          throw changed("it does not know what the pinned key knew (its witness)");
        }
      } catch (BoundRunner.Carried e) {
        if (Meaning.OF_CIPHERTEXT.of(e.failure())
            instanceof io.managedkeys.InvalidCiphertextException) {
          throw changed("it does not know what the pinned key knew (its witness)");
        }
        throw e.failure();
      }
    }

    @Override
    public void check(Cryptoki cryptoki, PooledSession session, KeyObject.Found found)
        throws CkrException {
      KeyAttributes now = KeyAttributes.read(cryptoki, session.handle(), found, macHash);
      if (!now.keyType().equals(attributes.keyType())) {
        throw changed("its type is " + now.keyType() + ", not " + attributes.keyType());
      }
      byte[] known = spki;
      if (known == null) {
        ask(cryptoki, session, found);
        return;
      }
      byte[] present =
          PublicPart.read(
              cryptoki, session.handle(), found.handle(), now.keyType(), exact, publicKeyFile);
      if (!Arrays.equals(known, present)) {
        throw changed("its public key is another");
      }
    }

    private IdentityChangedException changed(String how) {
      return new IdentityChangedException(
          "the key in the token with "
              + exact
              + " is not the one it should be: "
              + how
              + "; nothing was done with it. If the change is intended, pin the key again");
    }
  }

  private static OptionalLong onlyMechanism(KeyConfig config) {
    try {
      return config.values().find(Pkcs11Fields.MECHANISM).stream()
          .mapToLong(Ckm::parse)
          .findFirst();
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigurationException("mechanism: " + e.getMessage(), e);
    }
  }

  private static Optional<HashAlgorithm> macHash(KeyConfig config) {
    return config.values().find(Pkcs11Fields.MAC_HASH).flatMap(HashAlgorithm::named);
  }

  KeyLifecycle lifecycle() {
    return lifecycle;
  }

  @Override
  public Health check(@Nullable BackendKey probe, CallContext context) {
    long began = System.nanoTime();
    String tried = "C_GenerateRandom";
    boolean up;
    String answer;
    try {
      Optional<Signing> signing =
          probe == null ? Optional.empty() : probe.capability(Signing.class);
      if (probe != null && signing.isPresent()) {
        tried = "a signature";
        sign(probe, signing.get(), context);
      } else {
        random(16, context);
      }
      up = true;
      answer = "worked, login epoch " + connection.token().epochNumber();
    } catch (ManagedKeyException e) {
      up = false;
      answer = "failed: " + e.getMessage();
    }
    return new Health(
        up,
        Duration.ofNanos(System.nanoTime() - began),
        tried + " " + answer + "; " + connection.pool().open() + " sessions open");
  }

  private static void sign(BackendKey probe, Signing signing, CallContext context) {
    SignatureAlgorithm algorithm = probe.info().signatureAlgorithms().iterator().next();
    HashAlgorithm hash = algorithm.hash();
    boolean digest = signing.accepts(algorithm).contains(MessageForm.DIGEST);
    signing.sign(
        algorithm,
        digest && hash != null
            ? Message.digest(hash, new byte[hash.length()])
            : Message.of(new byte[32]),
        context);
  }

  @Override
  public byte[] random(int length, CallContext context) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(length);
    while (all.size() < length) {
      int wanted = Math.min(RANDOM_AT_ONCE, length - all.size());
      byte[] some =
          connection.call(
              new Deadline(context.deadlineNanos()),
              (cryptoki, session) -> cryptoki.random(session.handle(), wanted),
              (cryptoki, session) -> cryptoki.random(session.handle(), 1),
              Meaning.OF_INPUT::of);
      all.writeBytes(some);
    }
    return all.toByteArray();
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type == KeyLifecycle.class) {
      return Optional.of(type.cast(lifecycle));
    }
    return type == RandomSource.class ? Optional.of(type.cast(this)) : Optional.empty();
  }

  /** The connection; for tests and the doctor. */
  TokenConnection connection() {
    return connection;
  }

  @Override
  public void close() {
    connection.close();
  }
}
