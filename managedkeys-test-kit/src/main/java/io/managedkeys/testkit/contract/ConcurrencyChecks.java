package io.managedkeys.testkit.contract;

import io.managedkeys.ManagedKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many threads on one key: every result is right. */
final class ConcurrencyChecks {

  private ConcurrencyChecks() {}

  static void check(ContractRun run, ManagedKey key, UsageGroup group) throws Exception {
    int threads = run.fixture().concurrency()[0];
    int operations = run.fixture().concurrency()[1];
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int number = thread;
        work.add(
            () -> {
              int right = 0;
              for (int i = 0; i < operations; i++) {
                right += isRight(key, group, Bytes.pattern(10 + number * 100 + i)) ? 1 : 0;
              }
              return right;
            });
      }
      int right = 0;
      for (Future<Integer> done : pool.invokeAll(work, 5, TimeUnit.MINUTES)) {
        right += done.get();
      }
      if (right != threads * operations) {
        throw new AssertionError(
            (threads * operations - right) + " of " + threads * operations + " results are wrong");
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static boolean isRight(ManagedKey key, UsageGroup group, byte[] data) {
    return switch (group) {
      case SIGNING -> key.verify(Calls.signature(key), data, key.sign(Calls.signature(key), data));
      case ENCRYPTION -> {
        byte[] shorter = Arrays.copyOf(data, Math.min(data.length, 50));
        yield Arrays.equals(
            shorter,
            key.decrypt(Calls.encryption(key), key.encrypt(Calls.encryption(key), shorter)));
      }
      case WRAPPING -> {
        byte[] material = Arrays.copyOf(data, 32);
        yield Arrays.equals(
            material,
            WrappingChecks.unwrap(key, Calls.wrap(key), key.wrapBytes(Calls.wrap(key), material)));
      }
      case AUTHENTICATION -> key.verifyMac(Calls.mac(key), data, key.mac(Calls.mac(key), data));
      case AGREEMENT -> {
        try (var one = key.agree(Calls.agreement(key), key.publicKey());
            var two = key.agree(Calls.agreement(key), key.publicKey())) {
          yield one.sameAs(two);
        }
      }
    };
  }
}
