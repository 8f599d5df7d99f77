package io.managedkeys.pkcs11;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Signing;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that sign without end, verify every signature, and count what fails and how. */
final class Load implements AutoCloseable {

  private final Signing signing;
  private final PublicKey publicKey;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger signed = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
  private final AtomicLong lastSuccess = new AtomicLong(System.nanoTime());
  private volatile boolean stop;

  Load(Pkcs11Key key, int threads) {
    this.signing = key.capability(Signing.class).orElseThrow();
    this.publicKey = key.info().publicKey();
    for (int i = 0; i < threads; i++) {
      int number = i;
      Thread thread = new Thread(() -> run(number));
      thread.start();
      this.threads.add(thread);
    }
  }

  private void run(int number) {
    for (int i = 0; !stop; i++) {
      byte[] data = ByteBuffer.allocate(8).putInt(number).putInt(i).array();
      try {
        byte[] signature =
            signing.sign(
                SignatureAlgorithm.RSA_PKCS1_SHA256,
                Message.digest(HashAlgorithm.SHA256, HashAlgorithm.SHA256.digest(data)),
                CallContext.within(Duration.ofSeconds(20)));
        Signature verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(publicKey);
        verifier.update(data);
        if (verifier.verify(signature)) {
          signed.incrementAndGet();
          lastSuccess.set(System.nanoTime());
        } else {
          wrong.incrementAndGet();
        }
      } catch (ManagedKeyException e) {
        failures
            .computeIfAbsent(e.getClass().getSimpleName(), type -> new AtomicInteger())
            .incrementAndGet();
        pause();
      } catch (GeneralSecurityException e) {
        failures.computeIfAbsent(e.toString(), type -> new AtomicInteger()).incrementAndGet();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int signed() {
    return signed.get();
  }

  int wrong() {
    return wrong.get();
  }

  Map<String, AtomicInteger> failures() {
    return failures;
  }

  /** Waits for a signature made after this moment; how long that took, in milliseconds. */
  long untilNextSuccess(Duration atMost) throws InterruptedException {
    long from = System.nanoTime();
    while (lastSuccess.get() - from < 0) {
      if (System.nanoTime() - from > atMost.toNanos()) {
        return Long.MAX_VALUE;
      }
      Thread.sleep(5);
    }
    return (lastSuccess.get() - from) / 1_000_000;
  }

  @Override
  public void close() {
    stop = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public String toString() {
    return signed + " signed, " + wrong + " wrong, failures " + failures;
  }
}
