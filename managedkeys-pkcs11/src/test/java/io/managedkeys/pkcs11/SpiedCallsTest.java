package io.managedkeys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import io.managedkeys.pkcs11.token.BindingNames;
import io.managedkeys.testkit.softhsm.Pkcs11Spy;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What reaches the token, as OpenSC's spy saw it in a process of its own. */
class SpiedCallsTest {

  private SoftHsmToken token;

  @TempDir Path folder;

  @BeforeEach
  void make() {
    token = SoftHsmToken.create();
  }

  @AfterEach
  void delete() {
    if (token != null) {
      token.close();
    }
  }

  static List<String> bindings() {
    return BindingNames.usable();
  }

  @ParameterizedTest
  @MethodSource("bindings")
  void aSignatureIsOneSignInitAndOneSignAndNothingElse(String binding) throws Exception {
    token.pkcs11Tool("--keypairgen", "--key-type", "rsa:2048", "--label", "rsa", "--id", "01");
    token.pkcs11Tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "ec", "--id", "02");
    Pkcs11Spy spy = Pkcs11Spy.in(folder);
    for (String key : List.of("rsa", "ec")) {
      Map<String, Integer> few = counted(spy, key, binding, 1);
      Map<String, Integer> many = counted(spy, key, binding, 51);
      Map<String, Integer> more = new HashMap<>(many);
      few.forEach((function, times) -> more.merge(function, -times, Integer::sum));
      more.values().removeIf(times -> times == 0);
      // The wrapper's native code asks each time for the length of the answer before it fetches it.
      assertThat(more)
          .as("calls for 50 signatures more")
          .isEqualTo(Map.of("C_SignInit", 50, "C_Sign", binding.equals("jni") ? 100 : 50));
      assertThat(many.get("C_Login")).isEqualTo(1);
      assertThat(many.get("C_OpenSession")).isEqualTo(2);
    }
  }

  private Map<String, Integer> counted(Pkcs11Spy spy, String key, String binding, int times)
      throws Exception {
    spy.forget();
    assertThat(SpiedProcess.run(spy, token, "sign", key, binding, String.valueOf(times)))
        .contains("signed");
    return spy.calls();
  }

  @Test
  void wrongPinIsTriedOnceByAllThreadsAndNeverByTheNextProcess() throws Exception {
    Pkcs11Spy spy = Pkcs11Spy.in(folder);
    Path state = Files.createDirectory(folder.resolve("state"));

    String first = SpiedProcess.run(spy, token, "login", "9999", state.toString(), "1");
    assertThat(first.lines()).hasSize(8).allMatch(line -> line.contains("Authentication"));
    assertThat(first).contains("CKR_PIN_INCORRECT").doesNotContain("9999");
    assertThat(spy.calls().get("C_Login")).isEqualTo(1);

    spy.forget();
    String second = SpiedProcess.run(spy, token, "login", "9999", state.toString(), "1");
    assertThat(second.lines()).hasSize(8).allMatch(line -> line.contains("Authentication"));
    assertThat(spy.calls()).doesNotContainKey("C_Login");

    try (Stream<Path> records = Files.list(state)) {
      assertThat(records.map(SpiedCallsTest::read))
          .singleElement()
          .satisfies(text -> assertThat(text).contains("CKR_PIN_INCORRECT").doesNotContain("9999"));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void eightThreadsWithTheRightPinLogInAtMostOnceAtATime() throws Exception {
    Pkcs11Spy spy = Pkcs11Spy.in(folder);
    Path state = Files.createDirectory(folder.resolve("state"));
    String output = SpiedProcess.run(spy, token, "login", SoftHsmToken.PIN, state.toString(), "1");
    assertThat(output.lines()).hasSize(8).allMatch(line -> line.equals("opened"));
    assertThat(spy.calls().get("C_Login")).isBetween(1, 8);
    try (Stream<Path> records = Files.list(state)) {
      assertThat(records).isEmpty();
    }
  }
}
