package io.managedkeys.spi;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What proves that a key is still the same key: its type, the id it resolved to (ARN, version), its
 * public key, or for secret keys a {@link Witness}. Holds enough that a service addressed by immutable
 * names need not be asked again.
 *
 * <p>{@link #encode()} is the text kept in stores and pins files: {@code v1} and then {@code
 * ;name=value} with values in unpadded base64url.
 *
 * @param type the key's type
 * @param resolvedIdOrNull what the backend resolved the entry to, or null
 * @param spkiOrNull the DER SubjectPublicKeyInfo, or null for secret keys
 * @param witnessOrNull the witness, or null
 * @param attributes further facts of the backend's
 */
@SuppressWarnings("ArrayRecordComponent") // compared by encode()
public record Pin(
    KeyType type,
    @Nullable String resolvedIdOrNull,
    byte @Nullable [] spkiOrNull,
    @Nullable Witness witnessOrNull,
    Map<String, String> attributes) {

  private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder FROM_TEXT = Base64.getUrlDecoder();

  /**
   * Checks and copies the parts.
   *
   * @param type the key's type
   * @param resolvedIdOrNull what the backend resolved the entry to, or null
   * @param spkiOrNull the DER SubjectPublicKeyInfo, or null for secret keys
   * @param witnessOrNull the witness, or null
   * @param attributes further facts of the backend's
   */
  public Pin {
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
  }

  /**
   * The pin of a key.
   *
   * @param info what the backend says of it
   * @param witness the witness, or null
   * @return the pin
   */
  public static Pin of(KeyInfo info, @Nullable Witness witness) {
    return new Pin(
        info.type(),
        info.resolvedId().orElse(null),
        info.spki().orElse(null),
        witness,
        info.attributes());
  }

  /**
   * What the backend resolved the entry to.
   *
   * @return the id, or empty
   */
  public Optional<String> resolvedId() {
    return Optional.ofNullable(resolvedIdOrNull);
  }

  /**
   * The public key.
   *
   * @return the DER SubjectPublicKeyInfo, or empty
   */
  public Optional<byte[]> spki() {
    return spkiOrNull == null ? Optional.empty() : Optional.of(spkiOrNull.clone());
  }

  /**
   * The witness.
   *
   * @return the witness, or empty
   */
  public Optional<Witness> witness() {
    return Optional.ofNullable(witnessOrNull);
  }

  /**
   * Whether a description can be of the pinned key, as far as descriptions tell: type and public key;
   * for a key without one, the id it resolved to. A witness still has to be asked.
   *
   * @param info the description
   * @return true if nothing contradicts
   */
  public boolean fits(KeyInfo info) {
    if (!type.equals(info.type())) {
      return false;
    }
    byte[] pinned = spkiOrNull;
    byte[] found = info.spki().orElse(null);
    if (pinned == null || found == null) {
      return pinned == found;
    }
    return MessageDigest.isEqual(pinned, found);
  }

  /**
   * The pin as text.
   *
   * @return one line of ASCII
   */
  public String encode() {
    StringBuilder text = new StringBuilder("v1");
    append(text, "type", utf8(type.name()));
    if (resolvedIdOrNull != null) {
      append(text, "id", utf8(resolvedIdOrNull));
    }
    if (spkiOrNull != null) {
      append(text, "spki", spkiOrNull);
    }
    if (witnessOrNull != null) {
      append(text, "wk", utf8(witnessOrNull.kind().name()));
      append(text, "wa", utf8(witnessOrNull.algorithm()));
      append(text, "wq", witnessOrNull.question());
      append(text, "wh", witnessOrNull.answerHash());
    }
    attributes.forEach((name, value) -> append(text, "a." + name, utf8(value)));
    return text.toString();
  }

  /**
   * Reads a pin.
   *
   * @param text what {@link #encode()} made
   * @return the pin
   * @throws InvalidConfigurationException if it is none
   */
  public static Pin decode(String text) {
    try {
      String[] parts = text.split(";", -1);
      if (!parts[0].equals("v1")) {
        throw new InvalidConfigurationException("a pin begins with v1; this one does not");
      }
      Map<String, byte[]> fields = new LinkedHashMap<>();
      for (int i = 1; i < parts.length; i++) {
        int equals = parts[i].indexOf('=');
        if (equals < 1) {
          throw new InvalidConfigurationException("a pin's parts are name=value");
        }
        byte[] value = FROM_TEXT.decode(parts[i].substring(equals + 1));
        if (fields.put(parts[i].substring(0, equals), value) != null) {
          throw new InvalidConfigurationException("a pin names a part twice");
        }
      }
      return of(fields);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigurationException("a pin's values are base64url; one is not", e);
    }
  }

  private static Pin of(Map<String, byte[]> fields) {
    Map<String, String> attributes = new TreeMap<>();
    fields.forEach(
        (name, value) -> {
          if (name.startsWith("a.")) {
            attributes.put(name.substring(2), text(value));
          }
        });
    byte[] type = fields.get("type");
    if (type == null) {
      throw new InvalidConfigurationException("a pin must name the key's type");
    }
    byte[] id = fields.get("id");
    byte[] kind = fields.get("wk");
    byte[] algorithm = fields.get("wa");
    byte[] question = fields.get("wq");
    byte[] hash = fields.get("wh");
    Witness witness = null;
    if (kind != null && algorithm != null && question != null && hash != null) {
      witness = new Witness(Witness.Kind.valueOf(text(kind)), text(algorithm), question, hash);
    } else if (kind != null || algorithm != null || question != null || hash != null) {
      throw new InvalidConfigurationException("a pin's witness is incomplete");
    }
    return new Pin(
        KeyType.parse(text(type)),
        id == null ? null : text(id),
        fields.get("spki"),
        witness,
        attributes);
  }

  private static void append(StringBuilder text, String name, byte[] value) {
    text.append(';').append(name).append('=').append(TO_TEXT.encodeToString(value));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Pin pin && encode().equals(pin.encode());
  }

  @Override
  public int hashCode() {
    return encode().hashCode();
  }

  @Override
  public String toString() {
    return "pin of " + type + (resolvedIdOrNull == null ? "" : " " + resolvedIdOrNull);
  }
}
