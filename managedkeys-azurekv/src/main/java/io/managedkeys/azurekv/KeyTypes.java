package io.managedkeys.azurekv;

import com.azure.security.keyvault.keys.models.KeyCurveName;
import com.azure.security.keyvault.keys.models.KeyOperation;
import io.managedkeys.KeyType;
import io.managedkeys.Usage;
import java.util.List;
import java.util.Set;

/** Which keys the service makes, and what it calls their parts. */
final class KeyTypes {
  static final List<String> NAMES =
      List.of(
          "RSA-2048",
          "RSA-3072",
          "RSA-4096",
          "EC-P256",
          "EC-P384",
          "EC-P521",
          "EC-SECP256K1",
          "AES-128",
          "AES-192",
          "AES-256");

  private KeyTypes() {}

  static boolean supported(KeyType type) {
    return NAMES.contains(type.name());
  }

  static KeyCurveName curve(KeyType type) {
    return switch (type.name()) {
      case "EC-P256" -> KeyCurveName.P_256;
      case "EC-P384" -> KeyCurveName.P_384;
      case "EC-P521" -> KeyCurveName.P_521;
      default -> KeyCurveName.P_256K;
    };
  }

  /** What the usages come to for a key of the type; what it can't do anyway is left out. */
  static List<KeyOperation> operations(Set<Usage> usages, KeyType type) {
    List<KeyOperation> possible =
        switch (type.family()) {
          case "EC" -> List.of(KeyOperation.SIGN, KeyOperation.VERIFY);
          case "RSA" ->
              List.of(
                  KeyOperation.SIGN,
                  KeyOperation.VERIFY,
                  KeyOperation.ENCRYPT,
                  KeyOperation.DECRYPT,
                  KeyOperation.WRAP_KEY,
                  KeyOperation.UNWRAP_KEY);
          default ->
              List.of(
                  KeyOperation.ENCRYPT,
                  KeyOperation.DECRYPT,
                  KeyOperation.WRAP_KEY,
                  KeyOperation.UNWRAP_KEY);
        };
    return possible.stream().filter(operation -> usages.contains(usage(operation))).toList();
  }

  private static Usage usage(KeyOperation operation) {
    return switch (operation.toString()) {
      case "sign" -> Usage.SIGN;
      case "verify" -> Usage.VERIFY;
      case "encrypt" -> Usage.ENCRYPT;
      case "decrypt" -> Usage.DECRYPT;
      case "wrapKey" -> Usage.WRAP;
      default -> Usage.UNWRAP;
    };
  }
}
