package io.managedkeys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.pkcs11.token.BindingNames;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything a key claims, on each token that can be had. */
class OtherTokensTest {

  private static final Logger LOG = LoggerFactory.getLogger(OtherTokensTest.class);

  @TempDir Path folder;

  @Test
  void softHsmDoesWhatItsKeysClaim() {
    try (SoftHsmToken token = SoftHsmToken.create();
        Pkcs11Backend backend = TestBackend.open(token)) {
      Exercise exercise = new Exercise(backend).everything();
      LOG.info("SoftHSM: {}", exercise);
      assertThat(exercise.wrong).isEmpty();
      assertThat(exercise.refused).isEmpty();
    }
  }

  @Test
  void nssDoesWhatItsKeysClaim() throws Exception {
    Path library = Machine.library("libsoftokn3.so", "NSS", "apt-get install libnss3");
    Machine.program("certutil", "NSS's tools", "apt-get install libnss3-tools");
    Path pin = Files.writeString(folder.resolve("pin"), "1234\n");
    run("certutil", "-N", "-d", "sql:" + folder, "-f", pin.toString());
    Map<String, String> fields =
        Map.of(
            "library",
            "softhsm",
            "token-label",
            "NSS Certificate DB",
            "pin",
            "1234",
            "force-rw-session",
            "true",
            "init-parameters",
            "configdir='sql:" + folder + "' certPrefix='' keyPrefix='' secmod='' flags=");
    if (!BindingNames.usable().contains("ffm")) {
      assertThatThrownBy(() -> TestBackend.open(library, fields, 1, Optional.empty()))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("init-parameters")
          .hasMessageContaining("ffm");
      return;
    }
    try (Pkcs11Backend backend = TestBackend.open(library, fields, 1, Optional.empty())) {
      Exercise exercise = new Exercise(backend).everything();
      LOG.info("NSS: {}", exercise);
      assertThat(exercise.wrong).isEmpty();
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(List.of(command) + ": " + output).isZero();
  }
}
