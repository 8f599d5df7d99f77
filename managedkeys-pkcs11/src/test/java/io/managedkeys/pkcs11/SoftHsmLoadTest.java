package io.managedkeys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import io.managedkeys.codec.EcdsaSignature;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Signing;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.nio.ByteBuffer;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sixteen threads on one key: every signature verifies, and the sessions stay within their bound. */
class SoftHsmLoadTest {

  private static final int THREADS = 16;
  private static final int SESSIONS = 6;

  /** 2,000 in strict mode, as continuous integration runs it. */
  private static final int EACH = Boolean.parseBoolean(strict()) ? 2_000 : 200;

  private static String strict() {
    String property = System.getProperty("MANAGEDKEYS_STRICT");
    return property != null ? property : System.getenv("MANAGEDKEYS_STRICT");
  }

  static List<KeyType> types() {
    return List.of(KeyType.RSA_2048, KeyType.EC_P256);
  }

  @ParameterizedTest
  @MethodSource("types")
  void everySignatureOfSixteenThreadsVerifies(KeyType type) throws Exception {
    try (SoftHsmToken token = SoftHsmToken.create();
        Pkcs11Backend backend = TestBackend.open(token, "max-sessions", String.valueOf(SESSIONS))) {
      Pkcs11Key key = TestBackend.generate(backend, "load", type, Usage.defaults());
      boolean ec = type.family().equals("EC");
      SignatureAlgorithm algorithm =
          ec ? SignatureAlgorithm.ECDSA_SHA256 : SignatureAlgorithm.RSA_PKCS1_SHA256;
      Signing signing = key.capability(Signing.class).orElseThrow();
      AtomicInteger verified = new AtomicInteger();
      AtomicInteger mostOpen = new AtomicInteger();
      ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
      List<Thread> threads = new ArrayList<>();
      for (int number = 0; number < THREADS; number++) {
        int own = number;
        threads.add(
            new Thread(
                () -> {
                  try {
                    Signature verifier = Signature.getInstance(algorithm.jcaName());
                    verifier.initVerify(key.info().publicKey());
                    for (int i = 0; i < EACH; i++) {
                      byte[] data = ByteBuffer.allocate(8).putInt(own).putInt(i).array();
                      byte[] signature =
                          signing.sign(
                              algorithm,
                              Message.digest(
                                  HashAlgorithm.SHA256, HashAlgorithm.SHA256.digest(data)),
                              CallContext.within(Duration.ofMinutes(5)));
                      mostOpen.accumulateAndGet(backend.connection().pool().open(), Math::max);
                      verifier.update(data);
                      if (verifier.verify(ec ? EcdsaSignature.toDer(signature) : signature)) {
                        verified.incrementAndGet();
                      }
                    }
                  } catch (Exception | AssertionError e) {
                    failures.add(e);
                  }
                }));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).isEmpty();
      assertThat(verified).hasValue(THREADS * EACH);
      assertThat(mostOpen.get()).isBetween(1, SESSIONS);
      // One epoch is one login.
      assertThat(key.epoch()).isEqualTo(1);
    }
  }
}
