package io.managedkeys.local;

import static io.managedkeys.local.Local.can;
import static io.managedkeys.local.Local.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.codec.GcmMessage;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.DataKeys;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.WrapBytes;
import io.managedkeys.spi.WrapKey;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalOperationsTest {

  private static final byte[] TEXT = "to be signed or kept".getBytes(StandardCharsets.UTF_8);
  private static final BouncyCastleProvider BC = new BouncyCastleProvider();

  private final Local local = Local.inMemory();

  @AfterEach
  void close() {
    local.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RSA-2048",
        "RSA-3072",
        "RSA-4096",
        "EC-P256",
        "EC-P384",
        "EC-P521",
        "ED25519",
        "ED448",
        "ML-DSA-44",
        "ML-DSA-65",
        "ML-DSA-87"
      })
  void everySignatureOfEveryAcceptedFormVerifies(String name) throws Exception {
    KeyType type = KeyType.parse(name);
    assumeMlDsa(type);
    BackendKey key = local.make("k", type);
    Signing signing = can(key, Signing.class);
    int checked = 0;
    for (SignatureAlgorithm algorithm : key.info().signatureAlgorithms()) {
      if (algorithm.name().endsWith("_NONE")) {
        continue;
      }
      for (MessageForm form : signing.accepts(algorithm)) {
        Message message =
            form == MessageForm.RAW
                ? Message.of(TEXT)
                : Message.digest(algorithm.hash(), algorithm.hash().digest(TEXT));
        byte[] signature = signing.sign(algorithm, message, soon());
        assertThat(verifies(algorithm, key.info().publicKey(), signature))
            .as("%s as %s", algorithm, form)
            .isTrue();
        checked++;
      }
    }
    assertThat(checked).isPositive();
  }

  private static boolean verifies(SignatureAlgorithm algorithm, PublicKey key, byte[] signature)
      throws Exception {
    Signature verifier = Signature.getInstance(algorithm.jcaName());
    if (algorithm.jcaParameters() != null) {
      verifier.setParameter(algorithm.jcaParameters());
    }
    verifier.initVerify(key);
    verifier.update(TEXT);
    return verifier.verify(signature);
  }

  @Test
  void callersOwnDigestInfoAndDigestAreSignedAsTheyAre() throws Exception {
    BackendKey rsa = local.make("rsa", KeyType.RSA_2048);
    byte[] info =
        io.managedkeys.codec.DigestInfo.encode(
            HashAlgorithm.SHA256, HashAlgorithm.SHA256.digest(TEXT));
    byte[] signature =
        can(rsa, Signing.class).sign(SignatureAlgorithm.RSA_PKCS1_NONE, Message.of(info), soon());
    assertThat(verifies(SignatureAlgorithm.RSA_PKCS1_SHA256, rsa.info().publicKey(), signature))
        .isTrue();
    assertThatThrownBy(
            () ->
                can(rsa, Signing.class)
                    .sign(SignatureAlgorithm.RSA_PKCS1_NONE, Message.of(new byte[246]), soon()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("245");

    BackendKey ec = local.make("ec", KeyType.EC_P256);
    byte[] digest = HashAlgorithm.SHA384.digest(TEXT);
    signature =
        can(ec, Signing.class).sign(SignatureAlgorithm.ECDSA_NONE, Message.of(digest), soon());
    assertThat(verifies(SignatureAlgorithm.ECDSA_SHA384, ec.info().publicKey(), signature))
        .isTrue();
  }

  @Test
  void digestOfAnotherHashIsRefused() {
    BackendKey ec = local.make("ec", KeyType.EC_P256);
    assertThatThrownBy(
            () ->
                can(ec, Signing.class)
                    .sign(
                        SignatureAlgorithm.ECDSA_SHA256,
                        Message.digest(HashAlgorithm.SHA384, new byte[48]),
                        soon()))
        .isInstanceOf(InvalidInputException.class);
    BackendKey ed = local.make("ed", KeyType.ED25519);
    assertThatThrownBy(
            () ->
                can(ed, Signing.class)
                    .sign(
                        SignatureAlgorithm.ED25519,
                        Message.digest(HashAlgorithm.SHA512, new byte[64]),
                        soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
  }

  @Test
  void oaepOfEveryHashIsDecryptedAsBouncyCastleEncryptedIt() throws Exception {
    BackendKey key = local.make("rsa", KeyType.RSA_2048);
    Decrypting decrypting = can(key, Decrypting.class);
    for (EncryptionAlgorithm algorithm : key.info().encryptionAlgorithms()) {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", BC);
      cipher.init(
          Cipher.ENCRYPT_MODE,
          key.info().publicKey(),
          new OAEPParameterSpec(
              algorithm.hash().name(),
              "MGF1",
              new MGF1ParameterSpec(algorithm.mgfHash().name()),
              PSource.PSpecified.DEFAULT));
      byte[] ciphertext = cipher.doFinal(TEXT);
      assertThat(decrypting.decrypt(algorithm, ciphertext, soon()))
          .as("%s", algorithm)
          .isEqualTo(TEXT);
      ciphertext[10] ^= 1;
      assertThatThrownBy(() -> decrypting.decrypt(algorithm, ciphertext, soon()))
          .isInstanceOf(InvalidCiphertextException.class);
    }
    assertThat(key.info().encryptionAlgorithms()).hasSize(5);
    for (int length : new int[] {0, 255, 257}) {
      assertThatThrownBy(
              () ->
                  decrypting.decrypt(EncryptionAlgorithm.RSA_OAEP_SHA256, new byte[length], soon()))
          .isInstanceOf(InvalidCiphertextException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 192, 256})
  void aesSealsAndNoticesEveryChange(int bits) {
    BackendKey key = local.make("aes", KeyType.aes(bits));
    SecretEncrypting cipher = can(key, SecretEncrypting.class);
    byte[] aad = {1, 2, 3};
    byte[] nonce = new byte[12];
    Arrays.fill(nonce, (byte) 9);
    byte[] sealed = cipher.encrypt(EncryptionAlgorithm.AES_GCM, TEXT, aad, nonce, soon());
    assertThat(sealed).hasSize(1 + 12 + TEXT.length + 16).startsWith(12, 9);
    assertThat(cipher.decrypt(EncryptionAlgorithm.AES_GCM, sealed, aad, soon())).isEqualTo(TEXT);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 0x40;
      assertThatThrownBy(() -> cipher.decrypt(EncryptionAlgorithm.AES_GCM, changed, aad, soon()))
          .isInstanceOf(InvalidCiphertextException.class);
      byte[] shorter = Arrays.copyOf(sealed, i);
      assertThatThrownBy(() -> cipher.decrypt(EncryptionAlgorithm.AES_GCM, shorter, aad, soon()))
          .isInstanceOf(InvalidCiphertextException.class);
    }
    assertThatThrownBy(() -> cipher.decrypt(EncryptionAlgorithm.AES_GCM, sealed, null, soon()))
        .isInstanceOf(InvalidCiphertextException.class);

    byte[] padded =
        cipher.encrypt(EncryptionAlgorithm.AES_CBC_PAD, TEXT, null, new byte[16], soon());
    assertThat(GcmMessage.decode(padded, 16, 16).sealed()).hasSize(32);
    assertThat(cipher.decrypt(EncryptionAlgorithm.AES_CBC_PAD, padded, null, soon()))
        .isEqualTo(TEXT);
    assertThatThrownBy(
            () -> cipher.encrypt(EncryptionAlgorithm.AES_CBC_PAD, TEXT, aad, new byte[16], soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class);
    assertThatThrownBy(
            () -> cipher.encrypt(EncryptionAlgorithm.AES_GCM, TEXT, aad, new byte[16], soon()))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void dataKeyOpensWithItsKey() {
    BackendKey key = local.make("aes", KeyType.AES_256);
    try (var dataKey = can(key, DataKeys.class).generateDataKey(32, TEXT, soon())) {
      byte[] opened =
          can(key, SecretEncrypting.class)
              .decrypt(EncryptionAlgorithm.AES_GCM, dataKey.wrapped(), TEXT, soon());
      assertThat(opened).isEqualTo(dataKey.plaintext().copy()).hasSize(32);
    }
  }

  @Test
  void keyWrapsHaveTheStandardsLengths() {
    BackendKey key = local.make("kek", KeyType.AES_256);
    WrapBytes wrapping = can(key, WrapBytes.class);
    byte[] twenty = Arrays.copyOf(TEXT, 20);
    byte[] thirtyTwo = Arrays.copyOf(TEXT, 32);
    assertThatThrownBy(() -> wrapping.wrapBytes(WrapAlgorithm.AES_KW, twenty, soon()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("AES_KWP");
    assertThat(wrapping.wrapBytes(WrapAlgorithm.AES_KW, thirtyTwo, soon())).hasSize(40);
    assertThat(wrapping.wrapBytes(WrapAlgorithm.AES_KWP, twenty, soon())).hasSize(32);
    assertThat(wrapping.wrapBytes(WrapAlgorithm.AES_KWP, thirtyTwo, soon())).hasSize(40);
    assertThat(wrapping.wrapBytes(WrapAlgorithm.AES_KW_PKCS5, twenty, soon())).hasSize(32);
    assertThat(wrapping.wrapBytes(WrapAlgorithm.AES_KW_PKCS5, thirtyTwo, soon())).hasSize(48);
    for (WrapAlgorithm algorithm : key.info().wrapAlgorithms()) {
      byte[] wrapped = wrapping.wrapBytes(algorithm, thirtyTwo, soon());
      assertThat(wrapping.unwrapBytes(algorithm, wrapped, soon())).isEqualTo(thirtyTwo);
      wrapped[3] ^= 1;
      assertThatThrownBy(() -> wrapping.unwrapBytes(algorithm, wrapped, soon()))
          .isInstanceOf(InvalidCiphertextException.class);
    }
  }

  @Test
  void onlyExtractableKeysAreWrappedByOthers() {
    BackendKey kek = local.make("kek", KeyType.AES_256);
    BackendKey rsa = local.make("rsa", KeyType.RSA_2048);
    BackendKey kept = local.make("kept", KeyType.AES_256);
    assertThatThrownBy(() -> can(kek, WrapKey.class).wrapKey(WrapAlgorithm.AES_KWP, kept, soon()))
        .isInstanceOf(UsageDeniedException.class)
        .hasMessageContaining("extractable");
    local
        .lifecycle()
        .generate(
            Local.entry("out", EnumSet.allOf(Usage.class), Map.of("extractable", "true"), null),
            KeyType.hmac(HashAlgorithm.SHA256),
            UUID.randomUUID(),
            soon());
    BackendKey out = local.key("out");
    int round = 0;
    for (BackendKey wrapper : Set.of(kek, rsa)) {
      for (WrapAlgorithm algorithm : wrapper.info().wrapAlgorithms()) {
        byte[] wrapped = can(wrapper, WrapKey.class).wrapKey(algorithm, out, soon());
        String name = "back" + round++;
        can(wrapper, WrapKey.class)
            .unwrapKey(
                algorithm, wrapped, Local.entry(name), KeyType.hmac(HashAlgorithm.SHA256), soon());
        assertThat(mac(local.key(name))).as("%s", algorithm).isEqualTo(mac(out));
      }
    }
    assertThat(round).isEqualTo(9);
  }

  private static byte[] mac(BackendKey key) {
    return can(key, Macing.class).mac(MacAlgorithm.HMAC_SHA256, TEXT, soon());
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC-P256", "EC-P384", "EC-P521", "X25519"})
  void bothSidesAgree(String name) throws Exception {
    KeyType type = KeyType.parse(name);
    BackendKey key = local.make("k", type);
    AgreementAlgorithm algorithm = key.info().agreementAlgorithms().iterator().next();
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(type.curve() == null ? "X25519" : "EC", BC);
    if (type.curve() != null) {
      generator.initialize(new ECGenParameterSpec(type.curve().jcaName()));
    }
    var peer = generator.generateKeyPair();
    byte[] mine = can(key, Agreeing.class).agree(algorithm, peer.getPublic().getEncoded(), soon());
    KeyAgreement agreement = KeyAgreement.getInstance(algorithm.jcaName(), BC);
    agreement.init(peer.getPrivate());
    agreement.doPhase(key.info().publicKey(), true);
    assertThat(mine).isEqualTo(agreement.generateSecret());
  }

  @Test
  void peerOnAnotherCurveIsRefused() {
    BackendKey key = local.make("k", KeyType.EC_P256);
    BackendKey other = local.make("other", KeyType.EC_P384);
    assertThatThrownBy(
            () ->
                can(key, Agreeing.class)
                    .agree(AgreementAlgorithm.ECDH, other.info().spki().orElseThrow(), soon()))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void keyDoesOnlyWhatItWasMadeFor() {
    local
        .lifecycle()
        .generate(
            Local.entry("sign", Set.of(Usage.SIGN), Map.of(), null),
            KeyType.RSA_2048,
            UUID.randomUUID(),
            soon());
    BackendKey key = local.key("sign");
    assertThat(key.capability(Signing.class)).isPresent();
    assertThat(key.capability(Decrypting.class)).isEmpty();
    assertThat(key.capability(WrapKey.class)).isEmpty();
    assertThat(key.info().encryptionAlgorithms()).isEmpty();
  }

  @Test
  void mlDsaIsRefusedWithItsReasonWhereTheJdkHasNone() {
    assumeTrue(!hasMlDsa(), "this JDK has ML-DSA");
    assertThatThrownBy(() -> local.generate("pq", KeyType.ML_DSA_65))
        .isInstanceOf(UnsupportedKeyOperationException.class)
        .hasMessageContaining("JDK 24");
  }

  @Test
  void curveThatTheJdkLacksIsRefused() {
    assertThatThrownBy(() -> local.generate("k1", KeyType.EC_SECP256K1))
        .isInstanceOf(UnsupportedKeyOperationException.class)
        .hasMessageContaining("EC-P256");
  }

  static void assumeMlDsa(KeyType type) {
    assumeTrue(!type.family().startsWith("ML-DSA") || hasMlDsa(), "ML-DSA needs JDK 24");
  }

  static boolean hasMlDsa() {
    return Security.getAlgorithms("Signature").contains("ML-DSA");
  }
}
