package io.managedkeys.registry;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import java.security.SecureRandom;
import java.util.Arrays;

/** Runs the operation of a usage on random data and keeps nothing but the verdict. */
final class KeyTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  private KeyTest() {}

  static void run(ManagedKey key, Usage usage) {
    byte[] data = new byte[32];
    RANDOM.nextBytes(data);
    KeyInfo info = key.info();
    switch (usage) {
      case SIGN -> {
        SignatureAlgorithm algorithm = first(info.signatureAlgorithms(), usage);
        byte[] signature = key.sign(algorithm, data);
        if (key.usages().contains(Usage.VERIFY)) {
          require(key.verify(algorithm, data, signature), usage);
        }
      }
      case VERIFY -> {
        // A signature that nobody made must be refused; making one is not this usage.
        SignatureAlgorithm algorithm = first(info.signatureAlgorithms(), usage);
        require(!key.verify(algorithm, data, data), usage);
      }
      case ENCRYPT -> {
        byte[] ciphertext = key.encrypt(first(info.encryptionAlgorithms(), usage), data);
        require(!Arrays.equals(ciphertext, data), usage);
      }
      case DECRYPT -> {
        EncryptionAlgorithm algorithm = first(info.encryptionAlgorithms(), usage);
        if (key.usages().contains(Usage.ENCRYPT)) {
          require(Arrays.equals(key.decrypt(algorithm, key.encrypt(algorithm, data)), data), usage);
        } else {
          throw cannot(usage, "the key may not encrypt, so there is nothing to decrypt");
        }
      }
      case WRAP -> {
        byte[] wrapped = key.wrapBytes(first(info.wrapAlgorithms(), usage), data);
        require(!Arrays.equals(wrapped, data), usage);
      }
      case UNWRAP -> {
        WrapAlgorithm algorithm = first(info.wrapAlgorithms(), usage);
        if (!key.usages().contains(Usage.WRAP)) {
          throw cannot(usage, "the key may not wrap, so there is nothing to unwrap");
        }
        try (var unwrapped = key.unwrapBytes(algorithm, key.wrapBytes(algorithm, data))) {
          require(unwrapped.use(bytes -> Arrays.equals(bytes, data)), usage);
        }
      }
      case MAC, VERIFY_MAC -> mac(key, info, usage, data);
      case AGREE -> {
        AgreementAlgorithm algorithm = first(info.agreementAlgorithms(), usage);
        try (var secret = key.agree(algorithm, key.publicKey())) {
          require(secret.length() > 0, usage);
        }
      }
      case RANDOM -> require(!Arrays.equals(key.random(32), new byte[32]), usage);
    }
  }

  private static void mac(ManagedKey key, KeyInfo info, Usage usage, byte[] data) {
    MacAlgorithm algorithm = first(info.macAlgorithms(), usage);
    boolean makes = key.usages().contains(Usage.MAC);
    byte[] mac = makes ? key.mac(algorithm, data) : new byte[algorithm.length()];
    if (key.usages().contains(Usage.VERIFY_MAC)) {
      require(key.verifyMac(algorithm, data, mac) == makes, usage);
    }
  }

  private static <A> A first(Iterable<A> algorithms, Usage usage) {
    var iterator = algorithms.iterator();
    if (!iterator.hasNext()) {
      throw cannot(usage, "no algorithm for it is permitted and possible");
    }
    return iterator.next();
  }

  private static UnsupportedKeyOperationException cannot(Usage usage, String why) {
    return new UnsupportedKeyOperationException(usage + " can't be tested: " + why);
  }

  private static void require(boolean right, Usage usage) {
    if (!right) {
      throw new ManagedKeyException("the test of " + usage + " gave a wrong result", null);
    }
  }
}
