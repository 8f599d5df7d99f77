package io.managedkeys.vault.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.InvalidConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultAddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://vault.example", "https://vault.example:8200/", "http://127.0.0.1:8200",
        "http://localhost:8200", "http://[::1]:8200", "HTTPS://vault.example"
      })
  void addressIsTaken(String text) {
    assertThat(VaultAddresses.parse(List.of(text), false).candidate(0, 0).getPath())
        .isEqualTo("/v1/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vault.example",
        "ftp://vault.example",
        "https://user:pass@vault.example",
        "https://vault.example/v1",
        "https://vault.example?x=y",
        "https://vault.example#x",
        "https://",
        "http://vault.example:8200",
        "http://127.0.0.1.example:8200",
        "https://a b"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> VaultAddresses.parse(List.of(text), false))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("'address'")
        .hasMessageNotContaining("pass");
  }

  @Test
  void plainHttpElsewhereNeedsAnExplicitWord() {
    assertThat(VaultAddresses.parse(List.of("http://vault.example"), true).count()).isEqualTo(1);
  }

  @Test
  void sameAddressTwiceIsRefused() {
    assertThatThrownBy(() -> VaultAddresses.parse(List.of("https://a:1", "https://a:1/"), false))
        .isInstanceOf(InvalidConfigurationException.class);
  }
}
