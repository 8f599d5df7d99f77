package io.managedkeys.azurekv;

import com.azure.security.keyvault.keys.cryptography.models.DecryptResult;
import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.UnwrapResult;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.azurekv.ServiceErrors.Doing;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;

/**
 * RSA-OAEP with the private key. The service has two operations for the same computation, allowed
 * apart from each other; the one that the key allows is used, {@code decrypt} where both are.
 */
record RsaOpening(AzureKey key, boolean byDecrypting) implements Decrypting {

  @Override
  public byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext, CallContext context) {
    String name = Algorithms.oaep(algorithm, key.info().type());
    if (byDecrypting) {
      var azure =
          com.azure.security.keyvault.keys.cryptography.models.EncryptionAlgorithm.fromString(name);
      DecryptResult result =
          key.call(context, Doing.OPENING, (client, sdk) -> client.decrypt(azure, ciphertext, sdk));
      return Answers.checked(key, result.getKeyId(), result.getPlainText());
    }
    KeyWrapAlgorithm azure = KeyWrapAlgorithm.fromString(name);
    UnwrapResult result =
        key.call(context, Doing.OPENING, (client, sdk) -> client.unwrapKey(azure, ciphertext, sdk));
    return Answers.checked(key, result.getKeyId(), result.getKey());
  }
}
