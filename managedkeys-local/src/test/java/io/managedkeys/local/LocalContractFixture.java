package io.managedkeys.local;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.ManagedKeysBuilder;
import io.managedkeys.testkit.contract.ContractFixture;
import io.managedkeys.testkit.contract.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The local backend in memory or in a file. */
final class LocalContractFixture implements ContractFixture {

  private static final String PASSWORD = "hidden pässword of the contract";

  private final Path file;

  /** Without a file: in memory. */
  LocalContractFixture(Path file) {
    this.file = file;
  }

  @Override
  public String backendType() {
    return "local";
  }

  @Override
  public String server() {
    return file == null ? "memory" : "file";
  }

  @Override
  public ManagedKeysBuilder builder() {
    if (file == null) {
      return ManagedKeys.builder().backend(BACKEND, "local", Map.of());
    }
    return ManagedKeys.builder()
        .allowAmbient()
        .backend(
            BACKEND,
            "local",
            Map.of("file", file.toString(), "iterations", "100000"),
            Map.of("password", SecretBytes.taking(PASSWORD.getBytes(StandardCharsets.UTF_8))));
  }

  @Override
  public List<KeyType> keyTypes() {
    List<KeyType> types =
        new ArrayList<>(
            List.of(
                KeyType.RSA_2048,
                KeyType.RSA_3072,
                KeyType.RSA_4096,
                KeyType.EC_P256,
                KeyType.EC_P384,
                KeyType.EC_P521,
                KeyType.ED25519,
                KeyType.ED448,
                KeyType.X25519,
                KeyType.AES_128,
                KeyType.aes(192),
                KeyType.AES_256,
                KeyType.hmac(HashAlgorithm.SHA1),
                KeyType.hmac(HashAlgorithm.SHA224),
                KeyType.hmac(HashAlgorithm.SHA256),
                KeyType.hmac(HashAlgorithm.SHA384),
                KeyType.hmac(HashAlgorithm.SHA512)));
    if (LocalOperationsTest.hasMlDsa()) {
      types.addAll(List.of(KeyType.ML_DSA_44, KeyType.ML_DSA_65, KeyType.ML_DSA_87));
    }
    return types;
  }

  @Override
  public Limits limits() {
    return Limits.none()
        .lacks("SERVICE", "no service: the ciphertext's form is ours")
        .lacks("digest RSA_PSS_*", "the JDK's RSASSA-PSS hashes by itself");
  }

  @Override
  public Map<String, String> newKeyFields(String name, KeyType type) {
    return Map.of("name", name);
  }

  @Override
  public List<String> secrets() {
    return file == null ? List.of() : List.of(PASSWORD);
  }

  @Override
  public boolean keysSurviveReopening() {
    return file != null;
  }

  @Override
  public void close() {
    // The test's temporary folder takes the file along.
  }
}
