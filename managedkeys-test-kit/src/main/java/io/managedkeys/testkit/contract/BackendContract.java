package io.managedkeys.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.UnsupportedKeyOperationException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The contract that every backend keeps. A backend's test class extends this and gives a {@link
 * ContractFixture}; a server that is not there is reported by an assumption in {@link #fixture()}.
 *
 * <p>For every key type of the fixture and every algorithm that fits it: what the key claims works, is
 * cross-checked by the JDK, BouncyCastle and the openssl program where they know the algorithm, and
 * refuses wrong input by type; what it does not claim is declared in {@link ContractFixture#limits()}
 * and refused by type. Then usages, permitted algorithms and grants; missing, disabled and rotated keys;
 * many threads; closing and reopening; and that no sensitive value is shown anywhere.
 *
 * <p>What was proven is written to {@code target/contract} (system property {@code
 * managedkeys.contract.rows}), from where {@link SupportTable} makes the support table. Everything runs
 * in one thread but the concurrency tests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendContract {

  private @Nullable ContractRun run;
  private @Nullable PrintStream out;
  private @Nullable PrintStream err;

  /** For subclasses. */
  protected BackendContract() {}

  /**
   * Starts what the backend needs. Called once, before all tests.
   *
   * @return the fixture, which the contract closes
   * @throws Exception if it can't be started
   */
  protected abstract ContractFixture fixture() throws Exception;

  @BeforeAll
  final void open() throws Exception {
    out = System.out;
    err = System.err;
    System.setOut(SpyStream.on(System.out));
    System.setErr(SpyStream.on(System.err));
    ContractFixture fixture = fixture();
    boolean opened = false;
    try {
      run = new ContractRun(fixture);
      opened = true;
    } finally {
      if (!opened) {
        fixture.close();
      }
    }
  }

  @AfterAll
  final void close() {
    PrintStream realOut = out;
    PrintStream realErr = err;
    if (realOut != null && realErr != null) {
      System.setOut(realOut);
      System.setErr(realErr);
    }
    ContractRun ended = run;
    if (ended != null) {
      String folder = System.getProperty("managedkeys.contract.rows", "target/contract");
      String name = getClass().getName() + "-jdk" + Runtime.version().feature();
      SupportRow.write(Path.of(folder), name, ended.rows());
      ended.close();
    }
  }

  private ContractRun run() {
    ContractRun now = run;
    if (now == null) {
      throw new IllegalStateException("the contract was not opened");
    }
    return now;
  }

  @TestFactory
  final Stream<DynamicNode> contract() {
    List<DynamicNode> nodes = new ArrayList<>();
    for (KeyType type : run().fixture().keyTypes()) {
      for (UsageGroup group : UsageGroup.values()) {
        if (group.suits(type)) {
          nodes.add(
              dynamicContainer(
                  type + " " + group.name().toLowerCase(Locale.ROOT), tests(type, group)));
        }
      }
    }
    nodes.add(dynamicTest("a missing key is not found", () -> LifecycleChecks.missingKey(run())));
    nodes.add(dynamicTest("the backend is healthy", () -> LifecycleChecks.health(run())));
    nodes.add(dynamicTest("keys are the same after closing and reopening", this::reopened));
    nodes.add(dynamicTest("nothing sensitive was shown", this::nothingSensitiveWasShown));
    return nodes.stream();
  }

  private Stream<DynamicNode> tests(KeyType type, UsageGroup group) {
    List<DynamicNode> nodes = new ArrayList<>();
    switch (group) {
      case SIGNING ->
          Algorithms.signatures(type)
              .forEach(
                  algorithm ->
                      add(
                          nodes,
                          type,
                          group,
                          "signs by " + algorithm,
                          key -> SigningChecks.check(run(), type, key, algorithm)));
      case ENCRYPTION ->
          Algorithms.encryptions(type)
              .forEach(
                  algorithm ->
                      add(
                          nodes,
                          type,
                          group,
                          "encrypts by " + algorithm,
                          key -> {
                            if (type.isSecret()) {
                              SecretEncryptionChecks.check(run(), type, key, algorithm);
                            } else {
                              OaepChecks.check(run(), type, key, algorithm);
                            }
                          }));
      case WRAPPING ->
          Algorithms.wraps(type)
              .forEach(
                  algorithm ->
                      add(
                          nodes,
                          type,
                          group,
                          "wraps by " + algorithm,
                          key -> WrappingChecks.check(run(), type, key, algorithm)));
      case AUTHENTICATION ->
          Algorithms.macs(type)
              .forEach(
                  algorithm ->
                      add(
                          nodes,
                          type,
                          group,
                          "authenticates by " + algorithm,
                          key -> MacChecks.check(run(), type, key, algorithm)));
      case AGREEMENT ->
          Algorithms.agreements(type)
              .forEach(
                  algorithm ->
                      add(
                          nodes,
                          type,
                          group,
                          "agrees by " + algorithm,
                          key -> AgreementChecks.check(run(), type, key, algorithm)));
    }
    if (type.isSecret() && group == UsageGroup.ENCRYPTION) {
      add(nodes, type, group, "makes data keys", key -> LifecycleChecks.dataKeys(run(), type));
    }
    add(
        nodes,
        type,
        group,
        "a usage that is not allowed is refused",
        key -> PolicyChecks.usageNotAllowed(run(), type, group));
    add(
        nodes,
        type,
        group,
        "an algorithm that is not permitted is refused",
        key -> PolicyChecks.algorithmNotPermitted(run(), type, group));
    add(
        nodes,
        type,
        group,
        "a use without a grant is refused",
        key -> PolicyChecks.grantMissing(run(), type, group));
    add(
        nodes,
        type,
        group,
        "a key is not made where there is one",
        key -> LifecycleChecks.generatedTwice(run(), type, group));
    add(
        nodes,
        type,
        group,
        "a disabled key is refused until it is enabled",
        key -> LifecycleChecks.disabled(run(), type, group));
    add(
        nodes,
        type,
        group,
        "rotation keeps what was encrypted, or is refused",
        key -> LifecycleChecks.rotated(run(), type, group));
    add(nodes, type, group, "random bytes", key -> LifecycleChecks.random(run(), type, group));
    add(
        nodes,
        type,
        group,
        "many threads get right results",
        key -> ConcurrencyChecks.check(run(), key, group));
    return nodes.stream();
  }

  /** A check of a key that can be had. */
  @FunctionalInterface
  private interface Check {
    void on(ManagedKey key) throws Throwable;
  }

  private void add(
      List<DynamicNode> nodes, KeyType type, UsageGroup group, String name, Check check) {
    nodes.add(
        dynamicTest(
            name,
            () -> {
              Optional<ManagedKey> key = keyOrLimit(type, group);
              if (key.isPresent()) {
                check.on(key.get());
              }
            }));
  }

  /** The key, or empty where the server has no such keys and the fixture says so. */
  private Optional<ManagedKey> keyOrLimit(KeyType type, UsageGroup group) {
    Optional<String> evidence = run().limit(group.operation, "*", type);
    try {
      return Optional.of(run().key(type, group.usages));
    } catch (UnsupportedKeyOperationException e) {
      if (evidence.isEmpty()) {
        throw e;
      }
      run().refused(group.operation, "-", type, evidence.get());
      return Optional.empty();
    }
  }

  private void reopened() throws Throwable {
    if (!run().fixture().keysSurviveReopening()) {
      return;
    }
    for (KeyType type : run().fixture().keyTypes()) {
      for (UsageGroup group : UsageGroup.values()) {
        Optional<ManagedKey> key = group.suits(type) ? keyOrLimit(type, group) : Optional.empty();
        if (key.isPresent()) {
          Map<String, String> fields = run().fieldsOf(type, group.usages);
          byte[] before = key.get().info().spki().orElse(new byte[0]);
          run().reopen();
          ManagedKey after = run().entry(fields, group.usages, Map.of());
          assertArrayEquals(before, after.info().spki().orElse(new byte[0]));
          Calls.of(after, after, LifecycleChecks.privateUsage(group)).execute();
        }
      }
    }
  }

  private void nothingSensitiveWasShown() {
    List<String> shown = new ArrayList<>(run().said());
    var registry = run().keys().registry();
    Map<String, String> fields = registry.backendFields(Namespace.ROOT, ContractFixture.BACKEND);
    shown.add(fields.toString());
    run().keys().keys().forEach(key -> shown.add(key + " " + key.usages()));
    if (System.out instanceof SpyStream printed) {
      shown.add(printed.printed());
    }
    if (System.err instanceof SpyStream printed) {
      shown.add(printed.printed());
    }
    assertTrue(shown.size() > 10, "there was something to look at");
    for (String secret : run().fixture().secrets()) {
      for (String text : shown) {
        assertFalse(text.contains(secret), "a sensitive value of the configuration was shown");
      }
    }
    if (!run().fixture().secrets().isEmpty()) {
      assertTrue(fields.containsValue("(redacted)"), "sensitive fields read (redacted)");
    }
  }
}
