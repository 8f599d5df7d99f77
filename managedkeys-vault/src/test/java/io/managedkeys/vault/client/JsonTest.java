package io.managedkeys.vault.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {

  @Test
  void bodyIsReadBackAsItWasWritten() throws Exception {
    byte[] large = new byte[100_000];
    large[77] = 5;
    byte[] json =
        new JsonBody()
            .text("text", "a \"quoted\" ümlaut")
            .base64("bytes", large)
            .number("number", 7)
            .flag("flag", true)
            .secret("secret", SecretBytes.copyOf("pässword\n".toCharArray()))
            .object("data", data -> data.text("x", "y"))
            .objects("list", List.of("a", "b"), (item, name) -> item.text("name", name))
            .toBytes();

    try (JsonObject object = JsonObject.parse(json)) {
      assertThat(object.text("text")).isEqualTo("a \"quoted\" ümlaut");
      assertThat(object.base64("bytes")).isEqualTo(large);
      assertThat(object.number("number")).isEqualTo(7);
      assertThat(object.flag("flag")).isTrue();
      assertThat(object.utf8("secret")).isEqualTo("pässword\n".getBytes(StandardCharsets.UTF_8));
      assertThat(object.object("data").text("x")).isEqualTo("y");
      assertThat(object.objects("list")).hasSize(2);
      assertThat(object.objects("list").get(1).text("name")).isEqualTo("b");
    }
  }

  @Test
  void closingWipesEveryStringBelow() throws Exception {
    JsonObject object =
        JsonObject.parse(
            "{\"a\":\"secret\",\"b\":{\"c\":\"secret\"},\"d\":[{\"e\":\"secret\"}]}"
                .getBytes(StandardCharsets.UTF_8));
    JsonObject inner = object.object("b");
    JsonObject item = object.objects("d").get(0);

    object.close();

    assertThat(object.utf8("a")).containsOnly(0);
    assertThat(inner.utf8("c")).containsOnly(0);
    assertThat(item.utf8("e")).containsOnly(0);
  }

  @Test
  void missingAndForeignMembersAreNamedWithoutTheirContent() throws Exception {
    JsonObject object =
        JsonObject.parse(
            "{\"n\":null,\"t\":\"not*base64\",\"x\":1.5}".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> object.text("n")).hasMessageContaining("'n' is missing");
    assertThatThrownBy(() -> object.text("gone")).hasMessageContaining("'gone' is missing");
    assertThatThrownBy(() -> object.object("t")).hasMessageContaining("'t' is of another kind");
    assertThatThrownBy(() -> object.number("x")).hasMessageContaining("'x'");
    assertThatThrownBy(() -> object.base64("t"))
        .isInstanceOf(MalformedAnswerException.class)
        .hasMessageNotContaining("not*base64");
    assertThat(object.toString()).doesNotContain("not*base64");
  }

  @Test
  void pathSegmentsAreEncoded() {
    assertThat(VaultRequest.path("team/transit", "sign", "a b?#%ü"))
        .isEqualTo("team/transit/sign/a%20b%3F%23%25%C3%BC");
    assertThatThrownBy(() -> VaultRequest.get("a/../b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
