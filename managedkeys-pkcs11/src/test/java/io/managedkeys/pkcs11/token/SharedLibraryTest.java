package io.managedkeys.pkcs11.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library is judged by its file, before anything loads it. */
class SharedLibraryTest {

  @TempDir Path folder;

  private Path softHsm;

  @BeforeEach
  void find() {
    Optional<Path> installed = SoftHsmToken.installedLibrary();
    Assumptions.assumeTrue(
        installed.isPresent(), "SoftHSM 2 is missing; install it: apt-get install softhsm2");
    softHsm = installed.orElseThrow();
  }

  @Test
  void aModuleIsTakenByItsRealPathThroughLinks() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link.so"), softHsm);
    assertThat(SharedLibrary.check(link)).isEqualTo(softHsm.toRealPath());
  }

  @Test
  void aModuleOfAnotherMachineIsRefused() {
    assertThatThrownBy(() -> SharedLibrary.check(softHsm, "Linux", "s390x"))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("another machine");
  }

  @Test
  void aTruncatedOrDamagedModuleIsRefusedOrJudgedButNeverThrowsAnythingElse() throws IOException {
    byte[] whole = Files.readAllBytes(softHsm);
    Random random = new Random(42);
    for (int i = 0; i < 300; i++) {
      byte[] damaged =
          i % 2 == 0 ? java.util.Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      if (i % 2 == 1) {
        for (int j = 0; j < 8; j++) {
          // The header, the program headers and the dynamic section are what is read.
          damaged[4 + random.nextInt(2000)] = (byte) random.nextInt();
        }
      }
      Path file = folder.resolve("damaged.so");
      Files.write(file, damaged);
      try {
        SharedLibrary.check(file, "Linux", "amd64");
      } catch (InvalidConfigurationException expected) {
        assertThat(expected).hasMessageContaining("library");
      }
    }
  }

  @Test
  void otherSystemsLibrariesAreJudgedByTheirBeginningAndTheEntryPointsName() throws IOException {
    Path dll = folder.resolve("p11.dll");
    Files.write(dll, "MZ......C_GetFunctionList.".getBytes(StandardCharsets.US_ASCII));
    assertThat(SharedLibrary.check(dll, "Windows Server 2022", "amd64"))
        .isEqualTo(dll.toRealPath());
    Files.write(dll, "MZ......SomethingElse.".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> SharedLibrary.check(dll, "Windows Server 2022", "amd64"))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("C_GetFunctionList");
    assertThatThrownBy(() -> SharedLibrary.check(dll, "Mac OS X", "aarch64"))
        .isInstanceOf(InvalidConfigurationException.class);
  }
}
