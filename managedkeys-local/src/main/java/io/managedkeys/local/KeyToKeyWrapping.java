package io.managedkeys.local;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.WrapKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;

/** Wraps keys of the store by keys of the store; the material passes through this process only. */
final class KeyToKeyWrapping implements WrapKey {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int AES_KEY_LENGTH = 32;

  private final LocalKey key;
  private final LocalBackend backend;

  KeyToKeyWrapping(LocalKey key, LocalBackend backend) {
    this.key = key;
    this.backend = backend;
  }

  @Override
  public byte[] wrapKey(WrapAlgorithm algorithm, BackendKey target, CallContext context) {
    if (!(target instanceof LocalKey local)) {
      throw new InvalidInputException("a local key wraps keys of its own store only");
    }
    byte[] material = backend.extract(local.id());
    try {
      return wrap(algorithm, material, context);
    } finally {
      Arrays.fill(material, (byte) 0);
    }
  }

  @Override
  public void unwrapKey(
      WrapAlgorithm algorithm,
      byte[] wrapped,
      KeyConfig target,
      KeyType type,
      CallContext context) {
    try (SecretBytes material = SecretBytes.taking(unwrap(algorithm, wrapped, context))) {
      backend.lifecycle().importKey(target, type, material, UUID.randomUUID(), context);
    }
  }

  private byte[] wrap(WrapAlgorithm algorithm, byte[] material, CallContext context) {
    HashAlgorithm hash = algorithm.hash();
    if (hash == null) {
      return key.withSecret(context, bytes -> AesKeyWrap.wrap(algorithm, bytes, material));
    }
    key.material(context);
    Oaep oaep = new Oaep(hash, hash);
    int bits = key.info().type().bits();
    if (algorithm.isOaep()) {
      return oaep.encrypt(key.info().publicKey(), bits, material);
    }
    byte[] transport = new byte[AES_KEY_LENGTH];
    RANDOM.nextBytes(transport);
    try {
      byte[] head = oaep.encrypt(key.info().publicKey(), bits, transport);
      byte[] tail = AesKeyWrap.wrap(WrapAlgorithm.AES_KWP, transport, material);
      byte[] both = Arrays.copyOf(head, head.length + tail.length);
      System.arraycopy(tail, 0, both, head.length, tail.length);
      return both;
    } finally {
      Arrays.fill(transport, (byte) 0);
    }
  }

  private byte[] unwrap(WrapAlgorithm algorithm, byte[] wrapped, CallContext context) {
    HashAlgorithm hash = algorithm.hash();
    if (hash == null) {
      return key.withSecret(context, bytes -> AesKeyWrap.unwrap(algorithm, bytes, wrapped));
    }
    LoadedKey material = key.material(context);
    Oaep oaep = new Oaep(hash, hash);
    int bits = key.info().type().bits();
    if (algorithm.isOaep()) {
      return oaep.decrypt(material.privateKey(), bits, wrapped);
    }
    int head = bits / 8;
    if (wrapped.length <= head) {
      throw InvalidCiphertexts.damaged(null);
    }
    byte[] transport = oaep.decrypt(material.privateKey(), bits, Arrays.copyOf(wrapped, head));
    try {
      if (transport.length != 16 && transport.length != 24 && transport.length != 32) {
        throw InvalidCiphertexts.damaged(null);
      }
      return AesKeyWrap.unwrap(
          WrapAlgorithm.AES_KWP, transport, Arrays.copyOfRange(wrapped, head, wrapped.length));
    } finally {
      Arrays.fill(transport, (byte) 0);
    }
  }
}
