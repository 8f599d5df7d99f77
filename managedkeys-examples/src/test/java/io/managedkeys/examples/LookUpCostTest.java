package io.managedkeys.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.managedkeys.Grant;
import io.managedkeys.KeyAccess;
import io.managedkeys.Namespace;
import io.managedkeys.Subject;
import io.managedkeys.Usage;
import io.managedkeys.registry.ManagedKeys;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A count, not a time: what finding a granted key costs in allocation. */
class LookUpCostTest {

  @Test
  void aGrantedKeyIsFoundWithoutAllocation() {
    Subject pki = Subject.mount("pki");
    try (ManagedKeys keys =
        ManagedKeys.builder()
            .backend("dev", "local", Map.of())
            .key("dev:root", Map.of())
            .grant(Grant.allow(pki, "dev:*", Set.of(Usage.SIGN)))
            .open()) {
      KeyAccess access = keys.access(Namespace.ROOT, pki);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long id = Thread.currentThread().getId();
      int rounds = 100_000;
      long allocated = allocated(access, threads, id, rounds);
      allocated = allocated(access, threads, id, rounds);
      assertThat(allocated).isLessThan(rounds);
    }
  }

  private static long allocated(KeyAccess access, ThreadMXBean threads, long id, int rounds) {
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < rounds; i++) {
      access.key("dev:root");
    }
    return threads.getThreadAllocatedBytes(id) - before;
  }
}
