package io.managedkeys.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.managedkeys.ConflictException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.registry.Registry;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;

/** Keys that are missing, disabled, rotated, or found again after the registry was closed. */
final class LifecycleChecks {

  private LifecycleChecks() {}

  static void missingKey(ContractRun run) {
    Map<String, String> fields = run.fixture().missingKeyFields();
    ManagedKey missing = run.entry(fields, UsageGroup.SIGNING.usages, Map.of());
    run.refuses("the description of a missing key", missing::info, KeyNotFoundException.class);
    run.refuses(
        "a signature by a missing key",
        () -> missing.sign(SignatureAlgorithm.ECDSA_SHA256, Bytes.pattern(1)),
        KeyNotFoundException.class);
  }

  static void generatedTwice(ContractRun run, KeyType type, UsageGroup group) {
    ManagedKey existing = run.key(type, group.usages);
    byte[] before = existing.info().spki().orElse(new byte[0]);
    run.refuses(
        "generating a key where there is one",
        () -> run.keys().registry().generate(Namespace.ROOT, existing.ref(), type),
        ConflictException.class,
        UnsupportedKeyOperationException.class);
    assertArrayEquals(before, existing.info().spki().orElse(new byte[0]));
  }

  static void disabled(ContractRun run, KeyType type, UsageGroup group) throws Throwable {
    Map<String, String> fields = run.spareFieldsOf(type, group.usages);
    ManagedKey key = run.entry(fields, group.usages, Map.of());
    ManagedKey held = run.entry(fields, group.usages, Map.of());
    Usage usage = privateUsage(group);
    Executable use = Calls.of(held, held, usage);
    Executable useAnew = Calls.of(key, held, usage);
    use.execute();
    Registry registry = run.keys().registry();
    Optional<String> evidence = run.limit("disable", "-", type);
    if (evidence.isPresent()) {
      run.refuses(
          "disabling, declared as lacking",
          () -> registry.disable(Namespace.ROOT, key.ref()),
          UnsupportedKeyOperationException.class);
      use.execute();
      run.refused("disable", "-", type, evidence.get());
      return;
    }
    registry.disable(Namespace.ROOT, key.ref());
    run.refuses("a use of a disabled key that is held", use, KeyStateException.class);
    run.refuses("a use of a disabled key found anew", useAnew, KeyStateException.class);
    registry.enable(Namespace.ROOT, key.ref());
    use.execute();
    run.works("disable", "-", type, "refused while disabled, works again when enabled");
  }

  /** The usage that needs the key itself and not just its public half. */
  static Usage privateUsage(UsageGroup group) {
    return switch (group) {
      case SIGNING -> Usage.SIGN;
      case ENCRYPTION -> Usage.DECRYPT;
      case WRAPPING -> Usage.UNWRAP;
      case AUTHENTICATION -> Usage.MAC;
      case AGREEMENT -> Usage.AGREE;
    };
  }

  static void rotated(ContractRun run, KeyType type, UsageGroup group) {
    Map<String, String> fields = run.spareFieldsOf(type, group.usages);
    ManagedKey key = run.entry(fields, group.usages, Map.of());
    Registry registry = run.keys().registry();
    boolean versioned = key.info().versionedByService();
    Optional<String> evidence = run.limit("rotate", "-", type);
    boolean opens = group == UsageGroup.ENCRYPTION || group == UsageGroup.WRAPPING;
    if (!versioned || !opens) {
      byte[] before = key.info().spki().orElse(new byte[0]);
      run.refuses(
          "rotating a key that its service does not version",
          () -> registry.rotate(Namespace.ROOT, key.ref()),
          UnsupportedKeyOperationException.class);
      assertArrayEquals(before, key.info().spki().orElse(new byte[0]), "the key is the same");
      return;
    }
    if (evidence.isPresent()) {
      fail("rotation is declared as lacking (" + evidence.get() + ") on a versioned key");
    }
    byte[] plaintext = Bytes.pattern(48);
    if (group == UsageGroup.WRAPPING) {
      WrapAlgorithm wrap = key.info().wrapAlgorithms().iterator().next();
      byte[] wrapped = key.wrapBytes(wrap, plaintext);
      registry.rotate(Namespace.ROOT, key.ref());
      assertArrayEquals(plaintext, WrappingChecks.unwrap(key, wrap, wrapped));
      assertArrayEquals(
          plaintext, WrappingChecks.unwrap(key, wrap, key.wrapBytes(wrap, plaintext)));
      run.works("rotate", wrap.name(), type, "what was wrapped earlier still unwraps");
      return;
    }
    EncryptionAlgorithm algorithm = Calls.encryption(key);
    byte[] old = key.encrypt(algorithm, plaintext);
    registry.rotate(Namespace.ROOT, key.ref());
    assertArrayEquals(plaintext, key.decrypt(algorithm, old), "what was encrypted before");
    assertArrayEquals(plaintext, key.decrypt(algorithm, key.encrypt(algorithm, plaintext)));
    run.works("rotate", algorithm.name(), type, "earlier ciphertexts still decrypt");
  }

  static void dataKeys(ContractRun run, KeyType type) {
    ManagedKey key = run.key(type, UsageGroup.ENCRYPTION.usages);
    EncryptionAlgorithm algorithm = Calls.encryption(key);
    byte[] aad = algorithm.takesAad() ? Bytes.pattern(9) : null;
    for (int length : new int[] {16, 32, 64}) {
      try (var dataKey = key.generateDataKey(length, aad);
          var another = key.generateDataKey(length, aad)) {
        assertEquals(length, dataKey.plaintext().length());
        assertArrayEquals(
            dataKey.plaintext().copy(), key.decrypt(algorithm, dataKey.wrapped(), aad));
        assertFalse(Arrays.equals(dataKey.plaintext().copy(), another.plaintext().copy()));
      }
    }
    run.refuses(
        "a data key of 15 bytes", () -> key.generateDataKey(15, aad), InvalidInputException.class);
    run.works("data-key", algorithm.name(), type, "opened by decrypt");
  }

  static void random(ContractRun run, KeyType type, UsageGroup group) {
    ManagedKey key = run.entry(run.fieldsOf(type, group.usages), Set.of(Usage.RANDOM), Map.of());
    Optional<String> evidence = run.limit("random", "-", type);
    if (evidence.isPresent()) {
      run.refuses(
          "random bytes, declared as lacking",
          () -> key.random(16),
          UnsupportedKeyOperationException.class);
      run.refused("random", "-", null, evidence.get());
      return;
    }
    for (int length : new int[] {1, 16, 5000}) {
      byte[] bytes = key.random(length);
      assertEquals(length, bytes.length);
      assertFalse(length > 8 && Arrays.equals(bytes, key.random(length)));
    }
    run.works("random", "-", null, "lengths up to 5000");
  }

  static void health(ContractRun run) {
    assertTrue(run.keys().registry().health(Namespace.ROOT, ContractFixture.BACKEND).up());
  }
}
