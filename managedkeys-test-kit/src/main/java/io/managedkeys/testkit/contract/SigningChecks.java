package io.managedkeys.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.DigestInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Signatures: by us, by the JDK, by BouncyCastle and by openssl, and what must not verify. */
final class SigningChecks {

  private static final int LONG = 9000;

  private SigningChecks() {}

  static void check(ContractRun run, KeyType type, ManagedKey key, SignatureAlgorithm algorithm)
      throws Exception {
    if (!run.isToBeChecked(
        key.info().signatureAlgorithms().contains(algorithm),
        "sign",
        algorithm.name(),
        type,
        () -> key.sign(algorithm, Message.of(new byte[32])))) {
      return;
    }
    if (algorithm.equals(SignatureAlgorithm.RSA_PKCS1_NONE)) {
      digestInfo(run, type, key);
    } else if (algorithm.equals(SignatureAlgorithm.ECDSA_NONE)) {
      bareDigest(run, type, key);
    } else {
      whole(run, type, key, algorithm);
    }
  }

  private static void whole(
      ContractRun run, KeyType type, ManagedKey key, SignatureAlgorithm algorithm)
      throws Exception {
    byte[] spki = key.info().spki().orElseThrow();
    List<String> witnesses = new ArrayList<>();
    for (int length : new int[] {1, 64, 4000}) {
      byte[] message = Bytes.pattern(length);
      byte[] signature = key.sign(algorithm, message);
      assertTrue(key.verify(algorithm, message, signature), "our own verification");
      witnesses = new ArrayList<>(opinions(algorithm, spki, message, signature));
    }
    byte[] message = Bytes.pattern(100);
    byte[] signature = key.sign(algorithm, message);
    mustNotVerify(key, algorithm, message, signature);
    longMessage(key, algorithm);
    digest(run, type, key, algorithm, spki);
    run.works("sign", algorithm.name(), type, "verified by " + String.join(", ", witnesses));
    run.works("verify", algorithm.name(), type, "changed and misshapen signatures refused");
  }

  private static List<String> opinions(
      SignatureAlgorithm algorithm, byte[] spki, byte[] message, byte[] signature)
      throws Exception {
    List<String> agreed = new ArrayList<>();
    Optional<Boolean> jdk = Second.jdk(algorithm, spki, message, signature);
    jdk.ifPresent(
        verdict -> {
          assertTrue(verdict, "the JDK verifies");
          agreed.add("JDK");
        });
    assertTrue(Second.bouncyCastle(algorithm, spki, message, signature), "BouncyCastle verifies");
    agreed.add("BouncyCastle");
    Optional<Boolean> openssl = OpenSsl.verify(algorithm, spki, message, signature);
    openssl.ifPresent(
        verdict -> {
          assertTrue(verdict, "openssl verifies");
          agreed.add("openssl");
        });
    return agreed;
  }

  private static void mustNotVerify(
      ManagedKey key, SignatureAlgorithm algorithm, byte[] message, byte[] signature) {
    for (byte[] bad : Bytes.flipped(signature)) {
      assertFalse(key.verify(algorithm, message, bad), "a changed signature");
    }
    for (byte[] bad : Bytes.misshapen(signature)) {
      assertFalse(key.verify(algorithm, message, bad), "a misshapen signature");
    }
    for (byte[] bad : Bytes.flipped(message)) {
      assertFalse(key.verify(algorithm, bad, signature), "another message");
    }
  }

  /** A long message is hashed here or taken whole, or refused by its length before any call. */
  private static void longMessage(ManagedKey key, SignatureAlgorithm algorithm) {
    byte[] message = Bytes.pattern(LONG);
    try {
      assertTrue(key.verify(algorithm, message, key.sign(algorithm, message)), "a long message");
    } catch (InvalidInputException e) {
      assertTrue(
          key.info().limits().message() < LONG,
          "a long message was refused although no limit was stated");
    }
  }

  private static void digest(
      ContractRun run, KeyType type, ManagedKey key, SignatureAlgorithm algorithm, byte[] spki)
      throws Exception {
    HashAlgorithm hash = algorithm.hash();
    byte[] message = Bytes.pattern(300);
    if (hash == null) {
      run.refuses(
          "a digest for " + algorithm,
          () -> key.sign(algorithm, Message.digest(HashAlgorithm.SHA512, new byte[64])),
          InvalidInputException.class,
          UnsupportedKeyOperationException.class);
      return;
    }
    HashAlgorithm other =
        hash.equals(HashAlgorithm.SHA512) ? HashAlgorithm.SHA256 : HashAlgorithm.SHA512;
    run.refuses(
        "a digest of another hash",
        () -> key.sign(algorithm, Message.digest(other, new byte[other.length()])),
        InvalidInputException.class);
    run.refuses(
        "a digest of the wrong length",
        () -> key.sign(algorithm, Message.digest(hash, new byte[hash.length() - 1])),
        InvalidInputException.class);
    Message digest = Message.digest(hash, hash.digest(message));
    Optional<String> evidence = run.limit("digest", algorithm.name(), type);
    if (evidence.isPresent()) {
      run.refuses(
          "a digest, declared as lacking",
          () -> key.sign(algorithm, digest),
          UnsupportedKeyOperationException.class);
      run.refused("sign a digest", algorithm.name(), type, evidence.get());
      return;
    }
    byte[] signature = key.sign(algorithm, digest);
    assertTrue(Second.bouncyCastle(algorithm, spki, message, signature), "a digest's signature");
    assertTrue(key.verify(algorithm, digest, signature), "verified by the digest");
    run.works("sign a digest", algorithm.name(), type, "verified by BouncyCastle");
  }

  private static void digestInfo(ContractRun run, KeyType type, ManagedKey key) throws Exception {
    SignatureAlgorithm none = SignatureAlgorithm.RSA_PKCS1_NONE;
    byte[] message = Bytes.pattern(100);
    byte[] info = DigestInfo.encode(HashAlgorithm.SHA256, HashAlgorithm.SHA256.digest(message));
    byte[] signature = key.sign(none, info);
    byte[] spki = key.info().spki().orElseThrow();
    assertTrue(
        Second.bouncyCastle(SignatureAlgorithm.RSA_PKCS1_SHA256, spki, message, signature),
        "BouncyCastle verifies");
    assertTrue(key.verify(none, info, signature), "our own verification");
    assertFalse(key.verify(none, Bytes.flipped(info).get(3), signature), "another DigestInfo");
    run.refuses(
        "a DigestInfo that is too long",
        () -> key.sign(none, new byte[type.bits() / 8 - 10]),
        InvalidInputException.class);
    run.works("sign", none.name(), type, "verified by BouncyCastle");
  }

  private static void bareDigest(ContractRun run, KeyType type, ManagedKey key) throws Exception {
    SignatureAlgorithm none = SignatureAlgorithm.ECDSA_NONE;
    byte[] message = Bytes.pattern(100);
    byte[] digest = HashAlgorithm.SHA256.digest(message);
    byte[] signature = key.sign(none, digest);
    byte[] spki = key.info().spki().orElseThrow();
    assertTrue(
        Second.bouncyCastle(SignatureAlgorithm.ECDSA_SHA256, spki, message, signature),
        "BouncyCastle verifies");
    assertTrue(key.verify(none, digest, signature), "our own verification");
    run.refuses(
        "a digest that is too long",
        () -> key.sign(none, new byte[65]),
        InvalidInputException.class);
    run.works("sign", none.name(), type, "verified by BouncyCastle");
  }
}
