package io.managedkeys.azurekv;

import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.ManagedKeysBuilder;
import io.managedkeys.testkit.contract.ContractFixture;
import io.managedkeys.testkit.contract.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The backend over the test kit's own vault or Managed HSM. */
final class AzureContractFixture implements ContractFixture {
  private static final String DOCUMENTED =
      "the service's documentation of key types and algorithms has no such";

  private final boolean managedHsm;
  private final Fixture fixture;

  AzureContractFixture(boolean managedHsm) {
    this.managedHsm = managedHsm;
    this.fixture = managedHsm ? Fixture.managedHsm() : Fixture.vault();
  }

  @Override
  public String backendType() {
    return "azurekv";
  }

  @Override
  public String server() {
    return managedHsm ? "test kit's Managed HSM" : "test kit's vault";
  }

  @Override
  public ManagedKeysBuilder builder() {
    Map<String, String> fields = fixture.clientSecret(managedHsm);
    fields.put("deadline", "60s"); // a large RSA key takes its time on a busy machine
    byte[] secret = fields.remove("client-secret").getBytes(StandardCharsets.UTF_8);
    return ManagedKeys.builder()
        .allowAmbient()
        .backend(BACKEND, "azurekv", fields, Map.of("client-secret", SecretBytes.taking(secret)));
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
                KeyType.EC_SECP256K1));
    if (managedHsm) {
      types.addAll(List.of(KeyType.AES_128, KeyType.aes(192), KeyType.AES_256));
    }
    return types;
  }

  @Override
  public Limits limits() {
    Limits limits =
        Limits.none()
            .lacks("sign RSA_PKCS1_SHA1", DOCUMENTED)
            .lacks("sign RSA_PKCS1_NONE", "RSNULL is documented but not what it signs")
            .lacks("sign ECDSA_SHA1", DOCUMENTED)
            .lacks("sign ECDSA_NONE", "the digest must have the length of the curve's own hash")
            .lacks("encrypt RSA_OAEP_SHA384", DOCUMENTED)
            .lacks("encrypt RSA_OAEP_SHA512", DOCUMENTED)
            .lacks("encrypt RSA_OAEP_SHA256_MGF1_SHA1", DOCUMENTED)
            .lacks("wrap RSA_OAEP_SHA384", DOCUMENTED)
            .lacks("wrap RSA_OAEP_SHA512", DOCUMENTED)
            .lacks("agree EC", DOCUMENTED)
            .lacks("encrypt SERVICE", "the ciphertext's form is ours")
            .lacks("wrap SERVICE", "the wrapped key's form is RFC 3394's")
            .lacks("wrap AES_KWP", "what CKM_AES_KEY_WRAP_PAD pads with is not documented")
            .lacks("wrap AES_KW_PKCS5", DOCUMENTED);
    String oneHash = "each curve has one hash: ES256, ES256K, ES384, ES512";
    for (String curve : List.of("EC-P256", "EC-P384", "EC-P521", "EC-SECP256K1")) {
      for (String hash : List.of("SHA256", "SHA384", "SHA512")) {
        boolean own =
            switch (hash) {
              case "SHA384" -> curve.equals("EC-P384");
              case "SHA512" -> curve.equals("EC-P521");
              default -> curve.equals("EC-P256") || curve.equals("EC-SECP256K1");
            };
        if (!own) {
          limits = limits.lacks("sign " + curve + " ECDSA_" + hash, oneHash);
        }
      }
    }
    return managedHsm ? limits : limits.lacks("random", "only a Managed HSM has /rng");
  }

  @Override
  public Map<String, String> newKeyFields(String name, KeyType type) {
    return type.isSecret()
        ? Map.of("key-name", name, "aes-bits", Integer.toString(type.bits()))
        : Map.of("key-name", name);
  }

  @Override
  public List<String> secrets() {
    return List.of(fixture.server.clientSecret());
  }

  @Override
  public void close() {
    fixture.close();
  }
}
