package io.managedkeys.testkit.awskms;

import com.google.gson.JsonObject;
import java.security.KeyPair;
import java.util.Map;

/** GenerateDataKey, GenerateDataKeyPair, and both without the plaintext. */
final class DataKeyActions {
  private DataKeyActions() {}

  static void register(Map<String, Action> actions) {
    actions.put("GenerateDataKey", request -> dataKey(request, true));
    actions.put("GenerateDataKeyWithoutPlaintext", request -> dataKey(request, false));
    actions.put("GenerateDataKeyPair", request -> pair(request, true));
    actions.put("GenerateDataKeyPairWithoutPlaintext", request -> pair(request, false));
  }

  private static JsonObject dataKey(Request request, boolean withPlaintext) {
    StoredKey key = wrappingKey(request, "GenerateDataKey");
    byte[] plaintext = new byte[length(request)];
    KeyMaterial.RANDOM.nextBytes(plaintext);
    byte[] blob = SymmetricCiphertext.seal(key, request.context("EncryptionContext"), plaintext);
    request.stopIfDryRun();
    Action.Answer answer =
        Action.Answer.of(key)
            .with("CiphertextBlob", blob)
            .with("KeyMaterialId", key.current().id());
    if (withPlaintext) {
      answer.with("Plaintext", plaintext);
    }
    return answer.json();
  }

  private static int length(Request request) {
    String spec = request.optionalText("KeySpec");
    int bytes = request.number("NumberOfBytes", 0, 1, 1024);
    if ((spec == null) == (bytes == 0)) {
      throw ServiceError.validation(
          "Please specify either number of bytes or key spec, and not both.");
    }
    if (spec == null) {
      return bytes;
    }
    return switch (spec) {
      case "AES_256" -> 32;
      case "AES_128" -> 16;
      default ->
          throw Request.constraint("KeySpec", "must satisfy enum value set: [AES_256, AES_128]");
    };
  }

  private static JsonObject pair(Request request, boolean withPlaintext) {
    StoredKey key = wrappingKey(request, "GenerateDataKeyPair");
    KeySpec spec = KeySpec.of(request.text("KeyPairSpec"));
    if (!spec.asymmetric() || spec.mlDsa()) {
      throw Request.constraint("KeyPairSpec", "must satisfy enum value set");
    }
    KeyPair pair = KeyMaterial.generatePair(spec);
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    byte[] blob = SymmetricCiphertext.seal(key, request.context("EncryptionContext"), pkcs8);
    request.stopIfDryRun();
    Action.Answer answer =
        Action.Answer.of(key)
            .with("PrivateKeyCiphertextBlob", blob)
            .with("PublicKey", pair.getPublic().getEncoded())
            .with("KeyPairSpec", spec.wire())
            .with("KeyMaterialId", key.current().id());
    if (withPlaintext) {
      answer.with("PrivateKeyPlaintext", pkcs8);
    }
    return answer.json();
  }

  private static StoredKey wrappingKey(Request request, String operation) {
    StoredKey key = request.usableKey("KeyId", "ENCRYPT_DECRYPT", operation);
    if (!key.spec().symmetric()) {
      throw ServiceError.client(
          "InvalidKeyUsageException",
          key.arn()
              + " key spec is "
              + key.spec().wire()
              + " which is not valid for "
              + operation
              + ".");
    }
    return key;
  }
}
