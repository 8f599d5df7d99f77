package io.managedkeys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.ConflictException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.Message;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.codec.EcdsaSignature;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.RandomSource;
import io.managedkeys.spi.RemoteKey;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.WrapBytes;
import io.managedkeys.spi.WrapKey;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation on a real token, checked by the JDK. */
class SoftHsmOperationsTest {

  private static final byte[] DATA = "to be signed".getBytes(StandardCharsets.UTF_8);

  private static SoftHsmToken token;
  private static Pkcs11Backend backend;

  @BeforeAll
  static void open() {
    token = SoftHsmToken.create();
    backend = TestBackend.open(token);
  }

  @AfterAll
  static void close() {
    if (backend != null) {
      backend.close();
    }
    if (token != null) {
      token.close();
    }
  }

  static List<KeyType> signingTypes() {
    return List.of(
        KeyType.RSA_2048,
        KeyType.RSA_3072,
        KeyType.EC_P256,
        KeyType.EC_P384,
        KeyType.EC_P521,
        KeyType.ED25519);
  }

  @ParameterizedTest
  @MethodSource("signingTypes")
  void everySignatureVerifiesInTheJdk(KeyType type) throws Exception {
    Pkcs11Key key =
        TestBackend.generate(backend, "sign-" + type, type, Set.of(Usage.SIGN, Usage.VERIFY));
    Signing signing = key.capability(Signing.class).orElseThrow();
    assertThat(key.info().type()).isEqualTo(type);
    assertThat(key.info().signatureAlgorithms()).isNotEmpty();
    for (SignatureAlgorithm algorithm : key.info().signatureAlgorithms()) {
      HashAlgorithm hash = algorithm.hash();
      MessageForm form = signing.accepts(algorithm).iterator().next();
      byte[] input =
          hash == null && !algorithm.scheme().startsWith("ED")
              ? HashAlgorithm.SHA256.digest(DATA)
              : DATA;
      Message message =
          form == MessageForm.DIGEST && hash != null
              ? Message.digest(hash, hash.digest(input))
              : Message.of(input);
      byte[] signature = signing.sign(algorithm, message, TestBackend.soon());
      if (algorithm.scheme().equals(SignatureAlgorithm.ECDSA)) {
        signature = EcdsaSignature.toDer(signature);
      }
      if (algorithm.equals(SignatureAlgorithm.RSA_PKCS1_NONE)) {
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.DECRYPT_MODE, key.info().publicKey());
        assertThat(cipher.doFinal(signature)).isEqualTo(input);
        continue;
      }
      Signature verifier = Signature.getInstance(algorithm.jcaName());
      if (algorithm.jcaParameters() != null) {
        verifier.setParameter(algorithm.jcaParameters());
      }
      verifier.initVerify(key.info().publicKey());
      verifier.update(input);
      assertThat(verifier.verify(signature)).as(algorithm.name()).isTrue();
    }
  }

  @Test
  void oaepOpensWhatTheJdkSealed() throws Exception {
    Pkcs11Key key =
        TestBackend.generate(
            backend, "oaep", KeyType.RSA_2048, Set.of(Usage.ENCRYPT, Usage.DECRYPT));
    Decrypting decrypting = key.capability(Decrypting.class).orElseThrow();
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        key.info().publicKey(),
        new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
    byte[] ciphertext = cipher.doFinal(DATA);
    assertThat(
            decrypting.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA1, ciphertext, TestBackend.soon()))
        .isEqualTo(DATA);

    ciphertext[17] ^= 1;
    assertThatThrownBy(
            () ->
                decrypting.decrypt(
                    EncryptionAlgorithm.RSA_OAEP_SHA1, ciphertext, TestBackend.soon()))
        .isInstanceOf(InvalidCiphertextException.class);
    assertThatThrownBy(
            () ->
                decrypting.decrypt(
                    EncryptionAlgorithm.RSA_OAEP_SHA1, new byte[5], TestBackend.soon()))
        .isInstanceOf(InvalidCiphertextException.class);
  }

  @Test
  void oaepThatSoftHsmRefusesIsNotClaimed() {
    Pkcs11Key key =
        TestBackend.generate(
            backend, "oaep-claims", KeyType.RSA_2048, Set.of(Usage.ENCRYPT, Usage.DECRYPT));
    assertThat(key.info().encryptionAlgorithms())
        .containsExactly(EncryptionAlgorithm.RSA_OAEP_SHA1);
    // And if it is asked for all the same, the refusal has a type.
    assertThatThrownBy(
            () ->
                key.capability(Decrypting.class)
                    .orElseThrow()
                    .decrypt(
                        EncryptionAlgorithm.RSA_OAEP_SHA256, new byte[256], TestBackend.soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
  }

  @Test
  void gcmIsWhatTheJdkSeals() throws Exception {
    byte[] material = new byte[32];
    Arrays.fill(material, (byte) 7);
    Pkcs11Key key = imported("gcm", KeyType.AES_256, material, Usage.ENCRYPT, Usage.DECRYPT);
    SecretEncrypting encrypting = key.capability(SecretEncrypting.class).orElseThrow();
    byte[] aad = {1, 2, 3};
    for (int length : new int[] {0, 1, 16, 1000, 70_000}) {
      byte[] plaintext = new byte[length];
      byte[] nonce = new byte[12];
      nonce[11] = (byte) length;
      byte[] message =
          encrypting.encrypt(
              EncryptionAlgorithm.AES_GCM, plaintext, aad, nonce, TestBackend.soon());
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(material, "AES"),
          new GCMParameterSpec(128, nonce));
      cipher.updateAAD(aad);
      assertThat(message[0]).isEqualTo((byte) 12);
      assertThat(cipher.doFinal(message, 13, message.length - 13)).isEqualTo(plaintext);
      assertThat(encrypting.decrypt(EncryptionAlgorithm.AES_GCM, message, aad, TestBackend.soon()))
          .isEqualTo(plaintext);
      assertThatThrownBy(
              () ->
                  encrypting.decrypt(
                      EncryptionAlgorithm.AES_GCM, message, new byte[] {9}, TestBackend.soon()))
          .isInstanceOf(InvalidCiphertextException.class);
      message[message.length - 1] ^= 1;
      assertThatThrownBy(
              () ->
                  encrypting.decrypt(EncryptionAlgorithm.AES_GCM, message, aad, TestBackend.soon()))
          .isInstanceOf(InvalidCiphertextException.class);
    }
    assertThatThrownBy(
            () ->
                encrypting.decrypt(
                    EncryptionAlgorithm.AES_GCM, new byte[5], aad, TestBackend.soon()))
        .isInstanceOf(InvalidCiphertextException.class);
  }

  @Test
  void cbcRoundTrips() {
    Pkcs11Key key =
        TestBackend.generate(backend, "cbc", KeyType.AES_128, Set.of(Usage.ENCRYPT, Usage.DECRYPT));
    SecretEncrypting encrypting = key.capability(SecretEncrypting.class).orElseThrow();
    for (int length : new int[] {1, 16, 1000}) {
      byte[] plaintext = new byte[length];
      byte[] message =
          encrypting.encrypt(
              EncryptionAlgorithm.AES_CBC_PAD, plaintext, null, new byte[16], TestBackend.soon());
      assertThat(
              encrypting.decrypt(
                  EncryptionAlgorithm.AES_CBC_PAD, message, null, TestBackend.soon()))
          .isEqualTo(plaintext);
    }
  }

  @Test
  void hmacIsWhatTheJdkComputes() throws Exception {
    for (HashAlgorithm hash :
        List.of(HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512)) {
      byte[] material = new byte[hash.length()];
      Arrays.fill(material, (byte) 3);
      Pkcs11Key key = imported("hmac-" + hash.shortName(), KeyType.hmac(hash), material, Usage.MAC);
      MacAlgorithm algorithm = key.info().macAlgorithms().iterator().next();
      Mac mac = Mac.getInstance(algorithm.jcaName());
      mac.init(new SecretKeySpec(material, "HMAC"));
      assertThat(
              key.capability(Macing.class).orElseThrow().mac(algorithm, DATA, TestBackend.soon()))
          .isEqualTo(mac.doFinal(DATA));
    }
  }

  @Test
  void ecdhAgreesWithTheJdk() throws Exception {
    for (KeyType type : List.of(KeyType.EC_P256, KeyType.EC_P384, KeyType.EC_P521)) {
      Pkcs11Key key = TestBackend.generate(backend, "ecdh-" + type, type, Set.of(Usage.AGREE));
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(type.curve().jcaName()));
      for (int i = 0; i < 20; i++) {
        KeyPair peer = generator.generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(peer.getPrivate());
        agreement.doPhase(key.info().publicKey(), true);
        assertThat(
                key.capability(Agreeing.class)
                    .orElseThrow()
                    .agree(
                        AgreementAlgorithm.ECDH, peer.getPublic().getEncoded(), TestBackend.soon()))
            .isEqualTo(agreement.generateSecret());
      }
    }
  }

  @Test
  void keyWrapIsWhatTheJdkUnwraps() throws Exception {
    byte[] material = new byte[32];
    Arrays.fill(material, (byte) 5);
    Pkcs11Key key = imported("kw", KeyType.AES_256, material, Usage.WRAP, Usage.UNWRAP);
    WrapBytes wrapping = key.capability(WrapBytes.class).orElseThrow();
    assertThat(key.info().wrapAlgorithms()).containsExactly(WrapAlgorithm.AES_KW);
    for (int length : new int[] {16, 24, 32}) {
      byte[] secret = new byte[length];
      Arrays.fill(secret, (byte) 9);
      byte[] wrapped = wrapping.wrapBytes(WrapAlgorithm.AES_KW, secret, TestBackend.soon());
      Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
      cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(material, "AES"));
      assertThat(cipher.unwrap(wrapped, "RAW", Cipher.SECRET_KEY).getEncoded()).isEqualTo(secret);
      assertThat(wrapping.unwrapBytes(WrapAlgorithm.AES_KW, wrapped, TestBackend.soon()))
          .isEqualTo(secret);
      wrapped[3] ^= 1;
      assertThatThrownBy(
              () -> wrapping.unwrapBytes(WrapAlgorithm.AES_KW, wrapped, TestBackend.soon()))
          .isInstanceOf(InvalidCiphertextException.class);
    }
    assertThatThrownBy(
            () -> wrapping.wrapBytes(WrapAlgorithm.AES_KW, new byte[20], TestBackend.soon()))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(
            () -> wrapping.unwrapBytes(WrapAlgorithm.AES_KW, new byte[0], TestBackend.soon()))
        .isInstanceOf(InvalidCiphertextException.class);
    // SoftHSM would append zero bytes and say nothing: what was 20 bytes would come back as 24.
    assertThatThrownBy(
            () -> wrapping.wrapBytes(WrapAlgorithm.AES_KWP, new byte[20], TestBackend.soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class)
        .hasMessageContaining("zero bytes");
    assertThatThrownBy(
            () -> wrapping.wrapBytes(WrapAlgorithm.AES_KW_PKCS5, new byte[20], TestBackend.soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class)
        .hasMessageContaining("is AES_KWP");
  }

  @Test
  void keysAreWrappedHandleToHandleOnlyIfExtractable() {
    Pkcs11Key wrapping =
        TestBackend.generate(backend, "kek", KeyType.AES_256, Set.of(Usage.WRAP, Usage.UNWRAP));
    Pkcs11Key open =
        TestBackend.generate(
            backend,
            "out",
            KeyType.AES_128,
            Set.of(Usage.ENCRYPT, Usage.DECRYPT),
            "extractable",
            "true",
            "wrap-with-trusted",
            "false");
    Pkcs11Key guarded =
        TestBackend.generate(
            backend,
            "guarded",
            KeyType.AES_128,
            Set.of(Usage.ENCRYPT, Usage.DECRYPT),
            "extractable",
            "true");
    Pkcs11Key closed =
        TestBackend.generate(backend, "in", KeyType.AES_128, Set.of(Usage.ENCRYPT, Usage.DECRYPT));
    WrapKey wrap = wrapping.capability(WrapKey.class).orElseThrow();
    byte[] wrapped = wrap.wrapKey(WrapAlgorithm.AES_KW, open, TestBackend.soon());
    assertThatThrownBy(() -> wrap.wrapKey(WrapAlgorithm.AES_KW, closed, TestBackend.soon()))
        .isInstanceOf(UsageDeniedException.class);
    assertThatThrownBy(() -> wrap.wrapKey(WrapAlgorithm.AES_KW, guarded, TestBackend.soon()))
        .isInstanceOf(UsageDeniedException.class);

    KeyConfig target = TestBackend.entry("in-again", Set.of(Usage.ENCRYPT, Usage.DECRYPT));
    wrap.unwrapKey(WrapAlgorithm.AES_KW, wrapped, target, KeyType.AES_128, TestBackend.soon());
    Pkcs11Key again = (Pkcs11Key) backend.key(target, TestBackend.soon());
    byte[] message =
        open.capability(SecretEncrypting.class)
            .orElseThrow()
            .encrypt(EncryptionAlgorithm.AES_GCM, DATA, null, new byte[12], TestBackend.soon());
    assertThat(
            again
                .capability(SecretEncrypting.class)
                .orElseThrow()
                .decrypt(EncryptionAlgorithm.AES_GCM, message, null, TestBackend.soon()))
        .isEqualTo(DATA);
    assertThatThrownBy(
            () ->
                wrap.unwrapKey(
                    WrapAlgorithm.AES_KW, wrapped, target, KeyType.AES_128, TestBackend.soon()))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void generatedKeysMayDoOnlyWhatTheirEntrySays() throws Exception {
    Pkcs11Key key = TestBackend.generate(backend, "strict", KeyType.RSA_2048, Set.of(Usage.SIGN));
    assertThat(key.capability(Decrypting.class)).isEmpty();
    assertThat(key.capability(WrapBytes.class)).isEmpty();
    for (long attribute : new long[] {Cka.DECRYPT, Cka.UNWRAP, Cka.DERIVE, Cka.EXTRACTABLE}) {
      assertThat(attribute(key, attribute)).as(Long.toHexString(attribute)).isFalse();
    }
    for (long attribute :
        new long[] {Cka.SIGN, Cka.SENSITIVE, Cka.ALWAYS_SENSITIVE, Cka.NEVER_EXTRACTABLE}) {
      assertThat(attribute(key, attribute)).as(Long.toHexString(attribute)).isTrue();
    }
    Pkcs11Key aes = TestBackend.generate(backend, "strict-aes", KeyType.AES_256, Set.of());
    for (long attribute :
        new long[] {
          Cka.ENCRYPT, Cka.DECRYPT, Cka.WRAP, Cka.UNWRAP, Cka.SIGN, Cka.VERIFY, Cka.DERIVE
        }) {
      assertThat(attribute(aes, attribute)).as(Long.toHexString(attribute)).isFalse();
    }
  }

  private static Boolean attribute(Pkcs11Key key, long type) {
    return key.handle()
        .run(
            TestBackend.soon(),
            (cryptoki, session, handle) ->
                cryptoki.booleanAttribute(session.handle(), handle, type),
            Probe.ofToken(),
            Meaning.OF_INPUT);
  }

  @Test
  void generatingTwiceIsAConflictAndMakesNothing() {
    TestBackend.generate(backend, "once", KeyType.EC_P256, Usage.defaults());
    assertThatThrownBy(
            () -> TestBackend.generate(backend, "once", KeyType.EC_P256, Usage.defaults()))
        .isInstanceOf(ConflictException.class);
    backend.key(TestBackend.entry("once"), TestBackend.soon());
  }

  @Test
  void aKeyIsListedFoundByItsTagAndDestroyedOnlyWhenPinned() {
    Pkcs11Key key = TestBackend.generate(backend, "doomed", KeyType.EC_P256, Usage.defaults());
    KeyLifecycle lifecycle = backend.capability(KeyLifecycle.class).orElseThrow();
    RemoteKey listed =
        lifecycle.list(TestBackend.soon()).stream()
            .filter(remote -> "doomed".equals(remote.fields().get("key-label")))
            .findFirst()
            .orElseThrow();
    UUID tag = listed.tag().orElseThrow();
    assertThat(lifecycle.findByTag(tag, TestBackend.soon())).isPresent();
    KeyConfig entry = TestBackend.entry("doomed");
    assertThatThrownBy(() -> lifecycle.scheduleDestruction(entry, null, TestBackend.soon()))
        .isInstanceOf(io.managedkeys.KeyStateException.class);
    KeyConfig pinned = TestBackend.pinned(entry, key);
    lifecycle.scheduleDestruction(pinned, null, TestBackend.soon());
    assertThatThrownBy(() -> backend.key(entry, TestBackend.soon()))
        .isInstanceOf(KeyNotFoundException.class)
        .hasMessageNotContaining("there is a public key");
    assertThatThrownBy(
            () ->
                key.capability(Signing.class)
                    .orElseThrow()
                    .sign(
                        SignatureAlgorithm.ECDSA_SHA256,
                        Message.digest(HashAlgorithm.SHA256, new byte[32]),
                        TestBackend.soon()))
        .isInstanceOf(KeyNotFoundException.class);
  }

  @Test
  void randomBytesComeInAnyNumber() {
    RandomSource random = backend.capability(RandomSource.class).orElseThrow();
    assertThat(random.random(0, TestBackend.soon())).isEmpty();
    byte[] some = random.random(5000, TestBackend.soon());
    assertThat(some).hasSize(5000);
    assertThat(Arrays.copyOfRange(some, 0, 32)).isNotEqualTo(Arrays.copyOfRange(some, 1024, 1056));
  }

  private static Pkcs11Key imported(String label, KeyType type, byte[] material, Usage... usages) {
    KeyConfig entry = TestBackend.entry(label, Set.of(usages));
    backend
        .capability(KeyLifecycle.class)
        .orElseThrow()
        .importKey(entry, type, SecretBytes.copyOf(material), entry.id(), TestBackend.soon());
    return (Pkcs11Key) backend.key(entry, TestBackend.soon());
  }
}
