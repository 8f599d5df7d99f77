package io.managedkeys.testkit.azurekv;

import static io.managedkeys.testkit.azurekv.EncryptionTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.models.EncryptionAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.DeletedKey;
import com.azure.security.keyvault.keys.models.ImportKeyOptions;
import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyCurveName;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyProperties;
import com.azure.security.keyvault.keys.models.KeyType;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(AzureKeyVaultExtension.class)
class LifecycleTest {
  private static final byte[] DIGEST = new byte[32];

  @Test
  void creatingUnderANameThatExistsAddsAVersionSilently(AzureKeyVaultServer server) {
    KeyClient keys = Sdk.of(server).keys();
    KeyVaultKey first = createEc(keys, "twice");
    KeyVaultKey second = createEc(keys, "twice");

    assertThat(second.getId())
        .isNotEqualTo(first.getId())
        .startsWith(server.url() + "/keys/twice/");
    assertThat(keys.getKey("twice").getId()).isEqualTo(second.getId());
    assertThat(keys.getKey("twice", first.getProperties().getVersion()).getKey().getX())
        .isEqualTo(first.getKey().getX());
    assertThat(keys.listPropertiesOfKeyVersions("twice").stream().map(KeyProperties::getVersion))
        .containsExactly(first.getProperties().getVersion(), second.getProperties().getVersion());
  }

  @Test
  void rotationKeepsTypeTagsAndOldVersions(AzureKeyVaultServer server) {
    KeyClient keys = Sdk.of(server).keys();
    KeyVaultKey first =
        keys.createRsaKey(new CreateRsaKeyOptions("turns").setTags(Map.of("owner", "me")));
    KeyVaultKey second = keys.rotateKey("turns");

    assertThat(second.getProperties().getTags()).containsEntry("owner", "me");
    assertThat(second.getKey().getN()).isNotEqualTo(first.getKey().getN());
    byte[] ciphertext =
        Sdk.of(server)
            .crypto(first.getId())
            .encrypt(EncryptionAlgorithm.RSA_OAEP_256, new byte[] {1})
            .getCipherText();
    assertThat(
            Sdk.of(server)
                .crypto(first.getId())
                .decrypt(EncryptionAlgorithm.RSA_OAEP_256, ciphertext)
                .getPlainText())
        .containsExactly(1);
    assertRefused(
        () ->
            Sdk.of(server)
                .crypto(second.getId())
                .decrypt(EncryptionAlgorithm.RSA_OAEP_256, ciphertext),
        400,
        "BadParameter");
  }

  @Test
  void disabledUnpermittedAndMissingKeysAreRefusedByCode(AzureKeyVaultServer server) {
    KeyClient keys = Sdk.of(server).keys();
    KeyVaultKey key = createEc(keys, "off");
    keys.updateKeyProperties(key.getProperties().setEnabled(false));
    CryptographyClient crypto = Sdk.of(server).crypto(key.getId());
    assertRefused(() -> crypto.sign(SignatureAlgorithm.ES256, DIGEST), 403, "KeyDisabled");

    keys.updateKeyProperties(key.getProperties().setEnabled(true), KeyOperation.VERIFY);
    assertRefused(
        () -> crypto.sign(SignatureAlgorithm.ES256, DIGEST), 403, "KeyOperationForbidden");

    keys.updateKeyProperties(key.getProperties(), KeyOperation.SIGN);
    assertThat(crypto.sign(SignatureAlgorithm.ES256, DIGEST).getSignature()).hasSize(64);
    assertRefused(() -> crypto.sign(SignatureAlgorithm.ES384, DIGEST), 400, "BadParameter");
    assertRefused(() -> crypto.sign(SignatureAlgorithm.ES256, new byte[20]), 400, "BadParameter");
    assertRefused(() -> keys.getKey("nobody"), 404, "KeyNotFound");
  }

  @Test
  void outsideItsValidityAKeyDecryptsButDoesNotSign() {
    try (AzureKeyVaultServer server = AzureKeyVaultServer.start()) {
      KeyClient keys = Sdk.of(server).keys();
      OffsetDateTime now = OffsetDateTime.now();
      KeyVaultKey key =
          keys.createRsaKey(
              new CreateRsaKeyOptions("brief")
                  .setNotBefore(now.minusHours(1))
                  .setExpiresOn(now.plusHours(1)));
      CryptographyClient crypto = Sdk.of(server).crypto(key.getId());
      byte[] ciphertext =
          crypto.encrypt(EncryptionAlgorithm.RSA_OAEP_256, new byte[] {7}).getCipherText();
      assertThat(crypto.sign(SignatureAlgorithm.PS256, DIGEST).getSignature()).hasSize(256);

      server.setClock(Clock.offset(Clock.systemUTC(), Duration.ofHours(2)));
      CryptographyClient later = Sdk.of(server).crypto(key.getId());
      assertRefused(() -> later.sign(SignatureAlgorithm.PS256, DIGEST), 403, "KeyExpired");
      assertThat(later.decrypt(EncryptionAlgorithm.RSA_OAEP_256, ciphertext).getPlainText())
          .containsExactly(7);
      server.setClock(Clock.offset(Clock.systemUTC(), Duration.ofHours(-2)));
      assertRefused(
          () -> Sdk.of(server).crypto(key.getId()).sign(SignatureAlgorithm.PS256, DIGEST),
          403,
          "KeyNotYetValid");
    }
  }

