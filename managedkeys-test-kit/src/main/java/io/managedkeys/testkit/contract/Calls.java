package io.managedkeys.testkit.contract;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import java.util.Collection;
import org.junit.jupiter.api.function.Executable;

/** One good call for a usage, by the first algorithm that takes any message. */
final class Calls {

  private static final byte[] MESSAGE = Bytes.pattern(32);

  private Calls() {}

  /**
   * A call that works if nothing forbids it.
   *
   * @param asked the key to ask, which may be forbidden to
   * @param able the same key under an entry that allows everything, for algorithms and inputs
   * @param usage what to ask for
   */
  static Executable of(ManagedKey asked, ManagedKey able, Usage usage) {
    return switch (usage) {
      case SIGN -> () -> asked.sign(signature(able), MESSAGE);
      case VERIFY -> {
        byte[] signature = able.sign(signature(able), MESSAGE);
        yield () -> asked.verify(signature(able), MESSAGE, signature);
      }
      case ENCRYPT -> () -> asked.encrypt(encryption(able), MESSAGE);
      case DECRYPT -> {
        byte[] ciphertext = able.encrypt(encryption(able), MESSAGE);
        yield () -> asked.decrypt(encryption(able), ciphertext);
      }
      case WRAP -> () -> asked.wrapBytes(wrap(able), MESSAGE);
      case UNWRAP -> {
        byte[] wrapped = able.wrapBytes(wrap(able), MESSAGE);
        yield () -> {
          try (SecretBytes material = asked.unwrapBytes(wrap(able), wrapped)) {
            material.length();
          }
        };
      }
      case MAC -> () -> asked.mac(mac(able), MESSAGE);
      case VERIFY_MAC -> {
        byte[] code = able.mac(mac(able), MESSAGE);
        yield () -> asked.verifyMac(mac(able), MESSAGE, code);
      }
      case AGREE ->
          () -> {
            try (SecretBytes secret = asked.agree(agreement(able), able.publicKey())) {
              secret.length();
            }
          };
      case RANDOM -> () -> asked.random(16);
    };
  }

  static SignatureAlgorithm signature(ManagedKey key) {
    return first(
        key.info().signatureAlgorithms().stream()
            .filter(algorithm -> !algorithm.name().endsWith("_NONE"))
            .toList());
  }

  static EncryptionAlgorithm encryption(ManagedKey key) {
    return first(key.info().encryptionAlgorithms());
  }

  static WrapAlgorithm wrap(ManagedKey key) {
    return first(key.info().wrapAlgorithms());
  }

  static MacAlgorithm mac(ManagedKey key) {
    return first(key.info().macAlgorithms());
  }

  static AgreementAlgorithm agreement(ManagedKey key) {
    return first(key.info().agreementAlgorithms());
  }

  private static <A> A first(Collection<A> algorithms) {
    return algorithms.iterator().next();
  }
}
