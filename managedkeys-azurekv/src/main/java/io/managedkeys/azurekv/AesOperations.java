package io.managedkeys.azurekv;

import com.azure.security.keyvault.keys.cryptography.models.DecryptParameters;
import com.azure.security.keyvault.keys.cryptography.models.DecryptResult;
import com.azure.security.keyvault.keys.cryptography.models.EncryptParameters;
import com.azure.security.keyvault.keys.cryptography.models.EncryptResult;
import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.UnwrapResult;
import com.azure.security.keyvault.keys.cryptography.models.WrapResult;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.azurekv.ServiceErrors.Doing;
import io.managedkeys.codec.GcmMessage;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.WrapBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * oct-HSM keys: AES-GCM, whose nonce the HSM makes and which is read back; AES-CBC with PKCS #7
 * padding, whose initialisation vector is made here; AES key wrap.
 */
record AesOperations(AzureKey key) implements SecretEncrypting, WrapBytes {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BLOCK = 16;

  @Override
  public byte[] encrypt(
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte @Nullable [] aad,
      byte @Nullable [] nonce,
      CallContext context) {
    if (algorithm.equals(EncryptionAlgorithm.AES_GCM)) {
      EncryptResult result = encrypt(gcm(plaintext, aad), context);
      byte[] iv = required(result.getIv(), algorithm.nonceLength(), "nonce");
      byte[] tag = required(result.getAuthenticationTag(), GcmMessage.TAG_LENGTH, "tag");
      byte[] ciphertext = required(result.getCipherText(), plaintext.length, "ciphertext");
      byte[] sealed = Arrays.copyOf(ciphertext, ciphertext.length + tag.length);
      System.arraycopy(tag, 0, sealed, ciphertext.length, tag.length);
      return new GcmMessage(iv, sealed).encode();
    }
    if (algorithm.equals(EncryptionAlgorithm.AES_CBC_PAD)) {
      byte[] iv = new byte[BLOCK];
      RANDOM.nextBytes(iv);
      EncryptResult result = encrypt(cbc(plaintext, iv), context);
      int padded = (plaintext.length / BLOCK + 1) * BLOCK;
      return new GcmMessage(iv, required(result.getCipherText(), padded, "ciphertext")).encode();
    }
    throw Algorithms.unsupported(algorithm.name(), key.info().type());
  }

  @Override
  public byte[] decrypt(
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      byte @Nullable [] aad,
      CallContext context) {
    DecryptParameters parameters;
    if (algorithm.equals(EncryptionAlgorithm.AES_GCM)) {
      parameters =
          gcm(GcmMessage.decode(ciphertext, algorithm.nonceLength(), GcmMessage.TAG_LENGTH), aad);
    } else if (algorithm.equals(EncryptionAlgorithm.AES_CBC_PAD)) {
      parameters = cbc(GcmMessage.decode(ciphertext, algorithm.nonceLength(), BLOCK));
    } else {
      throw Algorithms.unsupported(algorithm.name(), key.info().type());
    }
    DecryptResult result =
        key.call(context, Doing.OPENING, (client, sdk) -> client.decrypt(parameters, sdk));
    return Answers.checked(key, result.getKeyId(), result.getPlainText());
  }

  @Override
  public byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, CallContext context) {
    KeyWrapAlgorithm azure = keyWrap(algorithm);
    WrapResult result =
        key.call(context, Doing.USING, (client, sdk) -> client.wrapKey(azure, material, sdk));
    key.requireFrom(result.getKeyId());
    return required(result.getEncryptedKey(), material.length + 8, "wrapped key");
  }

  @Override
  public byte[] unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped, CallContext context) {
    KeyWrapAlgorithm azure = keyWrap(algorithm);
    UnwrapResult result =
        key.call(context, Doing.OPENING, (client, sdk) -> client.unwrapKey(azure, wrapped, sdk));
    return Answers.checked(key, result.getKeyId(), result.getKey());
  }

  private EncryptResult encrypt(EncryptParameters parameters, CallContext context) {
    EncryptResult result =
        key.call(context, Doing.USING, (client, sdk) -> client.encrypt(parameters, sdk));
    key.requireFrom(result.getKeyId());
    return result;
  }

  private EncryptParameters gcm(byte[] plaintext, byte @Nullable [] aad) {
    return switch (bits()) {
      case 128 ->
          aad == null
              ? EncryptParameters.createA128GcmParameters(plaintext)
              : EncryptParameters.createA128GcmParameters(plaintext, aad);
      case 192 ->
          aad == null
              ? EncryptParameters.createA192GcmParameters(plaintext)
              : EncryptParameters.createA192GcmParameters(plaintext, aad);
      default ->
          aad == null
              ? EncryptParameters.createA256GcmParameters(plaintext)
              : EncryptParameters.createA256GcmParameters(plaintext, aad);
    };
  }

  private DecryptParameters gcm(GcmMessage message, byte @Nullable [] aad) {
    byte[] iv = message.nonce();
    int split = message.sealed().length - GcmMessage.TAG_LENGTH;
    byte[] ciphertext = Arrays.copyOf(message.sealed(), split);
    byte[] tag = Arrays.copyOfRange(message.sealed(), split, message.sealed().length);
    return switch (bits()) {
      case 128 ->
          aad == null
              ? DecryptParameters.createA128GcmParameters(ciphertext, iv, tag)
              : DecryptParameters.createA128GcmParameters(ciphertext, iv, tag, aad);
      case 192 ->
          aad == null
              ? DecryptParameters.createA192GcmParameters(ciphertext, iv, tag)
              : DecryptParameters.createA192GcmParameters(ciphertext, iv, tag, aad);
      default ->
          aad == null
              ? DecryptParameters.createA256GcmParameters(ciphertext, iv, tag)
              : DecryptParameters.createA256GcmParameters(ciphertext, iv, tag, aad);
    };
  }

  private EncryptParameters cbc(byte[] plaintext, byte[] iv) {
    return switch (bits()) {
      case 128 -> EncryptParameters.createA128CbcPadParameters(plaintext, iv);
      case 192 -> EncryptParameters.createA192CbcPadParameters(plaintext, iv);
      default -> EncryptParameters.createA256CbcPadParameters(plaintext, iv);
    };
  }

  private DecryptParameters cbc(GcmMessage message) {
    return switch (bits()) {
      case 128 -> DecryptParameters.createA128CbcPadParameters(message.sealed(), message.nonce());
      case 192 -> DecryptParameters.createA192CbcPadParameters(message.sealed(), message.nonce());
      default -> DecryptParameters.createA256CbcPadParameters(message.sealed(), message.nonce());
    };
  }

  private KeyWrapAlgorithm keyWrap(WrapAlgorithm algorithm) {
    if (algorithm.equals(WrapAlgorithm.AES_KW)) {
      return KeyWrapAlgorithm.fromString("A" + bits() + "KW");
    }
    throw Algorithms.unsupported(algorithm.name(), key.info().type());
  }

  private int bits() {
    return key.info().type().bits();
  }

  private static byte[] required(byte @Nullable [] part, int length, String name) {
    if (part == null || part.length != length) {
      throw new ManagedKeyException(
          "the vault's answer has no " + name + " of " + length + " bytes; it was dropped", null);
    }
    return part;
  }
}
