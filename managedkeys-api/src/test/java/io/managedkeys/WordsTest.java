package io.managedkeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

  @ParameterizedTest
  @ValueSource(strings = {"", ":", "::", "foo", ":foo", "foo:", "/:/", "a:b:c", "A:b", "a:b c"})
  void badReferencesAreRefused(String text) {
    assertThatThrownBy(() -> KeyRef.parse(text)).isInstanceOf(InvalidConfigurationException.class);
  }

  @Test
  void referenceReadsBack() {
    assertThat(KeyRef.parse("hsm:root-ca_1")).hasToString("hsm:root-ca_1");
  }

  @Test
  void namespacesFormATree() {
    Namespace child = Namespace.parse("/a/b/");
    assertThat(child).hasToString("a/b");
    assertThat(child.parent()).contains(Namespace.parse("a"));
    assertThat(child.isWithin(Namespace.ROOT)).isTrue();
    assertThat(child.isWithin(Namespace.parse("a"))).isTrue();
    assertThat(Namespace.parse("ab").isWithin(Namespace.parse("a"))).isFalse();
    assertThat(Namespace.parse("/")).isEqualTo(Namespace.ROOT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a//b", "A", "a/../b", " a"})
  void badNamespacesAreRefused(String text) {
    assertThatThrownBy(() -> Namespace.parse(text))
        .isInstanceOf(InvalidConfigurationException.class);
  }

  @Test
  void mountsAreNormalised() {
    assertThat(Subject.mount("pki")).isEqualTo(Subject.parse("mount:/pki/"));
    assertThat(Subject.mount("pki").name()).isEqualTo("pki/");
    assertThat(Subject.mount("pki")).isNotEqualTo(Subject.identity("pki/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hsm:*a", "h*:a", "hsm:a*b", "hsm:**", "**", "", "hsm"})
  void patternsThatCannotBeHonouredAreRefused(String text) {
    assertThatThrownBy(() -> new KeyPattern(text))
        .isInstanceOf(InvalidConfigurationException.class);
  }

  @Test
  void patternsMatchWhatTheySay() {
    KeyRef ref = KeyRef.parse("hsm:web-1");
    assertThat(new KeyPattern("*").matches(ref)).isTrue();
    assertThat(new KeyPattern("hsm:*").matches(ref)).isTrue();
    assertThat(new KeyPattern("hsm:web-*").matches(ref)).isTrue();
    assertThat(new KeyPattern("hsm:web-1").matches(ref)).isTrue();
    assertThat(new KeyPattern("hsm:web").matches(ref)).isFalse();
    assertThat(new KeyPattern("other:*").matches(ref)).isFalse();
  }

  @Test
  void grantsWithoutUsagesAreRefused() {
    assertThatThrownBy(() -> Grant.allow(Subject.mount("pki"), "*", Set.of()))
        .isInstanceOf(InvalidConfigurationException.class);
  }

  @Test
  void secretsAreWipedAndNeverShown() {
    SecretBytes secret = SecretBytes.copyOf("1234".toCharArray());
    assertThat(secret).hasToString("(redacted)");
    assertThat(secret.copy()).isEqualTo("1234".getBytes(StandardCharsets.UTF_8));
    byte[][] lent = new byte[1][];
    secret.use(bytes -> lent[0] = bytes);
    assertThat(lent[0]).containsOnly(0);
    secret.close();
    assertThatThrownBy(secret::copy).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void takenArraysAreWipedInPlace() {
    byte[] taken = {1, 2, 3};
    SecretBytes.taking(taken).close();
    assertThat(taken).containsOnly(0);
  }

  @Test
  void digestOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> Message.digest(HashAlgorithm.SHA256, new byte[20]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("32 bytes, not 20");
  }

  @Test
  void failuresSayWhereTheyHappened() {
    ManagedKeyException failure =
        new BackendUnavailableException("no answer")
            .service("CKR_DEVICE_ERROR", null)
            .at("hsm", "root", "sign")
            .at("other", "other", "other");
    assertThat(failure)
        .hasMessage("no answer [backend=hsm, key=root, operation=sign, code=CKR_DEVICE_ERROR]");
    assertThat(failure.retryable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-256", "sha256", "sha2-256", "SHA_256"})
  void hashNamesAreFound(String name) {
    assertThat(HashAlgorithm.named(name)).contains(HashAlgorithm.SHA256);
  }

  @Test
  void keyTypesReadBack() {
    for (String name :
        new String[] {"RSA-2048", "EC-P384", "ED25519", "ML-DSA-65", "AES-256", "HMAC-SHA384"}) {
      assertThat(KeyType.parse(name)).hasToString(name);
    }
    assertThat(KeyType.parse("hmac-sha512").hmacHash()).isEqualTo(HashAlgorithm.SHA512);
    assertThatThrownBy(() -> KeyType.parse("DSA-1024"))
        .isInstanceOf(InvalidConfigurationException.class);
  }

  @Test
  void usagesDefaultToSignAndVerify() {
    assertThat(Usage.defaults()).containsExactly(Usage.SIGN, Usage.VERIFY);
    assertThat(Usage.parse("generate_random")).isEqualTo(Usage.RANDOM);
    assertThat(Usage.parse("VERIFY_MAC")).isEqualTo(Usage.VERIFY_MAC);
  }

  @Test
  void descriptionSaysWhichAlgorithmsTakeADigest() {
    KeyInfo info =
        KeyInfo.builder(KeyType.RSA_2048)
            .signs(List.of(SignatureAlgorithm.RSA_PKCS1_SHA256, SignatureAlgorithm.RSA_PSS_SHA256))
            .signsWhole(List.of(SignatureAlgorithm.RSA_PSS_SHA256))
            .build()
            .toBuilder()
            .build();
    assertThat(info.takesDigest(SignatureAlgorithm.RSA_PKCS1_SHA256)).isTrue();
    assertThat(info.takesDigest(SignatureAlgorithm.RSA_PSS_SHA256)).isFalse();
    assertThat(info.takesDigest(SignatureAlgorithm.ED25519)).isFalse();
  }
}
