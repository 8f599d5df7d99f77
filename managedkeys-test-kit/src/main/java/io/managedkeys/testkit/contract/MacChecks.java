package io.managedkeys.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Message authentication codes. */
final class MacChecks {

  private static final int LARGEST_TRIED = 1 << 20;

  private MacChecks() {}

  static void check(ContractRun run, KeyType type, ManagedKey key, MacAlgorithm algorithm)
      throws Exception {
    if (!run.isToBeChecked(
        key.info().macAlgorithms().contains(algorithm),
        "mac",
        algorithm.name(),
        type,
        () -> key.mac(algorithm, new byte[1]))) {
      return;
    }
    for (int length : new int[] {1, 64, 4000}) {
      byte[] message = Bytes.pattern(length);
      byte[] code = key.mac(algorithm, message);
      assertEquals(algorithm.length(), code.length, "full length");
      assertTrue(key.verifyMac(algorithm, message, code));
      for (byte[] bad : Bytes.flipped(code)) {
        assertFalse(key.verifyMac(algorithm, message, bad), "a changed code");
      }
      for (byte[] bad : Bytes.misshapen(code)) {
        assertFalse(key.verifyMac(algorithm, message, bad), "a misshapen code");
      }
      assertFalse(key.verifyMac(algorithm, Bytes.pattern(length + 1), code), "another message");
    }
    int most = key.info().limits().macMessage();
    if (most <= LARGEST_TRIED) {
      run.refuses(
          "a message over the limit",
          () -> key.mac(algorithm, new byte[most + 1]),
          InvalidInputException.class);
    }
    run.works("mac", algorithm.name(), type, "changes refused" + independent(run, type, algorithm));
  }

  private static String independent(ContractRun run, KeyType type, MacAlgorithm algorithm)
      throws Exception {
    byte[] material = Bytes.pattern(type.bits() / 8);
    Optional<ManagedKey> imported = run.imported(type, UsageGroup.AUTHENTICATION.usages, material);
    if (imported.isEmpty()) {
      return "";
    }
    Mac mac = Mac.getInstance(algorithm.jcaName(), Second.BC);
    mac.init(new SecretKeySpec(material, algorithm.jcaName()));
    byte[] message = Bytes.pattern(333);
    assertArrayEquals(mac.doFinal(message), imported.get().mac(algorithm, message));
    return "; computed by BouncyCastle too";
  }
}
