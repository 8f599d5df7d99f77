package io.managedkeys.vault.transit;

import static io.managedkeys.vault.client.VaultRequest.path;

import io.managedkeys.DataKey;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.DataKeys;
import io.managedkeys.spi.ReEncrypting;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.WrapBytes;
import io.managedkeys.vault.client.Failures;
import io.managedkeys.vault.client.JsonBody;
import io.managedkeys.vault.client.MalformedAnswerException;
import io.managedkeys.vault.client.VaultAnswer;
import io.managedkeys.vault.client.VaultRequest;
import io.managedkeys.vault.login.VaultSession.AnswerFunction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A symmetric key. Its ciphertexts are the engine's own texts, {@code vault:v<version>:<base64>}, as
 * ASCII, so that they can be exchanged with everything else that uses the engine.
 */
final class TransitAeadKey extends TransitKey
    implements SecretEncrypting, WrapBytes, DataKeys, ReEncrypting {

  TransitAeadKey(TransitEngine engine, TransitEntry entry, KeyInfo info) {
    super(engine, entry, info);
  }

  @Override
  public byte[] encrypt(
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte @Nullable [] aad,
      byte @Nullable [] nonce,
      CallContext context) {
    JsonBody body = versioned(new JsonBody().base64("plaintext", plaintext), aad);
    body.text("type", Failures.MUST_EXIST);
    return ask("encrypt", body, "encrypting", context, this::ciphertext);
  }

  @Override
  public byte[] decrypt(
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      byte @Nullable [] aad,
      CallContext context) {
    requireOurs(ciphertext);
    JsonBody body = bound(new JsonBody(), aad).text("ciphertext", ascii(ciphertext));
    return ask("decrypt", body, "decrypting", context, answer -> answer.data().base64("plaintext"));
  }

  @Override
  public byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, CallContext context) {
    return encrypt(EncryptionAlgorithm.SERVICE, material, null, null, context);
  }

  @Override
  public byte[] unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped, CallContext context) {
    return decrypt(EncryptionAlgorithm.SERVICE, wrapped, null, context);
  }

  @Override
  public DataKey generateDataKey(int length, byte @Nullable [] aad, CallContext context) {
    return ask(
        "datakey/plaintext",
        dataKeyBody(length, aad),
        "making a data key",
        context,
        answer -> {
          byte[] wrapped = ciphertext(answer);
          byte[] plaintext = answer.data().base64("plaintext");
          if (plaintext.length != length) {
            Arrays.fill(plaintext, (byte) 0);
            throw new MalformedAnswerException("the data key has another length");
          }
          return new DataKey(SecretBytes.taking(plaintext), wrapped);
        });
  }

  @Override
  public byte[] generateDataKeyWithoutPlaintext(
      int length, byte @Nullable [] aad, CallContext context) {
    return ask(
        "datakey/wrapped",
        dataKeyBody(length, aad),
        "making a data key",
        context,
        this::ciphertext);
  }

  private JsonBody dataKeyBody(int length, byte @Nullable [] aad) {
    if (length != 16 && length != 32 && length != 64) {
      throw new InvalidInputException(
          "the transit engine makes data keys of 16, 32 and 64 bytes, not of "
              + length
              + "; take random bytes and wrap them");
    }
    return versioned(new JsonBody().number("bits", length * 8L), aad);
  }

  @Override
  public byte[] reEncrypt(
      byte[] ciphertext,
      byte @Nullable [] aad,
      BackendKey target,
      byte @Nullable [] targetAad,
      CallContext context) {
    boolean sameKey =
        target instanceof TransitAeadKey other
            && other.engine().same(engine())
            && other.entry().name().equals(entry().name())
            && Arrays.equals(other.entry().context(), entry().context());
    if (!sameKey || aad != null || targetAad != null) {
      throw new UnsupportedKeyOperationException(
          "the transit engine rewraps to another version of the same key only, and without"
              + " associated data; decrypt and encrypt instead");
    }
    requireOurs(ciphertext);
    TransitAeadKey to = (TransitAeadKey) target;
    JsonBody body = to.versioned(new JsonBody(), null).text("ciphertext", ascii(ciphertext));
    return to.ask("rewrap", body, "rewrapping", context, to::ciphertext);
  }

  /** Nothing but the engine's form is sent: it would be taken for a ciphertext of another kind. */
  private void requireOurs(byte[] ciphertext) {
    Versioned parsed =
        Versioned.parse(ciphertext)
            .orElseThrow(
                () ->
                    new InvalidCiphertextException(
                        "the ciphertext is damaged, was made by another key, or its associated data"
                            + " differs"));
    int version = entry().version();
    if (version != 0 && parsed.version() != version) {
      throw new InvalidCiphertextException(
          "the ciphertext is of version "
              + parsed.version()
              + " of the key, and the entry is bound to version "
              + version);
    }
  }

  private JsonBody versioned(JsonBody body, byte @Nullable [] aad) {
    // 0 is the engine's word for the newest version.
    return bound(body.number("key_version", entry().version()), aad);
  }

  private JsonBody bound(JsonBody body, byte @Nullable [] aad) {
    if (aad != null && aad.length > 0) {
      body.base64("associated_data", aad);
    }
    byte[] derivation = entry().context();
    if (derivation != null) {
      body.base64("context", derivation);
    }
    return body;
  }

  private byte[] ciphertext(VaultAnswer answer) throws MalformedAnswerException {
    String text = answer.data().text("ciphertext");
    Versioned made = Versioned.ofAnswer(text);
    if (entry().version() != 0 && made.version() != entry().version()) {
      throw new IdentityChangedException(
          "the service encrypted with version "
              + made.version()
              + " of the key "
              + entry().name()
              + " in place of version "
              + entry().version());
    }
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String ascii(byte[] ciphertext) {
    return new String(ciphertext, StandardCharsets.US_ASCII);
  }

  private <R> R ask(
      String operation,
      JsonBody body,
      String doing,
      CallContext context,
      AnswerFunction<R> reader) {
    VaultRequest request =
        VaultRequest.compute(path(engine().mount(), operation, entry().name()), body);
    return engine().session().ask(request, doing, context, reader);
  }

  @Override
  void probe(CallContext context) {
    encrypt(EncryptionAlgorithm.SERVICE, new byte[] {1}, null, null, context);
  }
}
