package io.managedkeys.local;

import static io.managedkeys.local.Local.can;
import static io.managedkeys.local.Local.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.ConflictException;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.Signing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {

  private static final KeyType HMAC = KeyType.hmac(HashAlgorithm.SHA256);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void path() {
    file = folder.resolve("keys");
  }

  private static byte[] mac(BackendKey key) {
    return can(key, Macing.class).mac(MacAlgorithm.HMAC_SHA256, new byte[] {1}, soon());
  }

  @Test
  void keysSurviveClosing() {
    byte[] code;
    byte[] spki;
    try (Local local = Local.inFile(file)) {
      assertThat(file).doesNotExist();
      code = mac(local.make("mac", HMAC));
      spki = local.make("ec", KeyType.EC_P256).info().spki().orElseThrow();
      local.make("ed", KeyType.ED25519);
    }
    try (Local local = Local.inFile(file)) {
      assertThat(mac(local.key("mac"))).isEqualTo(code);
      assertThat(local.key("ec").info().spki().orElseThrow()).isEqualTo(spki);
      assertThat(
              can(local.key("ed"), Signing.class)
                  .sign(SignatureAlgorithm.ED25519, Message.of(code), soon()))
          .hasSize(64);
      assertThat(local.lifecycle().list(soon()))
          .extracting(key -> key.fields().get("name"))
          .containsExactly("ec", "ed", "mac");
    }
  }

  @Test
  void fileHoldsNoKeyInTheClear() throws Exception {
    byte[] material = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    try (Local local = Local.inFile(file)) {
      local.importKey("aes", KeyType.AES_256, material);
    }
    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
        .doesNotContain("0123456789abcdef")
        .contains("aes");
  }

  @Test
  void wrongPasswordDamagedFileAndMissingKeyAreToldApart() throws Exception {
    try (Local local = Local.inFile(file)) {
      local.generate("mac", HMAC);
      assertThatThrownBy(() -> local.key("other"))
          .isInstanceOf(KeyNotFoundException.class)
          .hasMessageContaining("other")
          .hasMessageContaining("[mac]");
    }
    assertThatThrownBy(() -> Local.inFile(file, "wrong secret"))
        .isInstanceOf(BackendAuthenticationException.class)
        .hasMessageContaining("password")
        .hasMessageNotContaining("wrong secret");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Local.inFile(file))
        .isInstanceOf(DamagedKeyFileException.class)
        .hasMessageContaining("backup");
  }

  @Test
  void everyChangedByteAndEveryTruncationIsNoticed() throws Exception {
    try (Local local = Local.inFile(file)) {
      local.generate("first", HMAC);
      local.generate("second", KeyType.EC_P256);
    }
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(20261122);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bad);
      assertThat(catchThrowable(() -> Local.inFile(file)))
          .as("byte %d", at)
          .isInstanceOf(DamagedKeyFileException.class);
      if (at % 7 == 0) {
        Files.write(file, Arrays.copyOf(good, at));
        assertThat(catchThrowable(() -> Local.inFile(file)))
            .as("cut at %d", at)
            .isInstanceOf(DamagedKeyFileException.class);
      }
    }
    Files.write(file, Arrays.copyOf(good, good.length + 1));
    assertThatThrownBy(() -> Local.inFile(file)).isInstanceOf(DamagedKeyFileException.class);
    Files.write(file, good);
    try (Local local = Local.inFile(file)) {
      assertThat(mac(local.key("first"))).hasSize(32);
    }
  }

  @Test
  void forgerWhoMendsTheChecksumIsNoticed() throws Exception {
    try (Local local = Local.inFile(file)) {
      local.generate("first", HMAC);
      local.generate("other", HMAC);
    }
    byte[] good = Files.readAllBytes(file);
    for (byte[] forged :
        new byte[][] {
          renamed(good, "first", "third"), swapped(good, "first", "other"), laterGeneration(good)
        }) {
      byte[] hash = HashAlgorithm.SHA256.digest(Arrays.copyOf(forged, forged.length - 32));
      System.arraycopy(hash, 0, forged, forged.length - 32, 32);
      Files.write(file, forged);
      assertThatThrownBy(() -> Local.inFile(file))
          .isInstanceOf(DamagedKeyFileException.class)
          .hasMessageContaining("does not know its password");
    }
  }

  private static byte[] renamed(byte[] good, String from, String to) {
    return withNameAt(good, indexOf(good, from), to);
  }

  private static byte[] swapped(byte[] good, String one, String two) {
    int first = indexOf(good, one);
    int second = indexOf(good, two);
    return withNameAt(withNameAt(good, first, two), second, one);
  }

  private static byte[] withNameAt(byte[] good, int at, String name) {
    byte[] forged = good.clone();
    System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, forged, at, name.length());
    return forged;
  }

  private static byte[] laterGeneration(byte[] good) {
    byte[] forged = good.clone();
    forged[20 + 4 + 32 + 32 + 7]++;
    return forged;
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  @Test
  void fileOpenToOthersIsRefusedAndNewOnesAreNot() throws Exception {
    try (Local local = Local.inFile(file)) {
      local.generate("mac", HMAC);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("keys.lock"))))
        .isEqualTo("rw-------");
    for (String wide : new String[] {"rw-r-----", "rw----r--", "rw--w----"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(wide));
      assertThatThrownBy(() -> Local.inFile(file))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining(wide)
          .hasMessageContaining("chmod 600");
    }
  }

  @Test
  void symbolicLinkStaysALink() throws Exception {
    Path real = folder.resolve("real");
    try (Local local = Local.inFile(real)) {
      local.generate("one", HMAC);
    }
    Files.createSymbolicLink(file, real);
    try (Local local = Local.inFile(file)) {
      local.generate("two", HMAC);
    }
    assertThat(Files.isSymbolicLink(file)).isTrue();
    try (Local local = Local.inFile(real)) {
      assertThat(local.lifecycle().list(soon())).hasSize(2);
    }
  }

  @Test
  void secondKeyOfANameIsRefusedAndTheFirstKept() throws Exception {
    try (Local local = Local.inFile(file)) {
      byte[] code = mac(local.make("mac", HMAC));
      byte[] before = Files.readAllBytes(file);
      assertThatThrownBy(() -> local.generate("mac", HMAC))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("mac");
      assertThat(Files.readAllBytes(file)).isEqualTo(before);
      assertThat(mac(local.key("mac"))).isEqualTo(code);
    }
  }

  @Test
  void twoWritersLoseNothingAndSeeEachOther() throws Exception {
    try (Local one = Local.inFile(file);
        Local two = Local.inFile(file)) {
      Thread[] writers = new Thread[2];
      for (int w = 0; w < 2; w++) {
        Local local = w == 0 ? one : two;
        int number = w;
        writers[w] =
            new Thread(
                () -> {
                  for (int i = 0; i < 10; i++) {
                    local
                        .lifecycle()
                        .generate(
                            Local.entry("w" + number + "-" + i), HMAC, UUID.randomUUID(), soon());
                  }
                });
        writers[w].start();
      }
      for (Thread writer : writers) {
        writer.join();
      }
      Thread.sleep(1100);
      assertThat(one.lifecycle().list(soon())).hasSize(20);
      assertThat(two.lifecycle().list(soon())).hasSize(20);
      assertThat(mac(one.key("w1-3"))).isEqualTo(mac(two.key("w1-3")));
    }
  }

  @Test
  void olderCopyPutInPlaceDuringUseIsNoticed() throws Exception {
    try (Local local = Local.inFile(file)) {
      local.generate("one", HMAC);
      byte[] older = Files.readAllBytes(file);
      local.generate("two", HMAC);
      Files.write(file, older);
      Thread.sleep(1100);
      assertThatThrownBy(() -> local.key("one"))
          .isInstanceOf(DamagedKeyFileException.class)
          .hasMessageContaining("older copy");
      assertThat(local.backend.check(null, soon()).up()).isFalse();
    }
  }

  @Test
  void removedFileIsNotAnEmptyStore() throws Exception {
    try (Local local = Local.inFile(file)) {
      local.generate("one", HMAC);
      Files.delete(file);
      assertThatThrownBy(() -> local.generate("two", HMAC))
          .isInstanceOf(DamagedKeyFileException.class)
          .hasMessageContaining("removed");
    }
  }

  @Test
  void otherFilesAreNotTakenForKeyFiles() throws IOException {
    Files.writeString(file, "# a properties file\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> Local.inFile(file))
        .isInstanceOf(DamagedKeyFileException.class)
        .hasMessageContaining("another file");
    assertThat(Files.readString(file)).isEqualTo("# a properties file\n");
  }

  @Test
  void badConfigurationsAreRefusedByField() {
    assertThatThrownBy(() -> Local.inFile(folder.resolve("none/keys")))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("folder");
    assertThatThrownBy(() -> Local.inFile(folder))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("not a file");
    assertThatThrownBy(() -> Local.open(Map.of("file", ConfigValue.of(file.toString()))))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("\"password\" is missing");
    assertThatThrownBy(() -> Local.open(Map.of("password", ConfigValue.of("x"))))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("\"file\"");
    assertThatThrownBy(
            () ->
                Local.open(
                    Map.of(
                        "file", ConfigValue.of(file.toString()),
                        "password", ConfigValue.of("x"),
                        "iterations", ConfigValue.of("1000"))))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("100000");
  }
}
