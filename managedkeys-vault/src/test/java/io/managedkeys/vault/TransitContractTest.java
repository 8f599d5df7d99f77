package io.managedkeys.vault;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.ManagedKeysBuilder;
import io.managedkeys.testkit.contract.BackendContract;
import io.managedkeys.testkit.contract.ContractFixture;
import io.managedkeys.testkit.contract.Limits;
import io.managedkeys.testkit.openbao.OpenBaoExtension;
import io.managedkeys.testkit.openbao.OpenBaoServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on a transit mount of a real server. */
class TransitContractTest extends BackendContract {

  @RegisterExtension static final OpenBaoExtension BAO = OpenBaoExtension.dev();

  @Override
  protected ContractFixture fixture() {
    BAO.server().admin().mount("contract", "transit", Map.of());
    return new TransitFixture(BAO.server());
  }

  private record TransitFixture(OpenBaoServer bao) implements ContractFixture {

    @Override
    public String backendType() {
      return "vault";
    }

    @Override
    public String server() {
      return "transit, "
          + bao.family()
          + " "
          + bao.admin().get("sys/health").path("version").asText();
    }

    @Override
    public ManagedKeysBuilder builder() {
      return ManagedKeys.builder()
          .backend(
              BACKEND,
              "vault",
              Map.of("address", bao.address().toString(), "mount", "contract"),
              Map.of("token", SecretBytes.copyOf(bao.rootToken().toCharArray())));
    }

    @Override
    public List<KeyType> keyTypes() {
      return List.of(
          KeyType.RSA_2048,
          KeyType.RSA_3072,
          KeyType.EC_P256,
          KeyType.EC_P384,
          KeyType.EC_P521,
          KeyType.ED25519,
          KeyType.AES_128,
          KeyType.AES_256,
          KeyType.CHACHA20,
          KeyType.XCHACHA20,
          KeyType.hmac(HashAlgorithm.SHA256),
          KeyType.hmac(HashAlgorithm.SHA384),
          KeyType.hmac(HashAlgorithm.SHA512));
    }

    @Override
    public Limits limits() {
      String oaep = "the engine's RSA encryption is OAEP with SHA-256 for both hashes alone";
      String own = "the engine encrypts symmetrically in its own format alone";
      return Limits.none()
          .lacks("agree EC", "the engine's derive-key keeps the secret and is not offered")
          .lacks("RSA_OAEP_SHA1", oaep)
          .lacks("RSA_OAEP_SHA384", oaep)
          .lacks("RSA_OAEP_SHA512", oaep)
          .lacks("RSA_OAEP_SHA256_MGF1_SHA1", oaep)
          .lacks("RSA_AES_KWP_SHA1", oaep)
          .lacks("AES_*", own)
          .lacks("wrap-key", "the engine exports to its own import form alone");
    }

    @Override
    public Map<String, String> newKeyFields(String name, KeyType type) {
      HashAlgorithm hash = type.hmacHash();
      return hash == null ? Map.of("name", name) : Map.of("name", name, "hash", hash.name());
    }

    @Override
    public List<String> secrets() {
      return List.of(bao.rootToken());
    }

    @Override
    public void close() {
      bao.admin().delete("sys/mounts/contract");
    }
  }
}
