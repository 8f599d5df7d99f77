package io.managedkeys.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** Wrapping of material in our hands. */
final class WrappingChecks {

  private WrappingChecks() {}

  static void check(ContractRun run, KeyType type, ManagedKey key, WrapAlgorithm algorithm)
      throws Exception {
    if (!run.isToBeChecked(
        key.info().wrapAlgorithms().contains(algorithm),
        "wrap",
        algorithm.name(),
        type,
        () -> key.wrapBytes(algorithm, new byte[32]))) {
      return;
    }
    boolean anyLength = !algorithm.equals(WrapAlgorithm.AES_KW);
    Optional<String> evenOnly = run.limit("odd-length", algorithm.name(), type);
    if (anyLength && evenOnly.isPresent()) {
      run.refuses(
          "a length that is no multiple of 8, declared as lacking",
          () -> key.wrapBytes(algorithm, new byte[20]),
          UnsupportedKeyOperationException.class);
      run.refused("wrap a length that is no multiple of 8", algorithm.name(), type, evenOnly.get());
      anyLength = false;
    }
    for (int length : anyLength ? new int[] {16, 20, 32, 33} : new int[] {16, 24, 32}) {
      byte[] material = Bytes.pattern(length);
      assertArrayEquals(material, unwrap(key, algorithm, key.wrapBytes(algorithm, material)));
    }
    lengths(run, key, algorithm, anyLength);
    byte[] good = key.wrapBytes(algorithm, Bytes.pattern(32));
    for (byte[] bad : Bytes.flipped(good)) {
      run.refuses(
          "changed wrapped material",
          () -> key.unwrapBytes(algorithm, bad),
          InvalidCiphertextException.class);
    }
    for (byte[] bad : Bytes.misshapen(good)) {
      run.refuses(
          "misshapen wrapped material of " + bad.length + " bytes",
          () -> key.unwrapBytes(algorithm, bad),
          InvalidCiphertextException.class);
    }
    String detail = "changes refused";
    HashAlgorithm hash = algorithm.hash();
    if (hash != null) {
      detail += rsa(run, type, key, algorithm, hash);
    } else if (!algorithm.equals(WrapAlgorithm.SERVICE)) {
      detail += independent(run, type, algorithm);
    }
    run.works("wrap", algorithm.name(), type, detail);
    run.works("unwrap", algorithm.name(), type, detail);
  }

  static byte[] unwrap(ManagedKey key, WrapAlgorithm algorithm, byte[] wrapped) {
    try (SecretBytes material = key.unwrapBytes(algorithm, wrapped)) {
      return material.copy();
    }
  }

  /** RFC 3394, RFC 5649 and PKCS #5 padding are told apart by what 20 and 32 bytes become. */
  private static void lengths(
      ContractRun run, ManagedKey key, WrapAlgorithm algorithm, boolean anyLength) {
    int thirtyTwo = algorithm.equals(WrapAlgorithm.AES_KW_PKCS5) ? 48 : 40;
    if (algorithm.hash() != null || algorithm.equals(WrapAlgorithm.SERVICE)) {
      return;
    }
    if (algorithm.equals(WrapAlgorithm.AES_KW)) {
      run.refuses(
          "20 bytes by AES_KW",
          () -> key.wrapBytes(algorithm, new byte[20]),
          InvalidInputException.class);
    } else if (anyLength) {
      assertEquals(32, key.wrapBytes(algorithm, Bytes.pattern(20)).length);
    }
    assertEquals(thirtyTwo, key.wrapBytes(algorithm, Bytes.pattern(32)).length);
    run.refuses(
        "nothing to wrap",
        () -> key.wrapBytes(algorithm, new byte[0]),
        InvalidInputException.class);
  }

  private static String rsa(
      ContractRun run, KeyType type, ManagedKey key, WrapAlgorithm algorithm, HashAlgorithm hash)
      throws Exception {
    byte[] spki = key.info().spki().orElseThrow();
    byte[] material = Bytes.pattern(32);
    if (algorithm.isOaep()) {
      assertArrayEquals(
          material, unwrap(key, algorithm, OaepChecks.encrypt(spki, hash, hash, material)));
      int most = type.bits() / 8 - 2 * hash.length() - 2;
      run.refuses(
          "material that is too long",
          () -> key.wrapBytes(algorithm, new byte[most + 1]),
          InvalidInputException.class);
      return "; wrapped by BouncyCastle";
    }
    byte[] transport = Bytes.pattern(32);
    byte[] longMaterial = Bytes.pattern(1217);
    byte[] head = OaepChecks.encrypt(spki, hash, hash, transport);
    byte[] tail = second(Cipher.WRAP_MODE, WrapAlgorithm.AES_KWP, transport, longMaterial);
    byte[] both = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, both, head.length, tail.length);
    assertArrayEquals(longMaterial, unwrap(key, algorithm, both));
    assertArrayEquals(longMaterial, unwrap(key, algorithm, key.wrapBytes(algorithm, longMaterial)));
    return "; wrapped by BouncyCastle";
  }

  private static String independent(ContractRun run, KeyType type, WrapAlgorithm algorithm)
      throws Exception {
    byte[] material = Bytes.pattern(type.bits() / 8);
    Optional<ManagedKey> imported = run.imported(type, UsageGroup.WRAPPING.usages, material);
    if (imported.isEmpty() || !imported.get().info().wrapAlgorithms().contains(algorithm)) {
      return "";
    }
    ManagedKey key = imported.get();
    byte[] secret = Bytes.pattern(32);
    assertArrayEquals(
        secret, second(Cipher.UNWRAP_MODE, algorithm, material, key.wrapBytes(algorithm, secret)));
    assertArrayEquals(
        secret, unwrap(key, algorithm, second(Cipher.WRAP_MODE, algorithm, material, secret)));
    return "; wrapped and unwrapped by BouncyCastle";
  }

  private static byte[] second(int mode, WrapAlgorithm algorithm, byte[] key, byte[] input)
      throws GeneralSecurityException {
    boolean pkcs5 = algorithm.equals(WrapAlgorithm.AES_KW_PKCS5);
    Cipher cipher =
        Cipher.getInstance(
            algorithm.equals(WrapAlgorithm.AES_KWP) ? "AESRFC5649Wrap" : "AESWrap", Second.BC);
    cipher.init(mode, new SecretKeySpec(key, "AES"));
    if (mode == Cipher.WRAP_MODE) {
      return cipher.wrap(new SecretKeySpec(pkcs5 ? padded(input) : input, "AES"));
    }
    byte[] unwrapped = cipher.unwrap(input, "AES", Cipher.SECRET_KEY).getEncoded();
    return pkcs5
        ? Arrays.copyOf(unwrapped, unwrapped.length - unwrapped[unwrapped.length - 1])
        : unwrapped;
  }

  private static byte[] padded(byte[] input) {
    int count = 8 - input.length % 8;
    byte[] padded = Arrays.copyOf(input, input.length + count);
    Arrays.fill(padded, input.length, padded.length, (byte) count);
    return padded;
  }
}
