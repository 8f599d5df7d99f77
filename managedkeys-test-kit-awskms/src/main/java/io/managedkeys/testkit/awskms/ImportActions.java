package io.managedkeys.testkit.awskms;

import com.google.gson.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial. */
final class ImportActions {
  private static final Duration TOKEN_LIFE = Duration.ofHours(24);

  /**
   * The service makes a pair for every request. Here they are kept for the process, because an RSA-4096
   * pair takes seconds; tokens are still of one request each.
   */
  private static final Map<KeySpec, KeyPair> WRAPPING_PAIRS = new ConcurrentHashMap<>();

  /** What an import token stands for: the pair of one GetParametersForImport, for one key. */
  private record Offer(String keyArn, String algorithm, PrivateKey wrapping, Instant validTo) {}

  private final Map<String, Offer> offers = new ConcurrentHashMap<>();

  private ImportActions() {}

  static void register(Map<String, Action> actions) {
    ImportActions imports = new ImportActions();
    actions.put("GetParametersForImport", imports::parameters);
    actions.put("ImportKeyMaterial", imports::importMaterial);
    actions.put("DeleteImportedKeyMaterial", ImportActions::deleteMaterial);
  }

  private JsonObject parameters(Request request) {
    StoredKey key = external(request);
    key.requireNot("PendingDeletion");
    String algorithm = request.text("WrappingAlgorithm");
    KeySpec wrappingSpec = KeySpec.of(request.text("WrappingKeySpec"));
    if (!wrappingSpec.rsa()) {
      throw Request.constraint("WrappingKeySpec", "must satisfy enum value set");
    }
    refuseUnfit(key.spec(), algorithm, wrappingSpec);
    KeyPair pair = WRAPPING_PAIRS.computeIfAbsent(wrappingSpec, KeyMaterial::generatePair);
    byte[] token = new byte[64];
    KeyMaterial.RANDOM.nextBytes(token);
    Instant validTo = request.now().plus(TOKEN_LIFE);
    offers.put(
        HexFormat.of().formatHex(token),
        new Offer(key.arn(), algorithm, pair.getPrivate(), validTo));
    return Action.Answer.of(key)
        .with("ImportToken", token)
        .with("PublicKey", pair.getPublic().getEncoded())
        .with("ParametersValidTo", StoredKey.seconds(validTo))
        .json();
  }

  private static void refuseUnfit(KeySpec spec, String algorithm, KeySpec wrappingSpec) {
    boolean fits =
        switch (algorithm) {
          case "RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256" -> spec.asymmetric();
          case "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256" ->
              !spec.rsa() && !(spec == KeySpec.ECC_NIST_P521 && wrappingSpec == KeySpec.RSA_2048);
          case "RSAES_PKCS1_V1_5" ->
              throw ServiceError.client(
                  "UnsupportedOperationException",
                  "RSAES_PKCS1_V1_5 is no longer supported as a wrapping algorithm.");
          default -> throw Request.constraint("WrappingAlgorithm", "must satisfy enum value set");
        };
    if (!fits) {
      throw ServiceError.validation(
          "Wrapping algorithm "
              + algorithm
              + " with "
              + wrappingSpec.wire()
              + " is not compatible with key spec "
              + spec.wire());
    }
  }

  private JsonObject importMaterial(Request request) {
    StoredKey key = external(request);
    key.requireNot("PendingDeletion");
    String model = request.text("ExpirationModel", "KEY_MATERIAL_EXPIRES");
    Instant expires = expiry(model, request);
    Offer offer = offers.get(HexFormat.of().formatHex(request.bytes("ImportToken", 6144)));
    if (offer == null || !offer.keyArn().equals(key.arn())) {
      throw ServiceError.client("InvalidImportTokenException", "The import token is not valid.");
    }
    if (request.now().isAfter(offer.validTo())) {
      throw ServiceError.client("ExpiredImportTokenException", "The import token has expired.");
    }
    byte[] material = unwrap(offer, request.bytes("EncryptedKeyMaterial", 6144));
    KeyMaterial imported = KeyMaterial.imported(key.spec(), material);
    Arrays.fill(material, (byte) 0);
    key.importMaterial(imported, expires);
    return Action.Answer.of(key).with("KeyMaterialId", imported.id()).json();
  }

  private static @Nullable Instant expiry(String model, Request request) {
    Instant validTo = request.time("ValidTo");
    if (model.equals("KEY_MATERIAL_DOES_NOT_EXPIRE")) {
      if (validTo != null) {
        throw ServiceError.validation(
            "ValidTo must not be given for material that does not expire");
      }
      return null;
    }
    if (validTo == null) {
      throw ServiceError.validation("A validTo date must be set if the material expires");
    }
    if (!validTo.isAfter(request.now())) {
      throw ServiceError.validation("ValidTo must be in the future");
    }
    return validTo;
  }

  private static byte[] unwrap(Offer offer, byte[] wrapped) {
    String oaep = offer.algorithm().endsWith("SHA_1") ? "RSAES_OAEP_SHA_1" : "RSAES_OAEP_SHA_256";
    if (offer.algorithm().startsWith("RSAES_OAEP")) {
      return RsaOaep.decrypt(offer.wrapping(), oaep, wrapped);
    }
    int modulus = ((java.security.interfaces.RSAKey) offer.wrapping()).getModulus().bitLength() / 8;
    if (wrapped.length <= modulus) {
      throw SymmetricCiphertext.invalid();
    }
    byte[] aes = RsaOaep.decrypt(offer.wrapping(), oaep, Arrays.copyOf(wrapped, modulus));
    try {
      Cipher kwp = Cipher.getInstance("AESKWP", KeyMaterial.BC);
      kwp.init(Cipher.UNWRAP_MODE, new SecretKeySpec(aes, "AES"));
      return kwp.unwrap(
              Arrays.copyOfRange(wrapped, modulus, wrapped.length), "RAW", Cipher.SECRET_KEY)
          .getEncoded();
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw SymmetricCiphertext.invalid();
    }
  }

  private static JsonObject deleteMaterial(Request request) {
    StoredKey key = external(request);
    key.requireNot("PendingDeletion");
    key.forgetImportedMaterial();
    return Action.Answer.of(key).json();
  }

  private static StoredKey external(Request request) {
    StoredKey key = request.keyNoAlias();
    if (!key.origin().equals("EXTERNAL")) {
      throw ServiceError.client(
          "UnsupportedOperationException",
          key.arn() + " origin is " + key.origin() + " which is not valid for this operation.");
    }
    return key;
  }
}
