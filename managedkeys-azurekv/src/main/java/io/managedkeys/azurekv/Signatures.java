package io.managedkeys.azurekv;

import com.azure.security.keyvault.keys.cryptography.models.SignResult;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.azurekv.ServiceErrors.Doing;
import io.managedkeys.codec.Curve;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.Verifying;
import java.util.Set;

/** Signatures over digests: the service takes no messages. ECDSA is r ‖ s. */
record Signatures(AzureKey key) {

  Signing signing() {
    return new Signing() {
      @Override
      public Set<MessageForm> accepts(SignatureAlgorithm algorithm) {
        return Set.of(MessageForm.DIGEST);
      }

      @Override
      public boolean plainEcdsa() {
        return true;
      }

      @Override
      public byte[] sign(SignatureAlgorithm algorithm, Message message, CallContext context) {
        return Signatures.this.sign(algorithm, message, context);
      }
    };
  }

  Verifying verifying() {
    return new Verifying() {
      @Override
      public Set<MessageForm> accepts(SignatureAlgorithm algorithm) {
        return Set.of(MessageForm.DIGEST);
      }

      @Override
      public boolean plainEcdsa() {
        return true;
      }

      @Override
      public boolean verify(
          SignatureAlgorithm algorithm, Message message, byte[] signature, CallContext context) {
        return Signatures.this.verify(algorithm, message, signature, context);
      }
    };
  }

  private byte[] sign(SignatureAlgorithm algorithm, Message message, CallContext context) {
    byte[] digest = digest(algorithm, message);
    var azure = Algorithms.azure(algorithm, key.info().type());
    SignResult result =
        key.call(context, Doing.USING, (client, sdk) -> client.sign(azure, digest, sdk));
    key.requireFrom(result.getKeyId());
    byte[] signature = result.getSignature();
    if (signature == null || signature.length != length()) {
      throw new IdentityChangedException(
          "the vault's signature has not the length of this key's signatures; it was dropped");
    }
    return signature;
  }

  private boolean verify(
      SignatureAlgorithm algorithm, Message message, byte[] signature, CallContext context) {
    byte[] digest = digest(algorithm, message);
    if (signature.length != length()) {
      return false;
    }
    var azure = Algorithms.azure(algorithm, key.info().type());
    Boolean valid =
        key.call(
            context,
            Doing.USING,
            (client, sdk) -> client.verify(azure, digest, signature, sdk).isValid());
    return Boolean.TRUE.equals(valid);
  }

  private static byte[] digest(SignatureAlgorithm algorithm, Message message) {
    if (message instanceof Message.Digest digest && digest.hash().equals(algorithm.hash())) {
      return digest.bytes();
    }
    throw new InvalidInputException(
        "Key Vault signs the digest that belongs to " + algorithm + "; this is a " + message);
  }

  private int length() {
    KeyType type = key.info().type();
    Curve curve = type.curve();
    return curve == null ? type.bits() / 8 : 2 * curve.coordinateLength();
  }
}
