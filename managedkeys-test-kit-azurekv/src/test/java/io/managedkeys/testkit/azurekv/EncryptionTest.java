package io.managedkeys.testkit.azurekv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.util.Context;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.models.DecryptParameters;
import com.azure.security.keyvault.keys.cryptography.models.EncryptParameters;
import com.azure.security.keyvault.keys.cryptography.models.EncryptResult;
import com.azure.security.keyvault.keys.cryptography.models.EncryptionAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.models.CreateOctKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.ImportKeyOptions;
import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyType;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.AESWrapEngine;
import org.bouncycastle.crypto.engines.AESWrapPadEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RSA is BouncyCastle's in the server and the JDK's here; AES the other way round. */
@ExtendWith(AzureKeyVaultExtension.class)
class EncryptionTest {
  private static final byte[] PLAINTEXT =
      "32 bytes that need protection...".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @CsvSource({"RSA1_5,false", "RSA-OAEP,false", "RSA-OAEP-256,false", "RSA-OAEP-256,true"})
  void whatTheJdkEncryptsForAnRsaKeyIsDecryptedAndUnwrapped(
      String algorithm, boolean hsm, AzureKeyVaultServer server) throws Exception {
    KeyVaultKey key =
        Sdk.of(server)
            .keys()
            .createRsaKey(
                new CreateRsaKeyOptions("dec-" + algorithm.replace('_', '-') + hsm)
                    .setHardwareProtected(hsm));
    CryptographyClient crypto = Sdk.of(server).crypto(key.getId());
    byte[] ciphertext = encrypt(algorithm, key.getKey().toRsa().getPublic());

    assertThat(crypto.decrypt(EncryptionAlgorithm.fromString(algorithm), ciphertext).getPlainText())
        .isEqualTo(PLAINTEXT);
    assertThat(crypto.unwrapKey(KeyWrapAlgorithm.fromString(algorithm), ciphertext).getKey())
        .isEqualTo(PLAINTEXT);
    byte[] own =
        crypto.encrypt(EncryptionAlgorithm.fromString(algorithm), PLAINTEXT).getCipherText();
    assertThat(crypto.decrypt(EncryptionAlgorithm.fromString(algorithm), own).getPlainText())
        .isEqualTo(PLAINTEXT);
    ciphertext[20] ^= 1;
    assertRefused(
        () -> crypto.decrypt(EncryptionAlgorithm.fromString(algorithm), ciphertext),
        400,
        "BadParameter");
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 192, 256})
  void aesGcmHasTheHsmsNonceAndTheCallersAssociatedData(
      int bits, @ManagedHsm AzureKeyVaultServer server) throws Exception {
    byte[] aes = RandomSource.bytes(bits / 8);
    KeyVaultKey key = importOct(server, "gcm" + bits, aes);
    CryptographyClient crypto = Sdk.of(server).crypto(key.getId());
    byte[] aad = {1, 2, 3};
    EncryptParameters parameters =
        switch (bits) {
          case 128 -> EncryptParameters.createA128GcmParameters(PLAINTEXT, aad);
          case 192 -> EncryptParameters.createA192GcmParameters(PLAINTEXT, aad);
          default -> EncryptParameters.createA256GcmParameters(PLAINTEXT, aad);
        };

    EncryptResult result = crypto.encrypt(parameters, Context.NONE);

    assertThat(result.getIv()).hasSize(12);
    GCMModeCipher gcm = GCMBlockCipher.newInstance(AESEngine.newInstance());
    gcm.init(false, new AEADParameters(new KeyParameter(aes), 128, result.getIv(), aad));
    byte[] opened = new byte[PLAINTEXT.length];
    int at = gcm.processBytes(result.getCipherText(), 0, PLAINTEXT.length, opened, 0);
    at += gcm.processBytes(result.getAuthenticationTag(), 0, 16, opened, at);
    gcm.doFinal(opened, at);
    assertThat(opened).isEqualTo(PLAINTEXT);
    if (bits == 256) {
      assertThat(decryptGcm(crypto, result, aad)).isEqualTo(PLAINTEXT);
      assertRefused(() -> decryptGcm(crypto, result, new byte[] {1}), 400, "BadParameter");
    }
  }

  @Test
  void aesCbcTakesTheCallersIv(@ManagedHsm AzureKeyVaultServer server) {
    KeyVaultKey key = importOct(server, "cbc256", RandomSource.bytes(32));
    CryptographyClient crypto = Sdk.of(server).crypto(key.getId());
    byte[] iv = RandomSource.bytes(16);
    byte[] odd = Arrays.copyOf(PLAINTEXT, 29);

    byte[] padded =
        crypto
            .encrypt(EncryptParameters.createA256CbcPadParameters(odd, iv), Context.NONE)
            .getCipherText();
    byte[] whole =
        crypto
            .encrypt(EncryptParameters.createA256CbcParameters(PLAINTEXT, iv), Context.NONE)
            .getCipherText();

    assertThat(padded).hasSize(32);
    assertThat(whole).hasSize(32);
    assertThat(
            crypto
                .decrypt(DecryptParameters.createA256CbcPadParameters(padded, iv), Context.NONE)
                .getPlainText())
        .isEqualTo(odd);
    assertThat(
            crypto
                .decrypt(DecryptParameters.createA256CbcParameters(whole, iv), Context.NONE)
                .getPlainText())
        .isEqualTo(PLAINTEXT);
  }

  @Test
  void aesKeyWrapIsRfc3394AndItsPaddedFormRfc5649(@ManagedHsm AzureKeyVaultServer server)
      throws Exception {
    byte[] aes = RandomSource.bytes(32);
    KeyVaultKey key = importOct(server, "kw256", aes);
    CryptographyClient crypto = Sdk.of(server).crypto(key.getId());
    byte[] odd = Arrays.copyOf(PLAINTEXT, 21);

    byte[] wrapped = crypto.wrapKey(KeyWrapAlgorithm.A256KW, PLAINTEXT).getEncryptedKey();
    byte[] padded = crypto.wrapKey(KeyWrapAlgorithm.CKM_AES_KEY_WRAP_PAD, odd).getEncryptedKey();

    AESWrapEngine kw = new AESWrapEngine();
    kw.init(false, new KeyParameter(aes));
    assertThat(kw.unwrap(wrapped, 0, wrapped.length)).isEqualTo(PLAINTEXT);
    AESWrapPadEngine kwp = new AESWrapPadEngine();
    kwp.init(false, new KeyParameter(aes));
    assertThat(kwp.unwrap(padded, 0, padded.length)).isEqualTo(odd);
    assertThat(crypto.unwrapKey(KeyWrapAlgorithm.A256KW, wrapped).getKey()).isEqualTo(PLAINTEXT);
    wrapped[3] ^= 1;
    assertRefused(() -> crypto.unwrapKey(KeyWrapAlgorithm.A256KW, wrapped), 400, "BadParameter");
    assertRefused(() -> crypto.wrapKey(KeyWrapAlgorithm.A256KW, odd), 400, "BadParameter");
    assertRefused(() -> crypto.wrapKey(KeyWrapAlgorithm.A128KW, PLAINTEXT), 400, "BadParameter");
  }

  @Test
  void aManagedHsmGivesRandomBytesAndAVaultDoesNot(
      @ManagedHsm AzureKeyVaultServer hsm, AzureKeyVaultServer vault) {
    assertThat(Sdk.of(hsm).keys().getRandomBytes(32))
        .hasSize(32)
        .isNotEqualTo(Sdk.of(hsm).keys().getRandomBytes(32));
    assertRefused(() -> Sdk.of(vault).keys().getRandomBytes(32), 404, "NotFound");
  }

  @Test
  void aVaultHasNoSymmetricKeys(AzureKeyVaultServer vault) {
    assertRefused(
        () ->
            Sdk.of(vault)
                .keys()
                .createOctKey(new CreateOctKeyOptions("aes").setHardwareProtected(true)),
        400,
        "BadParameter");
  }

  private static byte[] decryptGcm(CryptographyClient crypto, EncryptResult result, byte[] aad) {
    return crypto
        .decrypt(
            DecryptParameters.createA256GcmParameters(
                result.getCipherText(), result.getIv(), result.getAuthenticationTag(), aad),
            Context.NONE)
        .getPlainText();
  }

  private static KeyVaultKey importOct(AzureKeyVaultServer server, String name, byte[] key) {
    return Sdk.of(server)
        .keys()
        .importKey(
            new ImportKeyOptions(name, new JsonWebKey().setKeyType(KeyType.OCT_HSM).setK(key))
                .setHardwareProtected(true));
  }

  private static byte[] encrypt(String algorithm, PublicKey key) throws Exception {
    Cipher cipher;
    if (algorithm.equals("RSA1_5")) {
      cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
      cipher.init(Cipher.ENCRYPT_MODE, key);
    } else {
      String hash = algorithm.equals("RSA-OAEP") ? "SHA-1" : "SHA-256";
      cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          key,
          new OAEPParameterSpec(
              hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    }
    return cipher.doFinal(PLAINTEXT);
  }

  static void assertRefused(Runnable call, int status, String code) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            HttpResponseException.class,
            e -> {
              assertThat(e.getResponse().getStatusCode()).isEqualTo(status);
              assertThat(String.valueOf(e.getValue())).contains(code);
              assertThat(
                      e.getResponse()
                          .getHeaderValue(
                              com.azure.core.http.HttpHeaderName.fromString("x-ms-request-id")))
                  .isNotBlank();
            });
  }
}
