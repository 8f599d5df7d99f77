package io.managedkeys.testkit.awskms;

import com.google.gson.JsonObject;
import java.util.Map;

/** Encrypt, Decrypt, ReEncrypt, Sign, Verify, GenerateMac, VerifyMac, DeriveSharedSecret, GenerateRandom. */
final class CryptoActions {
  private static final int MESSAGE = 4096;
  private static final int BLOB = 6144;

  private CryptoActions() {}

  static void register(Map<String, Action> actions) {
    actions.put("Encrypt", CryptoActions::encrypt);
    actions.put("Decrypt", CryptoActions::decrypt);
    actions.put("ReEncrypt", CryptoActions::reEncrypt);
    actions.put("Sign", CryptoActions::sign);
    actions.put("Verify", CryptoActions::verify);
    actions.put("GenerateMac", CryptoActions::generateMac);
    actions.put("VerifyMac", CryptoActions::verifyMac);
    actions.put("DeriveSharedSecret", CryptoActions::deriveSharedSecret);
    actions.put("GenerateRandom", CryptoActions::generateRandom);
  }

  private static JsonObject encrypt(Request request) {
    byte[] plaintext = request.bytes("Plaintext", MESSAGE);
    StoredKey key = request.usableKey("KeyId", "ENCRYPT_DECRYPT", "Encrypt");
    String algorithm = algorithm(key, request.text("EncryptionAlgorithm", "SYMMETRIC_DEFAULT"));
    byte[] blob = seal(key, algorithm, request.context("EncryptionContext"), plaintext);
    request.stopIfDryRun();
    return Action.Answer.of(key)
        .with("CiphertextBlob", blob)
        .with("EncryptionAlgorithm", algorithm)
        .json();
  }

