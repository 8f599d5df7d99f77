package io.managedkeys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class P11DoctorTest {

  @TempDir Path folder;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return P11Doctor.run(arguments, new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTokenAndWhatItsKeysCanDoAreShownWithoutThePin() throws Exception {
    try (SoftHsmToken token = SoftHsmToken.create()) {
      token.pkcs11Tool(
          "--keypairgen", "--key-type", "EC:prime256v1", "--label", "ca", "--id", "0b");
      Path pin = Files.writeString(folder.resolve("pin"), SoftHsmToken.PIN + "\n");
      int outcome =
          run(
              "--library",
              token.library().toString(),
              "--token-label",
              token.label(),
              "--pin-file",
              pin.toString());
      assertThat(outcome).as(printed()).isZero();
      assertThat(printed())
          .contains(
              "token-label = " + token.label(), "key-label = ca", "key-id = 0b", "ECDSA_SHA256")
          .contains("login    worked");
    }
  }

  @Test
  void aWrongPinIsSaidAndTriedOnce() throws Exception {
    try (SoftHsmToken token = SoftHsmToken.create()) {
      Path pin = Files.writeString(folder.resolve("pin"), "70707070");
      String[] arguments = {
        "--library",
        token.library().toString(),
        "--token-label",
        token.label(),
        "--pin-file",
        pin.toString()
      };
      assertThat(run(arguments)).isEqualTo(1);
      assertThat(printed()).contains("CKR_PIN_INCORRECT").doesNotContain("70707070");
      assertThat(run(arguments)).isEqualTo(1);
      assertThat(printed()).contains("not asked again", "was entered wrong");
    }
  }

  @Test
  void aLibraryThatIsNoModuleIsSaidToBeNone() {
    assertThat(run("--library", "/bin/ls")).isEqualTo(1);
    assertThat(printed()).contains("no PKCS#11 module");
  }

  @Test
  void wrongArgumentsGetTheUsage() {
    assertThat(run("--libary", "x")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
    assertThat(run("--library")).isEqualTo(2);
    assertThat(printed()).contains("usage: p11-doctor");
  }
}
