package io.managedkeys.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigTest {

  private static final ConfigSchema SCHEMA =
      ConfigSchema.of(
          ConfigField.text("library", "The alias of the module.")
              .mandatory()
              .decidingCredentialTarget(),
          ConfigField.secret("pin", "The user PIN.").mandatory(),
          ConfigField.of("slot", ConfigField.Kind.INTEGER, "The slot."),
          ConfigField.of("id", ConfigField.Kind.HEX, "The id."),
          ConfigField.of("wait", ConfigField.Kind.DURATION, "The wait.").defaultsTo("10s"),
          ConfigField.text("mode", "The mode.").oneOf("a", "b"));

  @Test
  void everyFaultIsNamedAndNoSecretShown() {
    assertThatThrownBy(
            () ->
                SCHEMA.check(
                    "backend \"hsm\"",
                    Map.of(
                        "pin", ConfigValue.of("(redacted)"),
                        "slot", ConfigValue.of("x"),
                        "mode", ConfigValue.of("c"),
                        "id", ConfigValue.of("0x1"),
                        "colour", ConfigValue.of("red"))))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("backend \"hsm\"")
        .hasMessageContaining("unknown field \"colour\"")
        .hasMessageContaining("missing field \"library\"")
        .hasMessageContaining("\"pin\" holds the mask")
        .hasMessageContaining("\"slot\" must be a whole number")
        .hasMessageContaining("\"id\" must be bytes in hexadecimal")
        .hasMessageContaining("\"mode\" must be one of a, b");
  }

  @Test
  void checkedValuesHaveDefaultsAndMaskSecrets() {
    ConfigValues values =
        SCHEMA.check(
            "backend \"hsm\"",
            Map.of(
                "library", ConfigValue.of("softhsm"),
                "pin", ConfigValue.of("0815"),
                "id", ConfigValue.of("0x0aff")));
    assertThat(values.duration("wait")).isEqualTo(Duration.ofSeconds(10));
    assertThat(values.hex("id")).isEqualTo(new byte[] {10, -1});
    assertThat(values.toString()).contains("softhsm", "(redacted)").doesNotContain("0815");
    assertThat(values.find("pin")).isEmpty();
    assertThat(values.secret("pin").copyChars()).containsExactly('0', '8', '1', '5');
    values.wipe();
    assertThatThrownBy(() -> values.secret("pin")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void pinsReadBack() {
    Witness witness = new Witness(Witness.Kind.MAC, "HMAC_SHA256", new byte[3], new byte[32]);
    Pin secret =
        Pin.of(
            KeyInfo.builder(KeyType.AES_256).resolvedId("arn:x;y=z").attribute("k", "v").build(),
            witness);
    assertThat(Pin.decode(secret.encode())).isEqualTo(secret);
    Pin open = Pin.of(KeyInfo.builder(KeyType.EC_P256).spki(new byte[] {1, 2}).build(), null);
    assertThat(Pin.decode(open.encode())).isEqualTo(open);
    assertThat(open.fits(KeyInfo.builder(KeyType.EC_P256).spki(new byte[] {1, 2}).build()))
        .isTrue();
    assertThat(open.fits(KeyInfo.builder(KeyType.EC_P256).spki(new byte[] {1, 3}).build()))
        .isFalse();
    assertThat(open.fits(KeyInfo.builder(KeyType.EC_P384).spki(new byte[] {1, 2}).build()))
        .isFalse();
  }

  @Test
  void damagedPinsAreRefused() {
    for (String text :
        new String[] {
          "", "v2;type=QQ", "v1", "v1;type", "v1;type=!", "v1;type=QUVTLTI1Ng;wk=TUFD"
        }) {
      assertThatThrownBy(() -> Pin.decode(text))
          .as(text)
          .isInstanceOf(InvalidConfigurationException.class);
    }
  }
}
