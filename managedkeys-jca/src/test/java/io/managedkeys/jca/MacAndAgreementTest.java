package io.managedkeys.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyLimits;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Usage;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Set;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MacAndAgreementTest {

  private final SoftwareKeys keys = new SoftwareKeys();
  private final ManagedKeysProvider provider = ManagedKeysProvider.of(keys);

  @ParameterizedTest
  @ValueSource(strings = {"SHA256", "SHA384", "SHA512"})
  void macIsTheJdks(String hash) throws Exception {
    KeyType type = KeyType.hmac(HashAlgorithm.named(hash).orElseThrow());
    byte[] bytes = new byte[48];
    ManagedKey key = keys.addSecret("soft:hmac", type, bytes, info -> info);
    SecretKey handle = ManagedKeysProvider.secretKey(key);
    Mac ours = Mac.getInstance("Hmac" + hash, provider);
    ours.init(handle);
    Mac jdk = Mac.getInstance("Hmac" + hash);
    jdk.init(new SecretKeySpec(bytes, "Hmac" + hash));
    byte[] message = new byte[1000];
    for (int i = 0; i < 3; i++) {
      ours.update((byte) i);
      ours.update(message, 0, 500);
      jdk.update((byte) i);
      jdk.update(message, 0, 500);
      assertThat(ours.doFinal()).isEqualTo(jdk.doFinal()).hasSize(ours.getMacLength());
    }
    ours.update(message);
    ours.reset();
    assertThat(ours.doFinal()).isEqualTo(jdk.doFinal());
  }

  @Test
  void macRefusesForeignKeysOtherHashesAndLongMessages() throws Exception {
    ManagedKey key =
        keys.addSecret(
            "soft:hmac",
            KeyType.hmac(HashAlgorithm.SHA256),
            new byte[32],
            info -> info.limits(new KeyLimits(1, 1, 1, 4096, 1)));
    Mac mac = Mac.getInstance("HmacSHA256", provider);
    assertThatThrownBy(() -> mac.init(new SecretKeySpec(new byte[32], "HmacSHA256")))
        .isInstanceOf(InvalidKeyException.class);
    Mac other = Mac.getInstance("HmacSHA512", provider);
    assertThatThrownBy(() -> other.init(ManagedKeysProvider.secretKey(key)))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("HMAC_SHA512");
    mac.init(ManagedKeysProvider.secretKey(key));
    assertThatThrownBy(() -> mac.update(new byte[4097]))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("4096 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "ECDH, EC, 256, 32",
    "ECDH, EC, 521, 66",
    "X25519, X25519, 0, 32",
    "XDH, X25519, 0, 32"
  })
  void agreementIsTheJdks(String name, String family, int bits, int length) throws Exception {
    KeyPair mine = SoftwareKeys.pair(family, bits);
    KeyPair peer = SoftwareKeys.newPair(family, bits);
    ManagedKey key = keys.addPair("soft:agree", mine, Set.of(Usage.AGREE));
    KeyAgreement jdk = KeyAgreement.getInstance(name);
    jdk.init(peer.getPrivate());
    jdk.doPhase(mine.getPublic(), true);
    byte[] expected = jdk.generateSecret();
    KeyAgreement ours = KeyAgreement.getInstance(name, provider);
    ours.init(ManagedKeysProvider.privateKey(key));
    ours.doPhase(peer.getPublic(), true);
    assertThat(ours.generateSecret()).isEqualTo(expected).hasSize(length);
    assertThatThrownBy(ours::generateSecret).isInstanceOf(IllegalStateException.class);
    ours.doPhase(peer.getPublic(), true);
    assertThat(ours.generateSecret("TlsPremasterSecret").getEncoded()).isEqualTo(expected);
    ours.doPhase(peer.getPublic(), true);
    assertThatThrownBy(() -> ours.generateSecret("AES"))
        .isInstanceOf(NoSuchAlgorithmException.class)
        .hasMessageContaining("key derivation");
  }

  @Test
  void agreementRefusesAPeerOnAnotherCurveAForeignKeyAndAMissingUsage() throws Exception {
    ManagedKey key = keys.addPair("soft:agree", SoftwareKeys.pair("EC", 256), Set.of(Usage.AGREE));
    ManagedKey signs = keys.addPair("soft:signs", SoftwareKeys.pair("EC", 256), Set.of(Usage.SIGN));
    KeyAgreement ours = KeyAgreement.getInstance("ECDH", provider);
    ours.init(ManagedKeysProvider.privateKey(key));
    assertThatThrownBy(() -> ours.doPhase(SoftwareKeys.pair("EC", 384).getPublic(), true))
        .isInstanceOf(InvalidKeyException.class);
    assertThatThrownBy(() -> ours.init(SoftwareKeys.pair("EC", 256).getPrivate()))
        .isInstanceOf(InvalidKeyException.class);
    assertThatThrownBy(() -> ours.init(ManagedKeysProvider.privateKey(signs)))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("agree");
  }

  @Test
  void randomBytesComeFromTheBackend() throws Exception {
    keys.addSecret("soft:aes", KeyType.AES_256, new byte[32], info -> info);
    SecureRandom random = SecureRandom.getInstance("ManagedKeys", provider);
    byte[] bytes = new byte[70_000];
    random.nextBytes(bytes);
    assertThat(keys.software("soft:aes").operations)
        .as("65,536 bytes at most per call")
        .hasValue(2);
    assertThat(bytes).isNotEqualTo(new byte[70_000]);
    assertThat(random.getProvider()).isSameAs(provider);
    assertThat(provider.getServices()).anyMatch(each -> each.getType().equals("SecureRandom"));
  }

  @Test
  void randomSourceMustBeNamedWhereSeveralBackendsHaveOne() throws Exception {
    keys.addSecret("one:aes", KeyType.AES_256, new byte[32], info -> info);
    keys.addSecret("two:aes", KeyType.AES_256, new byte[32], info -> info);
    assertThatThrownBy(() -> SecureRandom.getInstance("ManagedKeys", provider))
        .isInstanceOf(NoSuchAlgorithmException.class);
    SecureRandom.getInstance("ManagedKeys", RandomKey.of("two:aes"), provider)
        .nextBytes(new byte[8]);
    assertThat(keys.software("two:aes").operations).hasValue(1);
    assertThat(keys.software("one:aes").operations).hasValue(0);
  }
}
