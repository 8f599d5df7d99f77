package io.managedkeys.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.KeyLimits;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.NonceSource;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CipherTest {

  private static final String OAEP = "RSA/ECB/OAEPWithSHA-256AndMGF1Padding";
  private static final String GCM = "AES/GCM/NoPadding";

  private final SoftwareKeys keys = new SoftwareKeys();
  private final ManagedKeysProvider provider = ManagedKeysProvider.of(keys);
  private final byte[] aesBytes = new byte[32];
  private final SecretKeySpec aesKey;
  private final ManagedKey aes;
  private final PublicKey rsaPublic = SoftwareKeys.pair("RSA", 2048).getPublic();
  private final byte[] plaintext =
      "attack at dawn".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  CipherTest() {
    new Random(3).nextBytes(aesBytes);
    aesKey = new SecretKeySpec(aesBytes, "AES");
    aes = keys.addSecret("soft:aes", KeyType.AES_256, aesBytes, info -> info);
    keys.addPair("soft:rsa", SoftwareKeys.pair("RSA", 2048), Set.of(Usage.SIGN, Usage.DECRYPT));
    keys.addPair(
        "soft:raw",
        SoftwareKeys.pair("RSA", 2048),
        Set.of(Usage.SIGN),
        info ->
            info.signs(List.of(SignatureAlgorithm.RSA_PKCS1_NONE))
                .encrypts(List.of(EncryptionAlgorithm.RSA_OAEP_SHA256_MGF1_SHA1)));
    keys.addPair(
        "soft:sun-oaep",
        SoftwareKeys.pair("RSA", 2048),
        Set.of(Usage.DECRYPT),
        info -> info.encrypts(List.of(EncryptionAlgorithm.RSA_OAEP_SHA256_MGF1_SHA1)));
  }

  private PrivateKey handle(String ref) {
    return ManagedKeysProvider.privateKey(keys.key(ref));
  }

  private static OAEPParameterSpec oaep(String hash, String mask) {
    return new OAEPParameterSpec(
        hash, "MGF1", new MGF1ParameterSpec(mask), PSource.PSpecified.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-256", "SHA-384", "SHA-512"})
  void oaepOfTheJdkIsDecrypted(String hash) throws Exception {
    for (String transformation :
        List.of("RSA/ECB/OAEPPadding", "RSA/ECB/OAEPWith" + hash + "AndMGF1Padding")) {
      Cipher jdk = Cipher.getInstance(transformation);
      jdk.init(Cipher.ENCRYPT_MODE, rsaPublic, oaep(hash, hash));
      byte[] ciphertext = jdk.doFinal(plaintext);
      Cipher ours = Cipher.getInstance(transformation, provider);
      ours.init(Cipher.DECRYPT_MODE, handle("soft:rsa"), oaep(hash, hash));
      ours.update(ciphertext, 0, 100);
      assertThat(ours.doFinal(ciphertext, 100, ciphertext.length - 100)).isEqualTo(plaintext);
      ours.init(Cipher.DECRYPT_MODE, handle("soft:rsa"), jdk.getParameters());
      assertThat(ours.doFinal(ciphertext)).isEqualTo(plaintext);
    }
  }

  @Test
  void oaepNameWithoutParametersMeansWhatSunJceMeans() throws Exception {
    Cipher jdk = Cipher.getInstance(OAEP);
    jdk.init(Cipher.ENCRYPT_MODE, rsaPublic);
    Cipher ours = Cipher.getInstance(OAEP, provider);
    ours.init(Cipher.DECRYPT_MODE, handle("soft:sun-oaep"));
    assertThat(ours.doFinal(jdk.doFinal(plaintext))).isEqualTo(plaintext);
    assertThatThrownBy(() -> ours.init(Cipher.DECRYPT_MODE, handle("soft:rsa")))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("RSA_OAEP_SHA256_MGF1_SHA1")
        .hasMessageContaining("OAEPParameterSpec");
  }

  @Test
  void publicKeyGoesToTheNextProvider() throws Exception {
    for (String transformation : List.of(OAEP, "RSA/ECB/PKCS1Padding")) {
      Cipher ours = Cipher.getInstance(transformation, provider);
      ours.init(Cipher.ENCRYPT_MODE, rsaPublic);
      Cipher jdk = Cipher.getInstance(transformation);
      jdk.init(Cipher.DECRYPT_MODE, SoftwareKeys.pair("RSA", 2048).getPrivate());
      assertThat(jdk.doFinal(ours.doFinal(plaintext))).isEqualTo(plaintext);
    }
  }

  @Test
  void unwrappingNeedsTheUsageUnwrapOrDecrypt() throws Exception {
    Cipher jdk = Cipher.getInstance(OAEP);
    jdk.init(Cipher.WRAP_MODE, rsaPublic, oaep("SHA-256", "SHA-256"));
    byte[] wrapped = jdk.wrap(aesKey);
    Cipher ours = Cipher.getInstance(OAEP, provider);
    ours.init(Cipher.UNWRAP_MODE, handle("soft:rsa"), oaep("SHA-256", "SHA-256"));
    assertThat(ours.unwrap(wrapped, "AES", Cipher.SECRET_KEY)).isEqualTo(aesKey);
    assertThatThrownBy(
            () -> ours.init(Cipher.UNWRAP_MODE, handle("soft:raw"), oaep("SHA-256", "SHA-256")))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("unwrap");
  }

  @Test
  void damagedOaepIsBadPadding() throws Exception {
    Cipher ours = Cipher.getInstance(OAEP, provider);
    ours.init(Cipher.DECRYPT_MODE, handle("soft:rsa"), oaep("SHA-256", "SHA-256"));
    assertThatThrownBy(() -> ours.doFinal(new byte[256]))
        .isInstanceOf(BadPaddingException.class)
        .hasCauseInstanceOf(InvalidCiphertextException.class);
  }

  @Test
  void oaepWithALabelOrAnotherHashIsRefused() throws Exception {
    Cipher ours = Cipher.getInstance(OAEP, provider);
    OAEPParameterSpec labelled =
        new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, new PSource.PSpecified(new byte[] {1}));
    assertThatThrownBy(() -> ours.init(Cipher.DECRYPT_MODE, handle("soft:rsa"), labelled))
        .isInstanceOf(InvalidAlgorithmParameterException.class)
        .hasMessageContaining("label");
    assertThatThrownBy(
            () -> ours.init(Cipher.DECRYPT_MODE, handle("soft:rsa"), oaep("SHA-512", "SHA-256")))
        .isInstanceOf(InvalidAlgorithmParameterException.class)
        .hasMessageContaining("same hash");
  }

  @Test
  void encryptingWithARawRsaKeyIsASignatureThatTheEntryMustName() throws Exception {
    Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding", provider);
    cipher.init(Cipher.ENCRYPT_MODE, handle("soft:raw"));
    byte[] digestInfo =
        io.managedkeys.codec.DigestInfo.encode(
            io.managedkeys.HashAlgorithm.SHA256,
            io.managedkeys.HashAlgorithm.SHA256.digest(plaintext));
    byte[] signature = cipher.doFinal(digestInfo);
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(rsaPublic);
    verifier.update(plaintext);
    assertThat(verifier.verify(signature)).isTrue();
    assertThatThrownBy(() -> cipher.init(Cipher.ENCRYPT_MODE, handle("soft:rsa")))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("RSA_PKCS1_NONE");
    assertThatThrownBy(() -> cipher.init(Cipher.DECRYPT_MODE, handle("soft:raw")))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("OAEP");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 5", "16, 0", "5000, 100"})
  void gcmGoesBothWaysWithTheJdk(int length, int aadLength) throws Exception {
    byte[] data = new byte[length];
    byte[] aad = new byte[aadLength];
    new Random(length).nextBytes(data);
    SecretKey handle = ManagedKeysProvider.secretKey(aes);
    Cipher ours = Cipher.getInstance(GCM, provider);
    ours.init(Cipher.ENCRYPT_MODE, handle);
    byte[] nonce = ours.getIV();
    ours.updateAAD(aad, 0, aadLength / 2);
    ours.updateAAD(java.nio.ByteBuffer.wrap(aad, aadLength / 2, aadLength - aadLength / 2));
    byte[] first = ours.update(data, 0, length / 2);
    assertThat(first == null ? new byte[0] : first).isEmpty();
    byte[] ciphertext = ours.doFinal(data, length / 2, length - length / 2);
    assertThat(ours.getIV()).isEqualTo(nonce).hasSize(12);

    Cipher jdk = Cipher.getInstance(GCM);
    jdk.init(Cipher.DECRYPT_MODE, aesKey, ours.getParameters());
    jdk.updateAAD(aad);
    assertThat(jdk.doFinal(ciphertext)).isEqualTo(data);

    jdk.init(Cipher.ENCRYPT_MODE, aesKey, new GCMParameterSpec(128, new byte[12]));
    jdk.updateAAD(aad);
    byte[] theirs = jdk.doFinal(data);
    ours.init(Cipher.DECRYPT_MODE, handle, jdk.getParameters());
    ours.updateAAD(aad);
    assertThat(ours.getOutputSize(theirs.length)).isEqualTo(length);
    byte[] room = new byte[length + 3];
    assertThat(ours.doFinal(theirs, 0, theirs.length, room, 3)).isEqualTo(length);
    assertThat(Arrays.copyOfRange(room, 3, room.length)).isEqualTo(data);
  }

  @Test
  void gcmNonceIsNotUsedTwice() throws Exception {
    SecretKey handle = ManagedKeysProvider.secretKey(aes);
    Cipher ours = Cipher.getInstance(GCM, provider);
    GCMParameterSpec nonce = new GCMParameterSpec(128, new byte[12]);
    ours.init(Cipher.ENCRYPT_MODE, handle, nonce);
    ours.doFinal(plaintext);
    assertThatThrownBy(() -> ours.doFinal(plaintext)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ours.init(Cipher.ENCRYPT_MODE, handle, nonce))
        .isInstanceOf(InvalidAlgorithmParameterException.class);
    ours.init(Cipher.ENCRYPT_MODE, handle);
    byte[] first = ours.getIV();
    ours.doFinal(plaintext);
    ours.init(Cipher.ENCRYPT_MODE, handle);
    assertThat(ours.getIV()).isNotEqualTo(first);
  }

  @Test
  void gcmNonceOfTheBackendIsKnownAfterwards() throws Exception {
    ManagedKey own =
        keys.addSecret(
            "soft:own-nonce",
            KeyType.AES_256,
            aesBytes,
            info -> info.nonceSource(NonceSource.BACKEND));
    SecretKey handle = ManagedKeysProvider.secretKey(own);
    Cipher ours = Cipher.getInstance(GCM, provider);
    assertThatThrownBy(
            () -> ours.init(Cipher.ENCRYPT_MODE, handle, new GCMParameterSpec(128, new byte[12])))
        .isInstanceOf(InvalidAlgorithmParameterException.class)
        .hasMessageContaining("soft:own-nonce");
    ours.init(Cipher.ENCRYPT_MODE, handle);
    assertThat(ours.getIV()).isNull();
    assertThat(ours.getParameters()).isNull();
    byte[] ciphertext = ours.doFinal(plaintext);
    Cipher jdk = Cipher.getInstance(GCM);
    jdk.init(Cipher.DECRYPT_MODE, aesKey, new GCMParameterSpec(128, ours.getIV()));
    assertThat(jdk.doFinal(ciphertext)).isEqualTo(plaintext);
  }

  @Test
  void tamperedGcmReleasesNothing() throws Exception {
    Cipher ours = Cipher.getInstance(GCM, provider);
    Cipher jdk = Cipher.getInstance(GCM);
    jdk.init(Cipher.ENCRYPT_MODE, aesKey);
    byte[] ciphertext = jdk.doFinal(plaintext);
    ciphertext[0] ^= 1;
    ours.init(Cipher.DECRYPT_MODE, ManagedKeysProvider.secretKey(aes), jdk.getParameters());
    byte[] early = ours.update(ciphertext);
    assertThat(early == null ? new byte[0] : early).isEmpty();
    assertThatThrownBy(ours::doFinal)
        .isInstanceOf(AEADBadTagException.class)
        .hasCauseInstanceOf(InvalidCiphertextException.class);
    assertThatThrownBy(() -> ours.doFinal(new byte[3])).isInstanceOf(AEADBadTagException.class);
  }

  @Test
  void gcmWithAnotherTagOrNonceLengthIsRefused() throws Exception {
    Cipher ours = Cipher.getInstance(GCM, provider);
    SecretKey handle = ManagedKeysProvider.secretKey(aes);
    assertThatThrownBy(
            () -> ours.init(Cipher.ENCRYPT_MODE, handle, new GCMParameterSpec(96, new byte[12])))
        .isInstanceOf(InvalidAlgorithmParameterException.class)
        .hasMessageContaining("128 bits");
    assertThatThrownBy(
            () -> ours.init(Cipher.ENCRYPT_MODE, handle, new GCMParameterSpec(128, new byte[16])))
        .isInstanceOf(InvalidAlgorithmParameterException.class)
        .hasMessageContaining("12 bytes");
    assertThatThrownBy(() -> ours.init(Cipher.DECRYPT_MODE, handle))
        .isInstanceOf(InvalidKeyException.class);
  }

  @Test
  void plaintextOverTheLimitIsRefusedByName() throws Exception {
    ManagedKey small =
        keys.addSecret(
            "soft:small",
            KeyType.AES_256,
            aesBytes,
            info -> info.limits(new KeyLimits(10, 10, 100, 10, 10)));
    Cipher ours = Cipher.getInstance(GCM, provider);
    ours.init(Cipher.ENCRYPT_MODE, ManagedKeysProvider.secretKey(small));
    assertThatThrownBy(() -> ours.doFinal(new byte[11]))
        .isInstanceOf(IllegalBlockSizeException.class)
        .hasMessageContaining("10 bytes")
        .hasMessageContaining("data key");
    assertThat(keys.software("soft:small").operations).hasValue(0);
  }

  @Test
  void outputThatIsTooShortIsRefusedBeforeTheCall() throws Exception {
    Cipher ours = Cipher.getInstance(GCM, provider);
    ours.init(Cipher.ENCRYPT_MODE, ManagedKeysProvider.secretKey(aes));
    assertThatThrownBy(() -> ours.doFinal(plaintext, 0, plaintext.length, new byte[16], 0))
        .isInstanceOf(ShortBufferException.class);
    assertThat(keys.software("soft:aes").operations).hasValue(0);
    assertThat(ours.doFinal(plaintext)).hasSize(plaintext.length + 16);
  }

  @ParameterizedTest
  @CsvSource({"AES/KW/NoPadding, 16", "AESWrap, 32", "AES/KWP/NoPadding, 5", "AESWrapPad, 33"})
  void keyWrapGoesBothWaysWithTheJdk(String transformation, int length) throws Exception {
    Key material = new SecretKeySpec(new byte[length], "AES");
    SecretKey handle = ManagedKeysProvider.secretKey(aes);
    Cipher ours = Cipher.getInstance(transformation, provider);
    Cipher jdk = Cipher.getInstance(transformation);
    ours.init(Cipher.WRAP_MODE, handle);
    jdk.init(Cipher.UNWRAP_MODE, aesKey);
    byte[] wrapped = ours.wrap(material);
    assertThat(jdk.unwrap(wrapped, "AES", Cipher.SECRET_KEY)).isEqualTo(material);
    ours.init(Cipher.UNWRAP_MODE, handle);
    assertThat(ours.unwrap(wrapped, "AES", Cipher.SECRET_KEY)).isEqualTo(material);
    wrapped[0] ^= 1;
    assertThatThrownBy(() -> ours.unwrap(wrapped, "AES", Cipher.SECRET_KEY))
        .isInstanceOf(InvalidKeyException.class);
  }

  @Test
  void managedKeyIsWrappedHandleToHandle() throws Exception {
    byte[] secret = new byte[16];
    Arrays.fill(secret, (byte) 9);
    ManagedKey target = keys.addSecret("soft:target", KeyType.AES_128, secret, info -> info);
    Cipher ours = Cipher.getInstance("AESWrap", provider);
    ours.init(Cipher.WRAP_MODE, ManagedKeysProvider.secretKey(aes));
    byte[] wrapped = ours.wrap(ManagedKeysProvider.secretKey(target));
    Cipher jdk = Cipher.getInstance("AESWrap");
    jdk.init(Cipher.UNWRAP_MODE, aesKey);
    assertThat(jdk.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded()).isEqualTo(secret);
    Cipher gcm = Cipher.getInstance(GCM, provider);
    gcm.init(Cipher.WRAP_MODE, ManagedKeysProvider.secretKey(aes));
    assertThatThrownBy(() -> gcm.wrap(ManagedKeysProvider.secretKey(target)))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("soft:target");
  }

  @Test
  void foreignSecretKeyIsRefused() throws Exception {
    for (String transformation : List.of(GCM, "AESWrap", "AESWrapPad")) {
      Cipher ours = Cipher.getInstance(transformation, provider);
      assertThatThrownBy(() -> ours.init(Cipher.ENCRYPT_MODE, aesKey))
          .as(transformation)
          .isInstanceOf(InvalidKeyException.class)
          .hasMessageContaining("not a managed key");
    }
  }
}
