package io.managedkeys.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.jca.ManagedKeysProvider;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The engines over real backends through the registry, checked by the JDK's own. */
@ExtendWith(BackendFixture.Lifecycle.class)
class OperationsTest {

  @ParameterizedTest
  @CsvSource({
    "LOCAL, SHA256withRSA, rsa",
    "LOCAL, SHA512withRSA, rsa",
    "LOCAL, RSASSA-PSS, rsa",
    "LOCAL, NONEwithRSA, rsa-raw",
    "LOCAL, SHA256withECDSA, ec",
    "LOCAL, SHA384withECDSA, ec",
    "LOCAL, SHA256withECDSAinP1363Format, ec",
    "LOCAL, NONEwithECDSA, ec-raw",
    "LOCAL, Ed25519, ed",
    "LOCAL, EdDSA, ed",
    "SOFTHSM, SHA256withRSA, rsa",
    "SOFTHSM, SHA512withRSA, rsa",
    "SOFTHSM, RSASSA-PSS, rsa",
    "SOFTHSM, NONEwithRSA, rsa-raw",
    "SOFTHSM, SHA256withECDSA, ec",
    "SOFTHSM, SHA384withECDSA, ec",
    "SOFTHSM, SHA256withECDSAinP1363Format, ec",
    "SOFTHSM, NONEwithECDSA, ec-raw",
    "SOFTHSM, Ed25519, ed",
    "SOFTHSM, EdDSA, ed",
  })
  void signaturesVerifyWithTheJdk(BackendKind kind, String name, String key) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    byte[] message = name.startsWith("NONE") ? new byte[32] : new byte[300_000];
    Signature signer = Signature.getInstance(name, fixture.provider);
    Signature verifier = Signature.getInstance(name);
    if (name.equals("RSASSA-PSS")) {
      PSSParameterSpec pss =
          new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1);
      signer.setParameter(pss);
      verifier.setParameter(pss);
    }
    signer.initSign(fixture.privateKey(key));
    signer.update(message, 0, 10);
    signer.update(message, 10, message.length - 10);
    byte[] signature = signer.sign();
    verifier.initVerify(fixture.publicKey(key));
    verifier.update(message);
    assertThat(verifier.verify(signature)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void whatTheEntryDoesNotNameFailsInInit(BackendKind kind) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    for (String[] each :
        new String[][] {
          {"NONEwithRSA", "rsa"},
          {"NONEwithECDSA", "ec"},
          {"SHA1withRSA", "rsa"},
          {"SHA256withRSA", "rsa-enc"}
        }) {
      Signature signer = Signature.getInstance(each[0], fixture.provider);
      assertThatThrownBy(() -> signer.initSign(fixture.privateKey(each[1])))
          .as(each[0])
          .isInstanceOf(InvalidKeyException.class)
          .hasMessageContaining("it:" + each[1]);
    }
  }

  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void oaepIsDecryptedAndUnwrapped(BackendKind kind) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    String name = "RSA/ECB/OAEPWithSHA-256AndMGF1Padding";
    Cipher jdk = Cipher.getInstance(name);
    jdk.init(Cipher.ENCRYPT_MODE, fixture.publicKey("rsa-enc"), fixture.oaep());
    byte[] ciphertext = jdk.doFinal(new byte[] {1, 2, 3});
    Cipher ours = Cipher.getInstance(name, fixture.provider);
    ours.init(Cipher.DECRYPT_MODE, fixture.privateKey("rsa-enc"), fixture.oaep());
    assertThat(ours.doFinal(ciphertext)).containsExactly(1, 2, 3);
    ciphertext[9] ^= 1;
    assertThatThrownBy(() -> ours.doFinal(ciphertext)).isInstanceOf(BadPaddingException.class);

    SecretKeySpec material = new SecretKeySpec(new byte[32], "AES");
    jdk.init(Cipher.WRAP_MODE, fixture.publicKey("rsa-enc"), fixture.oaep());
    ours.init(Cipher.UNWRAP_MODE, fixture.privateKey("rsa-enc"), fixture.oaep());
    assertThat(ours.unwrap(jdk.wrap(material), "AES", Cipher.SECRET_KEY)).isEqualTo(material);
  }

  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void gcmGoesRoundAndRefusesWhatWasTouched(BackendKind kind) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    SecretKey handle = ManagedKeysProvider.secretKey(fixture.key("aes"));
    byte[] data = new byte[5000];
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", fixture.provider);
    cipher.init(Cipher.ENCRYPT_MODE, handle);
    cipher.updateAAD(new byte[] {7});
    byte[] ciphertext = cipher.doFinal(data);
    assertThat(ciphertext).hasSize(data.length + 16);
    GCMParameterSpec nonce = new GCMParameterSpec(128, cipher.getIV());
    cipher.init(Cipher.DECRYPT_MODE, handle, nonce);
    cipher.updateAAD(new byte[] {7});
    cipher.update(ciphertext, 0, 100);
    assertThat(cipher.doFinal(ciphertext, 100, ciphertext.length - 100)).isEqualTo(data);
    cipher.updateAAD(new byte[] {8});
    assertThatThrownBy(() -> cipher.doFinal(ciphertext)).isInstanceOf(AEADBadTagException.class);
  }

  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void keysAreWrappedAndUnwrapped(BackendKind kind) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    SecretKey handle = ManagedKeysProvider.secretKey(fixture.key("wrap"));
    wrapsAndUnwraps(fixture, handle, "AESWrap", 32);
    if (kind == BackendKind.LOCAL) {
      wrapsAndUnwraps(fixture, handle, "AESWrapPad", 20);
    } else {
      // SoftHSM's key wrap with padding is not RFC 5649, so it is not claimed there.
      Cipher cipher = Cipher.getInstance("AESWrapPad", fixture.provider);
      assertThatThrownBy(() -> cipher.init(Cipher.WRAP_MODE, handle))
          .isInstanceOf(InvalidKeyException.class)
          .hasMessageContaining("AES_KWP");
    }
  }

  private static void wrapsAndUnwraps(
      BackendFixture fixture, SecretKey handle, String name, int length) throws Exception {
    Key material = new SecretKeySpec(new byte[length], "AES");
    Cipher cipher = Cipher.getInstance(name, fixture.provider);
    cipher.init(Cipher.WRAP_MODE, handle);
    byte[] wrapped = cipher.wrap(material);
    cipher.init(Cipher.UNWRAP_MODE, handle);
    assertThat(cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY)).as(name).isEqualTo(material);
    wrapped[3] ^= 1;
    assertThatThrownBy(() -> cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY))
        .as(name)
        .isInstanceOf(InvalidKeyException.class);
  }

  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void macsAgreementsAndRandomBytes(BackendKind kind) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    Mac mac = Mac.getInstance("HmacSHA256", fixture.provider);
    mac.init(ManagedKeysProvider.secretKey(fixture.key("hmac")));
    byte[] code = mac.doFinal(new byte[1000]);
    mac.update(new byte[400]);
    assertThat(mac.doFinal(new byte[600])).isEqualTo(code).hasSize(32);

    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair peer = generator.generateKeyPair();
    KeyAgreement ours = KeyAgreement.getInstance("ECDH", fixture.provider);
    ours.init(fixture.privateKey("ecdh"));
    ours.doPhase(peer.getPublic(), true);
    KeyAgreement jdk = KeyAgreement.getInstance("ECDH");
    jdk.init(peer.getPrivate());
    jdk.doPhase(fixture.publicKey("ecdh"), true);
    assertThat(ours.generateSecret()).isEqualTo(jdk.generateSecret());

    byte[] random = new byte[64];
    SecureRandom.getInstance("ManagedKeys", fixture.provider).nextBytes(random);
    assertThat(Arrays.equals(random, new byte[64])).isFalse();
  }

  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void configuredProviderHasWhatTheFileDeclares(BackendKind kind) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    try (ManagedKeysProvider provider =
        (ManagedKeysProvider) new ManagedKeysProvider().configure(fixture.file.toString())) {
      assertThat(provider.isConfigured()).isTrue();
      KeyStore store = BackendFixture.store(provider);
      assertThat(store.size()).isEqualTo(11);
      assertThat(store.getCertificate("it:rsa")).isEqualTo(fixture.certificate("rsa"));
      Signature signer = Signature.getInstance("SHA256withRSA", provider);
      signer.initSign((java.security.PrivateKey) store.getKey("it:rsa", null));
      signer.update(new byte[3]);
      Signature verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(fixture.publicKey("rsa"));
      verifier.update(new byte[3]);
      assertThat(verifier.verify(signer.sign())).isTrue();
    }
  }
}
