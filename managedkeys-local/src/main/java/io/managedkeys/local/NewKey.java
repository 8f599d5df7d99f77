package io.managedkeys.local;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.codec.Spki;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Key material that was just made or brought in, checked to be a key of its type, not yet stored. */
final class NewKey implements AutoCloseable {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int LEAST_RSA_BITS = 2048;
  private static final int MOST_RSA_BITS = 8192;

  private final KeyType type;
  private final SecretBytes material;
  private final byte @Nullable [] spki;

  private NewKey(KeyType type, SecretBytes material, byte @Nullable [] spki) {
    this.type = type;
    this.material = material;
    this.spki = spki;
  }

  static NewKey generate(KeyType type) {
    requireKnown(type);
    if (type.isSecret()) {
      byte[] bytes = new byte[type.bits() / 8];
      RANDOM.nextBytes(bytes);
      return new NewKey(type, SecretBytes.taking(bytes), null);
    }
    KeyPair pair = PrivateKeys.generate(type);
    return new NewKey(
        type, SecretBytes.taking(pair.getPrivate().getEncoded()), pair.getPublic().getEncoded());
  }

  /**
   * Takes material in.
   *
   * @param type what it must be
   * @param material raw or PKCS #8; copied
   * @param publicHalf the public half where it is known, or null
   * @throws InvalidInputException if it is not a key of the type
   */
  static NewKey of(KeyType type, SecretBytes material, @Nullable PublicKey publicHalf) {
    requireKnown(type);
    if (type.isSecret()) {
      requireLength(type, material.length());
      return new NewKey(type, SecretBytes.taking(material.copy()), null);
    }
    byte[] pkcs8 = material.copy();
    SecretBytes owned = SecretBytes.taking(pkcs8);
    boolean good = false;
    try {
      PrivateKey key = PrivateKeys.parse(type, pkcs8);
      byte[] spki = PrivateKeys.publicHalf(key, publicHalf);
      KeyType found = Spki.keyType(spki);
      if (!found.equals(type)) {
        throw new InvalidInputException("this is a " + found + " key, not a " + type + " key");
      }
      good = true;
      return new NewKey(type, owned, spki);
    } finally {
      if (!good) {
        owned.close();
      }
    }
  }

  KeyEntry seal(
      String name,
      UUID tag,
      Set<Usage> usages,
      boolean extractable,
      List<byte[]> chain,
      KeySealing sealing) {
    KeyEntry.Identity identity = new KeyEntry.Identity(name, UUID.randomUUID(), type);
    byte[] sealed = material.use(bytes -> sealing.seal(identity, bytes));
    return new KeyEntry(identity, tag, usages, extractable, true, null, spki, chain, sealed);
  }

  private static void requireKnown(KeyType type) {
    boolean known =
        switch (type.family()) {
          case "RSA" -> type.bits() >= LEAST_RSA_BITS && type.bits() <= MOST_RSA_BITS;
          case "EC" -> !type.equals(KeyType.EC_SECP256K1);
          case "AES", "HMAC", "ED25519", "ED448", "X25519" -> true;
          default -> type.family().startsWith("ML-DSA-");
        };
    if (!known) {
      throw new UnsupportedKeyOperationException(
          "the local backend has no "
              + type
              + " keys; it has RSA from 2048 to 8192 bits, EC-P256, EC-P384, EC-P521, ED25519, ED448,"
              + " X25519, AES, HMAC, and ML-DSA on JDK 24 and newer");
    }
  }

  private static void requireLength(KeyType type, int length) {
    if (type.family().equals("AES") && length * 8 != type.bits()) {
      throw new InvalidInputException(
          "an " + type + " key has " + type.bits() / 8 + " bytes, not " + length);
    }
    if (length == 0 || length > 1024) {
      throw new InvalidInputException("an HMAC key has 1 to 1024 bytes, not " + length);
    }
  }

  @Override
  public void close() {
    material.close();
  }

  @Override
  public String toString() {
    return "new " + type + " key (redacted)";
  }
}
