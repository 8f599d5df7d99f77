package io.managedkeys.pkcs11;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Curve;
import io.managedkeys.codec.DigestInfo;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.pkcs11.cryptoki.MechanismInfo;
import io.managedkeys.spi.MessageForm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How an algorithm is done on a token: with the mechanism that signs a digest, where it is listed,
 * because the registry hashes anyway and every token that can sign at all has it; otherwise with the
 * one that hashes by itself. Nothing is ever replaced by something weaker.
 *
 * @param mechanism the mechanism with its parameters
 * @param form what it takes
 */
record SignaturePlan(Mechanism mechanism, MessageForm form) {

  private static final Map<HashAlgorithm, long[]> BY_HASH =
      Map.of(
          // hash, PKCS#1, PSS, ECDSA mechanism, and the MGF's number
          HashAlgorithm.SHA1,
          new long[] {Ckm.SHA_1, Ckm.SHA1_RSA_PKCS, Ckm.SHA1_RSA_PKCS_PSS, Ckm.ECDSA_SHA1, 1},
          HashAlgorithm.SHA256,
          new long[] {
            Ckm.SHA256, Ckm.SHA256_RSA_PKCS, Ckm.SHA256_RSA_PKCS_PSS, Ckm.ECDSA_SHA256, 2
          },
          HashAlgorithm.SHA384,
          new long[] {
            Ckm.SHA384, Ckm.SHA384_RSA_PKCS, Ckm.SHA384_RSA_PKCS_PSS, Ckm.ECDSA_SHA384, 3
          },
          HashAlgorithm.SHA512,
          new long[] {
            Ckm.SHA512, Ckm.SHA512_RSA_PKCS, Ckm.SHA512_RSA_PKCS_PSS, Ckm.ECDSA_SHA512, 4
          });

  static long hashMechanism(HashAlgorithm hash) {
    return numbers(hash)[0];
  }

  static long mgf(HashAlgorithm hash) {
    return numbers(hash)[4];
  }

  private static long[] numbers(HashAlgorithm hash) {
    long[] numbers = BY_HASH.get(hash);
    if (numbers == null) {
      throw new UnsupportedKeyOperationException("PKCS#11 keys are not used with " + hash);
    }
    return numbers;
  }

  /** The plans for every algorithm that the key's family and the token's mechanisms allow. */
  static Map<SignatureAlgorithm, SignaturePlan> of(
      KeyType type, TokenMechanisms mechanisms, OptionalLong only) {
    Map<SignatureAlgorithm, SignaturePlan> plans = new LinkedHashMap<>();
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.known()) {
      if (algorithm.suits(type)) {
        SignaturePlan plan = plan(algorithm, type, mechanisms, only);
        if (plan != null) {
          plans.put(algorithm, plan);
        }
      }
    }
    return plans;
  }

  private static @Nullable SignaturePlan plan(
      SignatureAlgorithm algorithm, KeyType type, TokenMechanisms mechanisms, OptionalLong only) {
    HashAlgorithm hash = algorithm.hash();
    long[] numbers = hash == null ? new long[5] : BY_HASH.get(hash);
    if (numbers == null || !fits(algorithm, type)) {
      return null;
    }
    return switch (algorithm.scheme()) {
      case SignatureAlgorithm.RSA_PKCS1 ->
          first(mechanisms, only, hash, Ckm.RSA_PKCS, numbers[1], null);
      case SignatureAlgorithm.RSA_PSS ->
          hash == null
              ? null
              : first(
                  mechanisms,
                  only,
                  hash,
                  Ckm.RSA_PKCS_PSS,
                  numbers[2],
                  new Mechanism.Pss(numbers[0], numbers[4], hash.length()));
      case SignatureAlgorithm.ECDSA -> first(mechanisms, only, hash, Ckm.ECDSA, numbers[3], null);
      case "ED25519", "ED448" -> first(mechanisms, only, null, Ckm.EDDSA, Ckm.EDDSA, null);
      default -> null;
    };
  }

  /** RSA-PSS needs room for digest and salt (RFC 8017, section 9.1.1). */
  private static boolean fits(SignatureAlgorithm algorithm, KeyType type) {
    HashAlgorithm hash = algorithm.hash();
    return hash == null
        || !algorithm.scheme().equals(SignatureAlgorithm.RSA_PSS)
        || type.bits() / 8 >= 2 * hash.length() + 2;
  }

  private static @Nullable SignaturePlan first(
      TokenMechanisms mechanisms,
      OptionalLong only,
      @Nullable HashAlgorithm hash,
      long plain,
      long hashing,
      Mechanism.@Nullable Parameters parameters) {
    MessageForm plainForm = hash == null ? MessageForm.RAW : MessageForm.DIGEST;
    if (only.isPresent()) {
      long number = only.getAsLong();
      if (hash != null && number == hashing) {
        return new SignaturePlan(new Mechanism(number, parameters), MessageForm.RAW);
      }
      boolean vendors = (number & 0x80000000L) != 0 || number > 0xFFFFFFFFL;
      return number == plain || vendors
          ? new SignaturePlan(new Mechanism(number, parameters), plainForm)
          : null;
    }
    if (mechanisms.has(plain, MechanismInfo.SIGN)) {
      return new SignaturePlan(new Mechanism(plain, parameters), plainForm);
    }
    if (hash != null && mechanisms.has(hashing, MechanismInfo.SIGN)) {
      return new SignaturePlan(new Mechanism(hashing, parameters), MessageForm.RAW);
    }
    return null;
  }

  /** The bytes that {@code C_Sign} gets. */
  byte[] input(SignatureAlgorithm algorithm, KeyType type, Message message) {
    byte[] bytes = message.bytes();
    HashAlgorithm hash = algorithm.hash();
    if (form == MessageForm.DIGEST && hash != null) {
      if (algorithm.scheme().equals(SignatureAlgorithm.RSA_PKCS1)) {
        return DigestInfo.encode(hash, bytes);
      }
    }
    Curve curve = type.curve();
    if (curve != null
        && algorithm.scheme().equals(SignatureAlgorithm.ECDSA)
        && (form == MessageForm.DIGEST || hash == null)
        && bytes.length > curve.coordinateLength()) {
      // FIPS 186-5, section 6.4.1: the leftmost bits. Many tokens refuse what is longer.
      return Arrays.copyOf(bytes, curve.coordinateLength());
    }
    return bytes;
  }

  /** How long a signature of a key is at most, in bytes. */
  static int length(KeyType type) {
    Curve curve = type.curve();
    if (curve != null) {
      return 2 * curve.coordinateLength();
    }
    return switch (type.family()) {
      case "RSA" -> (type.bits() + 7) / 8;
      case "ED25519" -> 64;
      case "ED448" -> 114;
      default -> 8192;
    };
  }
}
