package io.managedkeys.azurekv;

import static io.managedkeys.azurekv.Fixture.call;
import static io.managedkeys.azurekv.Fixture.pinned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.security.keyvault.keys.models.CreateOctKeyOptions;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.NonceSource;
import io.managedkeys.SecretBytes;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.RandomSource;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Witness;
import io.managedkeys.spi.WrapBytes;
import io.managedkeys.testkit.azurekv.Fault;
import io.managedkeys.testkit.azurekv.KeyVaultOperation;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are imported, so that the JDK can compute what the HSM should have. */
class ManagedHsmTest {
  private static final byte[] PLAINTEXT = "what is encrypted".getBytes(StandardCharsets.UTF_8);
  private static Fixture fixture;
  private static KeyBackend backend;
  private static KeyLifecycle lifecycle;

  @BeforeAll
  static void open() {
    fixture = Fixture.managedHsm();
    backend = fixture.openHsm();
    lifecycle = backend.capability(KeyLifecycle.class).orElseThrow();
  }

  @AfterAll
  static void close() {
    backend.close();
    fixture.close();
  }

  @AfterEach
  void clear() {
    fixture.server.faults().clear();
    fixture.server.requests().clear();
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 192, 256})
  void aesGcmIsOursInFormAndTheHsmsInNonce(int bits) throws Exception {
    byte[] raw = random(bits / 8);
    BackendKey key = imported("gcm" + bits, raw);
    SecretEncrypting aes = key.capability(SecretEncrypting.class).orElseThrow();
    byte[] aad = {1, 2, 3};

    assertThat(key.info().type()).isEqualTo(KeyType.aes(bits));
    assertThat(key.info().nonceSource()).isEqualTo(NonceSource.BACKEND);
    byte[] ciphertext = aes.encrypt(EncryptionAlgorithm.AES_GCM, PLAINTEXT, aad, null, call());
    byte[] without = aes.encrypt(EncryptionAlgorithm.AES_GCM, PLAINTEXT, null, null, call());

    assertThat(ciphertext).hasSize(1 + 12 + PLAINTEXT.length + 16);
    assertThat(ciphertext[0]).isEqualTo((byte) 12);
    Cipher jdk = Cipher.getInstance("AES/GCM/NoPadding");
    jdk.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(raw, "AES"),
        new GCMParameterSpec(128, ciphertext, 1, 12));
    jdk.updateAAD(aad);
    assertThat(jdk.doFinal(ciphertext, 13, ciphertext.length - 13)).isEqualTo(PLAINTEXT);
    assertThat(aes.decrypt(EncryptionAlgorithm.AES_GCM, ciphertext, aad, call()))
        .isEqualTo(PLAINTEXT);
    assertThat(aes.decrypt(EncryptionAlgorithm.AES_GCM, without, null, call()))
        .isEqualTo(PLAINTEXT);
    assertInvalid(aes, EncryptionAlgorithm.AES_GCM, ciphertext, null);
    assertInvalid(aes, EncryptionAlgorithm.AES_GCM, ciphertext, new byte[] {1});
    for (int at : new int[] {0, 3, 14, ciphertext.length - 1}) {
      byte[] damaged = ciphertext.clone();
      damaged[at] ^= 1;
      assertInvalid(aes, EncryptionAlgorithm.AES_GCM, damaged, aad);
    }
    assertInvalid(aes, EncryptionAlgorithm.AES_GCM, Arrays.copyOf(ciphertext, 28), aad);
    assertInvalid(aes, EncryptionAlgorithm.AES_GCM, new byte[0], aad);
  }

  @Test
  void emptyPlaintextsAndOddLengthsComeBack() {
    BackendKey key = imported("lengths", random(32));
    SecretEncrypting aes = key.capability(SecretEncrypting.class).orElseThrow();
    for (int length : new int[] {0, 1, 15, 16, 17, 1000}) {
      byte[] plaintext = random(length);
      for (EncryptionAlgorithm algorithm : key.info().encryptionAlgorithms()) {
        byte[] ciphertext = aes.encrypt(algorithm, plaintext, null, null, call());
        assertThat(aes.decrypt(algorithm, ciphertext, null, call())).isEqualTo(plaintext);
      }
    }
  }

  @Test
  void aesCbcCarriesItsInitialisationVector() throws Exception {
    byte[] raw = random(32);
    SecretEncrypting aes = imported("cbc", raw).capability(SecretEncrypting.class).orElseThrow();

    byte[] one = aes.encrypt(EncryptionAlgorithm.AES_CBC_PAD, PLAINTEXT, null, null, call());
    byte[] two = aes.encrypt(EncryptionAlgorithm.AES_CBC_PAD, PLAINTEXT, null, null, call());

    assertThat(one).hasSize(1 + 16 + 32).isNotEqualTo(two);
    Cipher jdk = Cipher.getInstance("AES/CBC/PKCS5Padding");
    jdk.init(Cipher.DECRYPT_MODE, new SecretKeySpec(raw, "AES"), new IvParameterSpec(one, 1, 16));
    assertThat(jdk.doFinal(one, 17, 32)).isEqualTo(PLAINTEXT);
    assertThat(aes.decrypt(EncryptionAlgorithm.AES_CBC_PAD, two, null, call()))
        .isEqualTo(PLAINTEXT);
  }

  @Test
  void aesKeyWrapIsRfc3394() throws Exception {
    byte[] raw = random(32);
    WrapBytes wrapping = imported("kw", raw).capability(WrapBytes.class).orElseThrow();
    byte[] material = random(32);

    byte[] wrapped = wrapping.wrapBytes(WrapAlgorithm.AES_KW, material, call());

    Cipher jdk = Cipher.getInstance("AES/KW/NoPadding");
    jdk.init(Cipher.DECRYPT_MODE, new SecretKeySpec(raw, "AES"));
    assertThat(wrapped).hasSize(40);
    assertThat(jdk.doFinal(wrapped)).isEqualTo(material);
    assertThat(wrapping.unwrapBytes(WrapAlgorithm.AES_KW, wrapped, call())).isEqualTo(material);
    wrapped[8] ^= 1;
    assertThatThrownBy(() -> wrapping.unwrapBytes(WrapAlgorithm.AES_KW, wrapped, call()))
        .isInstanceOf(InvalidCiphertextException.class);
    assertThatThrownBy(() -> wrapping.wrapBytes(WrapAlgorithm.AES_KW, random(20), call()))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void theSizeIsTheTagsOrElseTheConfigurations() {
    fixture
        .sdk()
        .createOctKey(new CreateOctKeyOptions("plain").setKeySize(128).setHardwareProtected(true));
    KeyConfig wrong = fixture.named("plain");
    KeyConfig right = fixture.entry(Map.of("key-name", "plain", "aes-bits", "128"));

    SecretEncrypting aes =
        backend.key(wrong, call()).capability(SecretEncrypting.class).orElseThrow();
    assertThatThrownBy(
            () -> aes.encrypt(EncryptionAlgorithm.AES_GCM, PLAINTEXT, null, null, call()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("aes-bits");
    BackendKey key = backend.key(right, call());
    assertThat(key.info().type()).isEqualTo(KeyType.AES_128);
    key.capability(SecretEncrypting.class)
        .orElseThrow()
        .encrypt(EncryptionAlgorithm.AES_GCM, PLAINTEXT, null, null, call());
  }

  @Test
  void aWitnessTellsTheKeyFromItsNextVersion() {
    KeyConfig entry = fixture.named("witnessed");
    lifecycle.generate(entry, KeyType.AES_256, UUID.randomUUID(), call());
    BackendKey key = backend.key(entry, call());
    Witness witness = Witness.of(key, call());
    KeyConfig pinned = entry.withPin(Pin.of(key.info(), witness));
    fixture.sdk().rotateKey("witnessed");

    assertThat(witness.isKnownTo(backend.key(pinned, call()), call())).isTrue();
    assertThat(witness.isKnownTo(backend.key(entry, call()), call())).isFalse();
  }

  @Test
  void aPinnedSymmetricKeyIsBoundWithoutARequest() {
    KeyConfig entry = fixture.named("bound");
    lifecycle.generate(entry, KeyType.aes(192), UUID.randomUUID(), call());
    KeyConfig pinned = pinned(entry, backend.key(entry, call()));
    fixture.server.requests().clear();

    assertThat(backend.key(pinned, call()).info().type()).isEqualTo(KeyType.aes(192));
    assertThat(fixture.server.requests().all()).isEmpty();
  }

  @Test
  void anAnswerInTheNameOfAnotherKeyIsDropped() {
    BackendKey key = imported("other", random(32));
    SecretEncrypting aes = key.capability(SecretEncrypting.class).orElseThrow();
    byte[] ciphertext = aes.encrypt(EncryptionAlgorithm.AES_GCM, PLAINTEXT, null, null, call());
    fixture.server.faults().add(Fault.otherKeyId());

    assertThatThrownBy(
            () -> aes.encrypt(EncryptionAlgorithm.AES_GCM, PLAINTEXT, null, null, call()))
        .isInstanceOf(IdentityChangedException.class);
    assertThatThrownBy(() -> aes.decrypt(EncryptionAlgorithm.AES_GCM, ciphertext, null, call()))
        .isInstanceOf(IdentityChangedException.class);
  }

  @Test
  void randomBytesComeInAsManyRequestsAsTheirNumberNeeds() {
    RandomSource random = backend.capability(RandomSource.class).orElseThrow();

    assertThat(random.random(300, call())).hasSize(300).isNotEqualTo(random.random(300, call()));
    assertThat(fixture.server.requests().count(KeyVaultOperation.RANDOM)).isEqualTo(6);
    assertThat(random.random(0, call())).isEmpty();
  }

  @Test
  void theHealthOfASymmetricKeyIsAnEncryption() {
    assertThat(backend.check(imported("healthy", random(32)), call()).up()).isTrue();
    assertThat(fixture.server.requests().count(KeyVaultOperation.ENCRYPT)).isEqualTo(1);
  }

  private static BackendKey imported(String name, byte[] raw) {
    KeyConfig entry =
        fixture.entry(
            Map.of("key-name", name),
            Set.of(Usage.ENCRYPT, Usage.DECRYPT, Usage.WRAP, Usage.UNWRAP));
    lifecycle.importKey(
        entry, KeyType.aes(raw.length * 8), SecretBytes.copyOf(raw), UUID.randomUUID(), call());
    return backend.key(entry, call());
  }

  private static void assertInvalid(
      SecretEncrypting aes, EncryptionAlgorithm algorithm, byte[] ciphertext, byte[] aad) {
    assertThatThrownBy(() -> aes.decrypt(algorithm, ciphertext, aad, call()))
        .isInstanceOf(InvalidCiphertextException.class);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
