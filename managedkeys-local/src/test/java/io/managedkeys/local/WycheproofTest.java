package io.managedkeys.local;

import static io.managedkeys.local.Vectors.Outcome.ACCEPTED;
import static io.managedkeys.local.Vectors.Outcome.OUTSIDE;
import static io.managedkeys.local.Vectors.Outcome.REFUSED;
import static io.managedkeys.local.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.codec.EcdsaSignature;
import io.managedkeys.codec.GcmMessage;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.spi.ConfigValue;
import io.managedkeys.testkit.contract.VectorCount;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Project Wycheproof's vectors through the whole chain: what the registry verifies by itself, and what
 * the local backend decrypts, unwraps, authenticates and agrees.
 */
class WycheproofTest {

  private static final List<VectorCount> COUNTS = new ArrayList<>();

  private final ManagedKeys keys =
      ManagedKeys.builder()
          .provider(new PublicKeyProvider())
          .backend("l", "local", Map.of())
          .backend("p", "public", Map.of())
          .open();
  private final Map<String, ManagedKey> known = new LinkedHashMap<>();

  @AfterEach
  void close() {
    keys.close();
  }

  @AfterAll
  static void report() {
    if (!COUNTS.isEmpty()) {
      VectorCount.write(WycheproofTest.class, COUNTS);
      COUNTS.forEach(System.out::println);
    }
  }

  private static void count(VectorCount count) {
    assertThat(count.valid()).isPositive();
    COUNTS.add(count);
  }

  private ManagedKey verifier(byte[] spki) {
    String hex = HexFormat.of().formatHex(spki);
    return known.computeIfAbsent(
        hex, unused -> entry("p", Map.of("spki", hex, "usages", "verify"), null, null));
  }

  private ManagedKey imported(KeyType type, byte[] material, String usages) {
    return known.computeIfAbsent(
        type + HexFormat.of().formatHex(material),
        unused ->
            entry(
                "l",
                Map.of(
                    "usages",
                    usages,
                    "allow-store-key",
                    "true",
                    "algorithms",
                    "default,RSA_OAEP_SHA1"),
                type,
                material));
  }

  private ManagedKey entry(
      String backend, Map<String, String> fields, KeyType type, byte[] material) {
    KeyRef ref = new KeyRef(backend, "k" + known.size());
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    fields.forEach((name, value) -> values.put(name, ConfigValue.of(value)));
    keys.registry().addKey(Namespace.ROOT, ref, values);
    if (type != null) {
      try (SecretBytes secret = SecretBytes.copyOf(material)) {
        keys.registry().importKey(Namespace.ROOT, ref, type, secret);
      }
    }
    return keys.key(ref.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "ecdsa_secp256r1_sha256_test.json, ECDSA_SHA256",
    "ed25519_test.json, ED25519",
    "rsa_pss_2048_sha256_mgf1_32_test.json, RSA_PSS_SHA256",
    "rsa_signature_2048_sha256_test.json, RSA_PKCS1_SHA256",
    "mldsa_65_verify_test.json, ML_DSA_65"
  })
  void signaturesAreVerifiedByTheRegistry(String file, String name) throws Exception {
    SignatureAlgorithm algorithm = SignatureAlgorithm.named(name).orElseThrow();
    if (name.startsWith("ML_DSA")) {
      LocalOperationsTest.assumeMlDsa(KeyType.ML_DSA_65);
    }
    count(
        Vectors.of(file)
            .run(
                "verify " + name,
                (group, test) -> verify(algorithm, group, test, hex(test, "sig"))));
  }

  @Test
  void plainEcdsaSignaturesAreVerifiedAfterConversion() throws Exception {
    count(
        Vectors.of("ecdsa_secp256r1_sha256_p1363_test.json")
            .run(
                "verify ECDSA_SHA256, converted from P1363",
                (group, test) -> {
                  byte[] plain = hex(test, "sig");
                  try {
                    return plain.length != 64
                        ? REFUSED
                        : verify(
                            SignatureAlgorithm.ECDSA_SHA256,
                            group,
                            test,
                            EcdsaSignature.toDer(plain));
                  } catch (InvalidInputException e) {
                    return REFUSED;
                  }
                }));
  }

  private Vectors.Outcome verify(
      SignatureAlgorithm algorithm, JsonNode group, JsonNode test, byte[] signature) {
    if (test.has("ctx") && !test.get("ctx").asText().isEmpty()) {
      // FIPS 204's context string: this library signs with the empty one.
      return verified(algorithm, group, test, signature) ? ACCEPTED : OUTSIDE;
    }
    return verified(algorithm, group, test, signature) ? ACCEPTED : REFUSED;
  }

