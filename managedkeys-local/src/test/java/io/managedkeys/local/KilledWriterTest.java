package io.managedkeys.local;

import static io.managedkeys.local.Local.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.managedkeys.KeyType;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledWriterTest {

  private static final int ROUNDS = 6;

  @TempDir Path folder;

  @Test
  void processKilledWhileItWritesLosesNoKeyThatItWasTold() throws Exception {
    Path file = folder.resolve("keys");
    Random random = new Random(6);
    List<String> promised = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      promised.addAll(writeUntilKilled(file, "r" + round, 5 + random.nextInt(40)));
      try (Local local = Local.inFile(file)) {
        assertThat(local.lifecycle().list(soon()))
            .extracting(key -> key.fields().get("name"))
            .containsAll(promised);
        local.key(promised.get(promised.size() - 1));
        // The dead process's lock is free, and what it left half-written is replaced.
        local.generate("after-" + round, KeyType.AES_128);
        promised.add("after-" + round);
      }
      try (var files = Files.list(folder)) {
        assertThat(files.map(path -> path.getFileName().toString()))
            .containsExactlyInAnyOrder("keys", "keys.lock");
      }
    }
    assertThat(promised).hasSizeGreaterThan(ROUNDS * 5);
  }

  /** Lets a process write at least so many keys and kills it in the middle of whatever it does. */
  private static List<String> writeUntilKilled(Path file, String prefix, int least)
      throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                file.toString(),
                prefix)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> written = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while (written.size() < least && (line = lines.readLine()) != null) {
        written.add(line);
      }
      // SIGKILL: the process can't finish anything. By its handle, which leaves the pipe open.
      process.toHandle().destroyForcibly();
      while ((line = lines.readLine()) != null) {
        if (line.startsWith(prefix)) {
          written.add(line);
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(written).hasSizeGreaterThanOrEqualTo(least);
    return written;
  }
}
