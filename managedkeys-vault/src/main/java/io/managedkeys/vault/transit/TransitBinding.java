package io.managedkeys.vault.transit;

import static io.managedkeys.vault.client.VaultRequest.path;

import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyLimits;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.NonceSource;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Spki;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.Pin;
import io.managedkeys.vault.client.JsonObject;
import io.managedkeys.vault.client.MalformedAnswerException;
import io.managedkeys.vault.client.VaultRequest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key that an entry names, in the version it is bound to. A pin says enough: with one the
 * service is not asked, and what proves the key is its public half or its witness, since a name and
 * version can be made anew.
 */
final class TransitBinding {

  /** The server takes 32 MiB of JSON, in which the base64 form is longer by a third. */
  static final int LARGEST_INPUT = 20 << 20;

  private static final String VERSION = "transit-version";
  private static final String PEM_BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String PEM_END = "-----END PUBLIC KEY-----";

  private final TransitEngine engine;

  TransitBinding(TransitEngine engine) {
    this.engine = engine;
  }

  TransitKey bind(KeyConfig config, CallContext context) {
    String name = TransitKeyFields.name(config.values());
    int wanted = TransitKeyFields.version(config.values());
    byte[] derivation = config.values().has("context") ? config.values().hex("context") : null;
    Pin pin = config.pinned();
    if (pin != null) {
      return fromPin(pin, name, wanted, derivation);
    }
    VaultRequest request = VaultRequest.get(path(engine.mount(), "keys", name));
    return engine
        .session()
        .ask(
            request,
            "reading the key " + name,
            context,
            answer -> fromAnswer(config, name, wanted, derivation, answer.data()));
  }

  private TransitKey fromPin(Pin pin, String name, int wanted, byte @Nullable [] derivation) {
    TransitType type = typeOf(pin.type(), name);
    String pinned = pin.attributes().getOrDefault(VERSION, "0");
    if (!id(name, pinned).equals(pin.resolvedId().orElse(null))
        || (wanted != 0 && wanted != Integer.parseInt(pinned))) {
      throw new IdentityChangedException(
          "the entry names the key "
              + name
              + (wanted == 0 ? "" : " in version " + wanted)
              + ", but is pinned to "
              + pin.resolvedId().orElse("another")
              + "; take the change back or pin anew");
    }
    int version = Integer.parseInt(pinned);
    KeyInfo info = info(type, name, version, pin.spki().orElse(null));
    return TransitKey.of(engine, new TransitEntry(name, version, derivation), info, type);
  }

  private TransitKey fromAnswer(
      KeyConfig config, String name, int wanted, byte @Nullable [] derivation, JsonObject data)
      throws MalformedAnswerException {
    String engineType = data.text("type");
    TransitType type =
        TransitType.ofEngine(engineType, TransitKeyFields.hash(config.values()))
            .orElseThrow(
                () ->
                    new UnsupportedKeyOperationException(
                        "the key "
                            + name
                            + " is of the transit type "
                            + engineType
                            + ", which this backend does not know"));
    requireUsable(name, data, type, derivation);
    long latest = data.number("latest_version");
    long version = wanted == 0 ? latest : wanted;
    if (version > latest) {
      throw new KeyNotFoundException(
          "the key " + name + " has no version " + version + "; the newest is " + latest);
    }
    // Keys of type hmac are shown without their versions.
    JsonObject versions = type.isHmac() ? null : data.object("keys");
    boolean there =
        versions == null
            ? version >= data.number("min_decryption_version")
            : versions.has(Long.toString(version));
    if (!there) {
      throw new KeyStateException(
          "version "
              + version
              + " of the key "
              + name
              + " is below the key's min_decryption_version or was trimmed");
    }
    // Symmetric keys follow the newest version unless the entry says otherwise.
    int bound = type.isAead() && wanted == 0 ? 0 : Math.toIntExact(version);
    byte[] spki =
        versions == null || type.keyType().isSecret()
            ? null
            : spki(type, versions.object(Long.toString(version)).text("public_key"));
    return TransitKey.of(
        engine, new TransitEntry(name, bound, derivation), info(type, name, bound, spki), type);
  }

  private static void requireUsable(
      String name, JsonObject data, TransitType type, byte @Nullable [] derivation)
      throws MalformedAnswerException {
    if (data.has("soft_deleted") && data.flag("soft_deleted")) {
      throw new KeyStateException("the key " + name + " is soft-deleted; restore it to use it");
    }
    boolean derived = data.flag("derived");
    if (derived && !type.isAead()) {
      throw new UnsupportedKeyOperationException(
          "the key " + name + " is derived; only symmetric derived keys are supported");
    }
    if (derived != (derivation != null)) {
      throw new InvalidConfigurationException(
          derived
              ? "the key " + name + " is derived: give the field 'context'"
              : "the key " + name + " is not derived: leave the field 'context' out");
    }
    if (data.has("convergent_encryption") && data.flag("convergent_encryption")) {
      throw new UnsupportedKeyOperationException(
          "the key "
              + name
              + " encrypts equal plaintexts to equal ciphertexts (convergent_encryption), which no"
              + " caller of this library expects");
    }
  }

  private KeyInfo info(TransitType type, String name, int version, byte @Nullable [] spki) {
    KeyInfo.Builder builder =
        KeyInfo.builder(type.keyType())
            .spki(spki)
            .signs(type.signatures())
            .encrypts(type.encryptions())
            .wraps(type.wraps())
            .macs(type.macs())
            .limits(KeyLimits.of(LARGEST_INPUT))
            .nonceSource(type.isAead() ? NonceSource.BACKEND : NonceSource.NONE)
            .resolvedId(id(name, Integer.toString(version)))
            .attribute(VERSION, Integer.toString(version))
            .versionedByService(type.isAead() && version == 0);
    return (version == 0 ? builder : builder.version(Integer.toString(version))).build();
  }

  private String id(String name, String version) {
    return engine.mount() + "/keys/" + name + (version.equals("0") ? "" : "/" + version);
  }

  private static TransitType typeOf(KeyType type, String name) {
    return TransitType.of(type)
        .orElseThrow(
            () ->
                new IdentityChangedException(
                    "the entry is pinned to a "
                        + type
                        + " key, which the transit engine does not have: "
                        + name));
  }

  /** PEM for RSA and EC, the bare base64 of 32 bytes for Ed25519. */
  private static byte[] spki(TransitType type, String text) throws MalformedAnswerException {
    try {
      if (type == TransitType.ED25519) {
        return Spki.ofRaw(KeyType.ED25519, Base64.getDecoder().decode(text));
      }
      String pem = text.strip();
      if (!pem.startsWith(PEM_BEGIN) || !pem.endsWith(PEM_END)) {
        throw new MalformedAnswerException("the field 'public_key' is not PEM");
      }
      byte[] spki =
          Base64.getMimeDecoder()
              .decode(pem.substring(PEM_BEGIN.length(), pem.length() - PEM_END.length()));
      if (!Spki.keyType(spki).equals(type.keyType())) {
        throw new MalformedAnswerException("the public key is not of the key's type");
      }
      return spki;
    } catch (IllegalArgumentException e) {
      throw new MalformedAnswerException("the field 'public_key' is not base64");
    }
  }
}