  @Test
  void aDeletedKeyHoldsItsNameUntilItIsRecoveredOrPurged(AzureKeyVaultServer server) {
    KeyClient keys = Sdk.of(server).keys();
    KeyVaultKey key = createEc(keys, "gone");
    DeletedKey deleted =
        keys.beginDeleteKey("gone").waitForCompletion(Duration.ofSeconds(20)).getValue();
    assertThat(deleted.getScheduledPurgeDate()).isAfter(OffsetDateTime.now().plusDays(80));
    assertRefused(() -> keys.getKey("gone"), 404, "KeyNotFound");
    assertRefused(() -> createEc(keys, "gone"), 409, "ObjectIsDeletedButRecoverable");

    keys.beginRecoverDeletedKey("gone").waitForCompletion(Duration.ofSeconds(20));
    assertThat(keys.getKey("gone").getId()).isEqualTo(key.getId());

    keys.beginDeleteKey("gone").waitForCompletion(Duration.ofSeconds(20));
    keys.purgeDeletedKey("gone");
    assertRefused(() -> keys.getDeletedKey("gone"), 404, "KeyNotFound");
    assertThat(createEc(keys, "gone").getKey().getX()).isNotEqualTo(key.getKey().getX());
  }

  @Test
  void aBackupIsRestoredWithItsVersionAfterAPurge(AzureKeyVaultServer server) {
    KeyClient keys = Sdk.of(server).keys();
    KeyVaultKey key = createEc(keys, "saved");
    byte[] backup = keys.backupKey("saved");
    assertRefused(() -> keys.restoreKeyBackup(backup), 409, "Conflict");
    keys.beginDeleteKey("saved").waitForCompletion(Duration.ofSeconds(20));
    keys.purgeDeletedKey("saved");

    assertThat(keys.restoreKeyBackup(backup).getId()).isEqualTo(key.getId());
  }

  @Test
  void listsAreInPages(AzureKeyVaultServer server) {
    KeyClient keys = Sdk.of(server).keys();
    for (int i = 0; i < 30; i++) {
      createEc(keys, "page-" + i);
    }
    Set<String> names =
        keys.listPropertiesOfKeys().stream()
            .map(KeyProperties::getName)
            .collect(Collectors.toSet());

    assertThat(names).contains("page-0", "page-29");
    assertThat(server.requests().count(KeyVaultOperation.LIST)).isGreaterThan(1);
  }

  @Test
  void anImportedKeySignsWhatItsOwnerVerifies(AzureKeyVaultServer server) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    KeyVaultKey key = Sdk.of(server).keys().importKey("brought", JsonWebKey.fromRsa(pair));

    byte[] signature =
        Sdk.of(server)
            .crypto(key.getId())
            .signData(SignatureAlgorithm.RS256, DIGEST)
            .getSignature();

    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(pair.getPublic());
    verifier.update(DIGEST);
    assertThat(verifier.verify(signature)).isTrue();
    assertThat(key.getKey().getD()).isNull();
  }

  @Test
  void aKeyTransferBlobIsUnwrappedByItsExchangeKey(AzureKeyVaultServer server) throws Exception {
    KeyClient keys = Sdk.of(server).keys();
    KeyVaultKey exchange =
        keys.createRsaKey(
            new CreateRsaKeyOptions("kek")
                .setHardwareProtected(true)
                .setKeyOperations(KeyOperation.IMPORT));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    byte[] blob =
        transferBlob(
            (RSAPublicKey) exchange.getKey().toRsa().getPublic(),
            exchange.getId(),
            pair.getPrivate().getEncoded());

    KeyVaultKey key =
        keys.importKey(
            new ImportKeyOptions(
                    "transferred",
                    new JsonWebKey()
                        .setKeyType(KeyType.RSA_HSM)
                        .setKeyOps(java.util.List.of(KeyOperation.SIGN))
                        .setT(blob))
                .setHardwareProtected(true));

    assertThat(key.getKey().getN())
        .isEqualTo(
            org.bouncycastle.util.BigIntegers.asUnsignedByteArray(
                ((RSAPrivateCrtKey) pair.getPrivate()).getModulus()));
    assertThat(key.getKeyType()).isEqualTo(KeyType.RSA_HSM);
    assertThat(key.getKeyOperations()).containsExactly(KeyOperation.SIGN);
  }

  private static byte[] transferBlob(RSAPublicKey exchange, String kid, byte[] target)
      throws Exception {
    SecretKeySpec aes = new SecretKeySpec(RandomSource.bytes(32), "AES");
    Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
    oaep.init(
        Cipher.ENCRYPT_MODE,
        exchange,
        new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
    byte[] wrappedAes = oaep.doFinal(aes.getEncoded());
    Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
    kwp.init(Cipher.WRAP_MODE, aes);
    byte[] wrappedTarget = kwp.wrap(new SecretKeySpec(target, "RAW"));
    byte[] ciphertext =
        ByteBuffer.allocate(wrappedAes.length + wrappedTarget.length)
            .put(wrappedAes)
            .put(wrappedTarget)
            .array();
    String json =
        """
        {"schema_version":"1.0.0",
         "header":{"kid":"%s","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},
         "ciphertext":"%s","generator":"a test"}
        """
            .formatted(kid, Json.base64Url(ciphertext));
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static KeyVaultKey createEc(KeyClient keys, String name) {
    return keys.createEcKey(new CreateEcKeyOptions(name).setCurveName(KeyCurveName.P_256));
  }
}
