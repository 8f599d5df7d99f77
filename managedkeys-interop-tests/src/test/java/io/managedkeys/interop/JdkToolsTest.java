package io.managedkeys.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** keytool and jarsigner of the running JDK, as programs. */
@ExtendWith(BackendFixture.Lifecycle.class)
class JdkToolsTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void keytoolListsTheKeys(BackendKind kind) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    List<String> arguments = new ArrayList<>(List.of("-list"));
    arguments.addAll(JdkTool.keytoolArguments(fixture.file));
    JdkTool.Result result = JdkTool.run(folder, "keytool", arguments);
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output())
        .contains("Keystore type: MANAGEDKEYS", "Your keystore contains 11 entries")
        .containsPattern("it:rsa, .*PrivateKeyEntry")
        .containsPattern("it:ed, .*PrivateKeyEntry")
        .containsPattern("it:bare, .*PrivateKeyEntry")
        .containsPattern("it:aes, .*SecretKeyEntry");
  }

  @ParameterizedTest
  @CsvSource({"LOCAL, rsa", "LOCAL, ed", "SOFTHSM, rsa", "SOFTHSM, ec"})
  void jarsignerSignsAndPlainJarsignerAccepts(BackendKind kind, String key) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    Path jar = folder.resolve("some.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("hello.txt"));
      out.write(new byte[] {'h', 'i'});
      out.closeEntry();
    }
    List<String> arguments = new ArrayList<>(JdkTool.jarsignerArguments(fixture.file));
    arguments.addAll(List.of("-storepass", "none", jar.toString(), "it:" + key));
    JdkTool.Result signed = JdkTool.run(folder, "jarsigner", arguments);
    assertThat(signed.exit()).as(signed.output()).isZero();
    JdkTool.Result verified =
        JdkTool.run(folder, "jarsigner", List.of("-verify", "-verbose", "-certs", jar.toString()));
    assertThat(verified.exit()).as(verified.output()).isZero();
    assertThat(verified.output()).contains("jar verified.", "CN=" + key).doesNotContain("unsigned");
  }
}
