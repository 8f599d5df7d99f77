package io.managedkeys.azurekv;

import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyLimits;
import io.managedkeys.KeyType;
import io.managedkeys.NonceSource;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.codec.Curve;
import io.managedkeys.codec.Spki;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Pin;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the service, or a pin, says of a key version into its description. The version's
 * operations ({@code key_ops}) decide what it can do and are kept in the pin: operations that were
 * allowed later show after re-pinning, operations that were forbidden later are refused by the
 * service.
 */
final class KeyDescription {
  private static final String OPERATIONS = "key-ops";

  private KeyDescription() {}

  static KeyInfo of(KeyVaultKey key, String keyId, String version, ConfigValues entry) {
    JsonWebKey jwk = key.getKey();
    Set<String> operations = new TreeSet<>();
    for (KeyOperation operation : key.getKeyOperations()) {
      operations.add(operation.toString());
    }
    String kty = String.valueOf(key.getKeyType());
    return switch (kty) {
      case "RSA", "RSA-HSM" -> {
        BigInteger modulus = number(jwk.getN());
        yield describe(
            KeyType.rsa(modulus.bitLength()),
            Spki.ofRsa(modulus, number(jwk.getE())),
            keyId,
            version,
            operations);
      }
      case "EC", "EC-HSM" -> {
        Curve curve = curve(String.valueOf(jwk.getCurveName()));
        yield describe(
            KeyType.parse(curve.keyType()),
            Spki.ofEc(curve, point(curve, jwk.getX(), jwk.getY())),
            keyId,
            version,
            operations);
      }
      case "oct", "oct-HSM" ->
          describe(
              Tags.type(key.getProperties().getTags())
                  .orElseGet(() -> KeyType.aes(entry.integer(Fields.AES_BITS))),
              null,
              keyId,
              version,
              operations);
      default ->
          throw new UnsupportedKeyOperationException("keys of type " + kty + " are not supported");
    };
  }

  /** From the pin alone, without a call. */
  static KeyInfo of(Pin pin, String keyId, String version) {
    String operations = pin.attributes().get(OPERATIONS);
    if (operations == null || (!pin.type().isSecret() && pin.spki().isEmpty())) {
      throw new IdentityChangedException(
          "the pin was not made by this backend type: it lacks the key's operations or public key;"
              + " pin the key again");
    }
    return describe(
        pin.type(),
        pin.spki().orElse(null),
        keyId,
        version,
        new TreeSet<>(Arrays.asList(operations.split(",", -1))));
  }

  /** The operations that a description was made with. */
  static Set<String> operations(KeyInfo info) {
    return Set.of(info.attributes().getOrDefault(OPERATIONS, "").split(",", -1));
  }

  private static KeyInfo describe(
      KeyType type, byte @Nullable [] spki, String keyId, String version, Set<String> operations) {
    KeyInfo.Builder info =
        KeyInfo.builder(type)
            .spki(spki)
            .resolvedId(keyId)
            .version(version)
            .attribute(OPERATIONS, String.join(",", operations));
    switch (type.family()) {
      case "RSA" -> rsa(info, type, operations);
      case "EC" -> {
        if (operations.contains("sign") || operations.contains("verify")) {
          info.signs(Algorithms.signing(type));
        }
      }
      default -> aes(info, operations);
    }
    return info.build();
  }

  private static void rsa(KeyInfo.Builder info, KeyType type, Set<String> operations) {
    if (operations.contains("sign") || operations.contains("verify")) {
      info.signs(Algorithms.signing(type));
    }
    if (operations.contains("encrypt") || operations.contains("decrypt")) {
      info.encrypts(
          List.of(EncryptionAlgorithm.RSA_OAEP_SHA256, EncryptionAlgorithm.RSA_OAEP_SHA1));
    }
    if (operations.contains("wrapKey") || operations.contains("unwrapKey")) {
      info.wraps(
          List.of(
              WrapAlgorithm.RSA_OAEP_SHA256,
              WrapAlgorithm.RSA_AES_KWP_SHA256,
              WrapAlgorithm.RSA_OAEP_SHA1,
              WrapAlgorithm.RSA_AES_KWP_SHA1));
    }
    int modulus = type.bits() / 8;
    info.limits(
        new KeyLimits(
            Integer.MAX_VALUE, modulus - 42, modulus, Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  private static void aes(KeyInfo.Builder info, Set<String> operations) {
    List<EncryptionAlgorithm> encryption = new ArrayList<>();
    if (operations.contains("encrypt") || operations.contains("decrypt")) {
      encryption.add(EncryptionAlgorithm.AES_GCM);
      encryption.add(EncryptionAlgorithm.AES_CBC_PAD);
    }
    if (operations.contains("wrapKey") || operations.contains("unwrapKey")) {
      info.wraps(List.of(WrapAlgorithm.AES_KW));
    }
    info.encrypts(encryption).nonceSource(NonceSource.BACKEND);
  }

  private static Curve curve(String joseName) {
    return switch (joseName) {
      case "P-256" -> Curve.P256;
      case "P-384" -> Curve.P384;
      case "P-521" -> Curve.P521;
      case "P-256K", "SECP256K1" -> Curve.SECP256K1;
      default ->
          throw new UnsupportedKeyOperationException("the curve " + joseName + " is not supported");
    };
  }

  private static byte[] point(Curve curve, byte[] x, byte[] y) {
    int width = curve.coordinateLength();
    byte[] point = new byte[1 + 2 * width];
    point[0] = 4;
    place(x, point, 1, width);
    place(y, point, 1 + width, width);
    return point;
  }

  private static void place(byte[] number, byte[] point, int at, int width) {
    byte[] bytes = number(number).toByteArray();
    int skip = Math.max(0, bytes.length - width);
    System.arraycopy(bytes, skip, point, at + width - (bytes.length - skip), bytes.length - skip);
  }

  private static BigInteger number(byte[] unsigned) {
    return new BigInteger(1, Objects.requireNonNull(unsigned, "the answer lacks the public key"));
  }
}