  private static JsonObject decrypt(Request request) {
    byte[] blob = request.bytes("CiphertextBlob", BLOB);
    String algorithm = request.text("EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
    Opened opened =
        open(request, "KeyId", algorithm, request.context("EncryptionContext"), blob, "Decrypt");
    request.stopIfDryRun();
    Action.Answer answer =
        Action.Answer.of(opened.key())
            .with("Plaintext", opened.plaintext())
            .with("EncryptionAlgorithm", algorithm);
    if (opened.materialId() != null) {
      answer.with("KeyMaterialId", opened.materialId());
    }
    return answer.json();
  }

  private static JsonObject reEncrypt(Request request) {
    byte[] blob = request.bytes("CiphertextBlob", BLOB);
    String from = request.text("SourceEncryptionAlgorithm", "SYMMETRIC_DEFAULT");
    String to = request.text("DestinationEncryptionAlgorithm", "SYMMETRIC_DEFAULT");
    StoredKey destination = request.usableKey("DestinationKeyId", "ENCRYPT_DECRYPT", "ReEncryptTo");
    algorithm(destination, to);
    Opened opened =
        open(
            request,
            "SourceKeyId",
            from,
            request.context("SourceEncryptionContext"),
            blob,
            "ReEncryptFrom");
    byte[] sealed =
        seal(destination, to, request.context("DestinationEncryptionContext"), opened.plaintext());
    request.stopIfDryRun();
    Action.Answer answer =
        Action.Answer.of(destination)
            .with("CiphertextBlob", sealed)
            .with("SourceKeyId", opened.key().arn())
            .with("SourceEncryptionAlgorithm", from)
            .with("DestinationEncryptionAlgorithm", to);
    if (opened.materialId() != null) {
      answer.with("SourceKeyMaterialId", opened.materialId());
    }
    if (destination.spec().symmetric()) {
      answer.with("DestinationKeyMaterialId", destination.current().id());
    }
    return answer.json();
  }

  static byte[] seal(
      StoredKey key, String algorithm, Map<String, String> context, byte[] plaintext) {
    if (key.spec().symmetric()) {
      return SymmetricCiphertext.seal(key, context, plaintext);
    }
    refuseContext(context);
    return RsaOaep.encrypt(key.current().publicKey(), algorithm, plaintext);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Opened(
      StoredKey key, byte[] plaintext, @org.jspecify.annotations.Nullable String materialId) {}

  private static Opened open(
      Request request,
      String member,
      String algorithm,
      Map<String, String> context,
      byte[] blob,
      String operation) {
    if (!algorithm.equals("SYMMETRIC_DEFAULT")) {
      StoredKey key = request.usableKey(member, "ENCRYPT_DECRYPT", operation);
      algorithm(key, algorithm);
      refuseContext(context);
      return new Opened(key, RsaOaep.decrypt(key.current().privateKey(), algorithm, blob), null);
    }
    String madeBy = SymmetricCiphertext.keyId(blob);
    if (request.has(member)) {
      StoredKey named = request.usableKey(member, "ENCRYPT_DECRYPT", operation);
      algorithm(named, algorithm);
      if (madeBy == null) {
        throw SymmetricCiphertext.invalid();
      }
      if (!named.id().equals(madeBy)) {
        throw ServiceError.client(
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation.");
      }
    }
    if (madeBy == null) {
      throw SymmetricCiphertext.invalid();
    }
    StoredKey key = request.directory().keys().get(madeBy);
    if (key == null) {
      throw ServiceError.client(
          "AccessDeniedException",
          "The ciphertext refers to a customer master key that does not exist, does not exist in"
              + " this region, or you are not allowed to access.");
    }
    key.requireEnabled(request.now());
    SymmetricCiphertext.Opened opened = SymmetricCiphertext.open(key, context, blob);
    return new Opened(key, opened.plaintext(), opened.materialId());
  }

  private static JsonObject sign(Request request) {
    byte[] message = request.bytes("Message", MESSAGE);
    StoredKey key = request.usableKey("KeyId", "SIGN_VERIFY", "Sign");
    String algorithm = algorithm(key, request.text("SigningAlgorithm"));
    byte[] signature =
        Signer.sign(
            key.spec(), key.current().privateKey(), algorithm, messageType(request), message);
    request.stopIfDryRun();
    return Action.Answer.of(key)
        .with("Signature", signature)
        .with("SigningAlgorithm", algorithm)
        .json();
  }

  private static JsonObject verify(Request request) {
    byte[] message = request.bytes("Message", MESSAGE);
    byte[] signature = request.bytes("Signature", BLOB);
    StoredKey key = request.usableKey("KeyId", "SIGN_VERIFY", "Verify");
    String algorithm = algorithm(key, request.text("SigningAlgorithm"));
    if (!Signer.verify(
        key.spec(),
        key.current().publicKey(),
        algorithm,
        messageType(request),
        message,
        signature)) {
      throw ServiceError.client("KMSInvalidSignatureException", "");
    }
    request.stopIfDryRun();
    return Action.Answer.of(key)
        .with("SignatureValid", true)
        .with("SigningAlgorithm", algorithm)
        .json();
  }

  private static String messageType(Request request) {
    String type = request.text("MessageType", "RAW");
    if (!type.equals("RAW") && !type.equals("DIGEST") && !type.equals("EXTERNAL_MU")) {
      throw Request.constraint(
          "MessageType", "must satisfy enum value set: [RAW, DIGEST, EXTERNAL_MU]");
    }
    return type;
  }

  private static JsonObject generateMac(Request request) {
    byte[] message = request.bytes("Message", MESSAGE);
    StoredKey key = request.usableKey("KeyId", "GENERATE_VERIFY_MAC", "GenerateMac");
    String algorithm = algorithm(key, request.text("MacAlgorithm"));
    byte[] mac = mac(key, algorithm, message);
    request.stopIfDryRun();
    return Action.Answer.of(key).with("Mac", mac).with("MacAlgorithm", algorithm).json();
  }

  private static JsonObject verifyMac(Request request) {
    byte[] message = request.bytes("Message", MESSAGE);
    byte[] given = request.bytes("Mac", BLOB);
    StoredKey key = request.usableKey("KeyId", "GENERATE_VERIFY_MAC", "VerifyMac");
    String algorithm = algorithm(key, request.text("MacAlgorithm"));
    if (!java.security.MessageDigest.isEqual(mac(key, algorithm, message), given)) {
      throw ServiceError.client("KMSInvalidMacException", "");
    }
    request.stopIfDryRun();
    return Action.Answer.of(key).with("MacValid", true).with("MacAlgorithm", algorithm).json();
  }

  private static byte[] mac(StoredKey key, String algorithm, byte[] message) {
    String name = "HmacSHA" + algorithm.substring(algorithm.length() - 3);
    try {
      javax.crypto.Mac mac = javax.crypto.Mac.getInstance(name);
      mac.init(new javax.crypto.spec.SecretKeySpec(key.current().secret(), name));
      return mac.doFinal(message);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject deriveSharedSecret(Request request) {
    byte[] peer = request.bytes("PublicKey", 8192);
    StoredKey key = request.usableKey("KeyId", "KEY_AGREEMENT", "DeriveSharedSecret");
    String algorithm = algorithm(key, request.text("KeyAgreementAlgorithm"));
    byte[] secret = SharedSecret.derive(key.current(), peer);
    request.stopIfDryRun();
    return Action.Answer.of(key)
        .with("SharedSecret", secret)
        .with("KeyAgreementAlgorithm", algorithm)
        .with("KeyOrigin", key.origin())
        .json();
  }

  private static JsonObject generateRandom(Request request) {
    byte[] random = new byte[request.number("NumberOfBytes", 0, 1, 1024)];
    if (random.length == 0) {
      throw ServiceError.validation("Please specify the number of bytes.");
    }
    KeyMaterial.RANDOM.nextBytes(random);
    return new Action.Answer().with("Plaintext", random).json();
  }

  private static String algorithm(StoredKey key, String algorithm) {
    if (!key.algorithms().contains(algorithm)) {
      throw ServiceError.incompatible(algorithm, key.spec());
    }
    return algorithm;
  }

  private static void refuseContext(Map<String, String> context) {
    if (!context.isEmpty()) {
      throw ServiceError.validation(
          "EncryptionContext is not supported with asymmetric encryption algorithms.");
    }
  }
}