  private boolean verified(
      SignatureAlgorithm algorithm, JsonNode group, JsonNode test, byte[] signature) {
    try {
      return verifier(hex(group, "publicKeyDer")).verify(algorithm, hex(test, "msg"), signature);
    } catch (InvalidInputException | UnsupportedKeyOperationException e) {
      // The key itself is malformed, and said to be so.
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rsa_oaep_2048_sha1_mgf1sha1_test.json, RSA_OAEP_SHA1",
    "rsa_oaep_2048_sha256_mgf1sha256_test.json, RSA_OAEP_SHA256"
  })
  void oaepIsDecrypted(String file, String name) throws Exception {
    EncryptionAlgorithm algorithm = EncryptionAlgorithm.named(name).orElseThrow();
    count(
        Vectors.of(file)
            .run(
                "decrypt " + name,
                (group, test) -> {
                  ManagedKey key =
                      imported(KeyType.RSA_2048, hex(group, "privateKeyPkcs8"), "encrypt,decrypt");
                  boolean label = !test.get("label").asText().isEmpty();
                  try {
                    byte[] plaintext = key.decrypt(algorithm, hex(test, "ct"));
                    return same(plaintext, test, "msg");
                  } catch (InvalidCiphertextException e) {
                    return label ? OUTSIDE : REFUSED;
                  }
                }));
  }

  /** An answer that differs from the expected one would be the worst outcome of all. */
  private static Vectors.Outcome same(byte[] answer, JsonNode test, String field) {
    if (!test.get("result").asText().equals("invalid")) {
      assertThat(answer).as("vector %s", test.get("tcId")).isEqualTo(hex(test, field));
    }
    return ACCEPTED;
  }

  @Test
  void aesGcmIsDecrypted() throws Exception {
    count(
        Vectors.of("aes_gcm_test.json")
            .run(
                "decrypt AES_GCM",
                (group, test) -> {
                  ManagedKey key =
                      imported(
                          KeyType.aes(group.get("keySize").asInt()),
                          hex(test, "key"),
                          "encrypt,decrypt");
                  byte[] ct = hex(test, "ct");
                  byte[] tag = hex(test, "tag");
                  byte[] sealed = Arrays.copyOf(ct, ct.length + tag.length);
                  System.arraycopy(tag, 0, sealed, ct.length, tag.length);
                  if (hex(test, "iv").length > 255) {
                    return OUTSIDE; // Our form can't even express it.
                  }
                  byte[] message = new GcmMessage(hex(test, "iv"), sealed).encode();
                  boolean ours =
                      group.get("ivSize").asInt() == 96 && group.get("tagSize").asInt() == 128;
                  try {
                    byte[] plaintext =
                        key.decrypt(EncryptionAlgorithm.AES_GCM, message, hex(test, "aad"));
                    return same(plaintext, test, "msg");
                  } catch (InvalidCiphertextException e) {
                    return ours ? REFUSED : OUTSIDE;
                  }
                }));
  }

  @ParameterizedTest
  @CsvSource({"aes_wrap_test.json, AES_KW", "aes_kwp_test.json, AES_KWP"})
  void wrappedKeysAreUnwrapped(String file, String name) throws Exception {
    WrapAlgorithm algorithm = WrapAlgorithm.named(name).orElseThrow();
    count(
        Vectors.of(file)
            .run(
                "unwrap " + name,
                (group, test) -> {
                  ManagedKey key =
                      imported(
                          KeyType.aes(group.get("keySize").asInt()),
                          hex(test, "key"),
                          "wrap,unwrap");
                  try (SecretBytes material = key.unwrapBytes(algorithm, hex(test, "ct"))) {
                    return same(material.copy(), test, "msg");
                  } catch (InvalidCiphertextException e) {
                    return REFUSED;
                  }
                }));
  }

  @Test
  void codesAreVerified() throws Exception {
    count(
        Vectors.of("hmac_sha256_test.json")
            .run(
                "verify HMAC_SHA256",
                (group, test) -> {
                  ManagedKey key =
                      imported(
                          KeyType.hmac(HashAlgorithm.SHA256), hex(test, "key"), "mac,verify-mac");
                  byte[] tag = hex(test, "tag");
                  boolean right = key.verifyMac(MacAlgorithm.HMAC_SHA256, hex(test, "msg"), tag);
                  if (right) {
                    return ACCEPTED;
                  }
                  return group.get("tagSize").asInt() == 256 ? REFUSED : OUTSIDE;
                }));
  }

  @Test
  void agreementsRefuseBadPeers() throws Exception {
    count(
        Vectors.of("ecdh_secp256r1_test.json")
            .run(
                "agree ECDH",
                (group, test) -> {
                  ManagedKey key = imported(KeyType.EC_P256, pkcs8(hex(test, "private")), "agree");
                  try (SecretBytes shared =
                      key.agree(AgreementAlgorithm.ECDH, new Encoded(hex(test, "public")))) {
                    return same(shared.copy(), test, "shared");
                  } catch (InvalidInputException | UnsupportedKeyOperationException e) {
                    // One valid point has x = 0; an all-zero secret is refused by contract.
                    return test.get("shared").asText().matches("(00)+") ? OUTSIDE : REFUSED;
                  }
                }));
  }

  private static byte[] pkcs8(byte[] scalar) throws Exception {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return KeyFactory.getInstance("EC")
        .generatePrivate(
            new ECPrivateKeySpec(
                new BigInteger(1, scalar), parameters.getParameterSpec(ECParameterSpec.class)))
        .getEncoded();
  }

  /** A public key that is nothing but bytes, which may be bad. */
  private record Encoded(byte[] spki) implements PublicKey {

    @Override
    public String getAlgorithm() {
      return "EC";
    }

    @Override
    public String getFormat() {
      return "X.509";
    }

    @Override
    public byte[] getEncoded() {
      return spki.clone();
    }
  }
}
