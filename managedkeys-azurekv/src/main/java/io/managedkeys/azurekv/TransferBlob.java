package io.managedkeys.azurekv;

import com.azure.json.JsonProviders;
import com.azure.json.JsonWriter;
import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import io.managedkeys.spi.CallContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key transfer blob ("Bring your own key specification"): the material goes to the HSM wrapped for
 * a key exchange key that never leaves it. The specification has RSA-OAEP with SHA-1 over a fresh AES
 * key, and AES-KWP (RFC 5649) over the material.
 */
final class TransferBlob {
  private static final SecureRandom RANDOM = new SecureRandom();

  private TransferBlob() {}

  static JsonWebKey wrap(
      Vault vault, String exchangeKey, KeyType type, SecretBytes material, CallContext context) {
    KeyVaultKey exchange = AzureKeyBackend.find(vault, exchangeKey, null, context);
    if (!exchange.getKeyOperations().equals(List.of(KeyOperation.IMPORT))) {
      throw new InvalidConfigurationException(
          "\"exchange-key\" must name an RSA-HSM key whose only operation is import; \""
              + exchangeKey
              + "\" has "
              + exchange.getKeyOperations());
    }
    byte[] blob = material.use(target -> blob(exchange, target));
    JsonWebKey jwk = new JsonWebKey().setT(blob);
    return switch (type.family()) {
      case "RSA" -> jwk.setKeyType(com.azure.security.keyvault.keys.models.KeyType.RSA_HSM);
      case "EC" ->
          jwk.setKeyType(com.azure.security.keyvault.keys.models.KeyType.EC_HSM)
              .setCurveName(KeyTypes.curve(type));
      default -> jwk.setKeyType(com.azure.security.keyvault.keys.models.KeyType.OCT_HSM);
    };
  }

  private static byte[] blob(KeyVaultKey exchange, byte[] target) {
    byte[] aes = new byte[32];
    RANDOM.nextBytes(aes);
    try {
      byte[] wrappedAes = oaep(publicKey(exchange.getKey()), aes);
      byte[] wrappedTarget = kwp(aes, target);
      byte[] ciphertext = Arrays.copyOf(wrappedAes, wrappedAes.length + wrappedTarget.length);
      System.arraycopy(wrappedTarget, 0, ciphertext, wrappedAes.length, wrappedTarget.length);
      return json(exchange.getId(), ciphertext);
    } catch (GeneralSecurityException e) {
      throw new ManagedKeyException("the key to import can't be wrapped", e);
    } finally {
      Arrays.fill(aes, (byte) 0);
    }
  }

  private static PublicKey publicKey(JsonWebKey key) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA")
        .generatePublic(
            new RSAPublicKeySpec(new BigInteger(1, key.getN()), new BigInteger(1, key.getE())));
  }

  private static byte[] oaep(PublicKey key, byte[] aes) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        key,
        new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
    return cipher.doFinal(aes);
  }

  private static byte[] kwp(byte[] aes, byte[] target) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/KWP/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(aes, "AES"));
    return cipher.doFinal(target);
  }

  private static byte[] json(String kid, byte[] ciphertext) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("kid", kid);
    header.put("alg", "dir");
    header.put("enc", "CKM_RSA_AES_KEY_WRAP");
    Map<String, Object> blob = new LinkedHashMap<>();
    blob.put("schema_version", "1.0.0");
    blob.put("header", header);
    blob.put("ciphertext", Base64.getUrlEncoder().withoutPadding().encodeToString(ciphertext));
    blob.put("generator", "managedkeys");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonWriter writer = JsonProviders.createWriter(out)) {
      writer.writeUntyped(blob);
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
