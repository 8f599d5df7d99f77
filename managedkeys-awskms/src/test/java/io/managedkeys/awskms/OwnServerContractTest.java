package io.managedkeys.awskms;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.ManagedKeysBuilder;
import io.managedkeys.testkit.awskms.AwsKmsServer;
import io.managedkeys.testkit.contract.BackendContract;
import io.managedkeys.testkit.contract.ContractFixture;
import io.managedkeys.testkit.contract.Limits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The contract on the test kit's own server. */
class OwnServerContractTest extends BackendContract {
  @Override
  protected ContractFixture fixture() {
    return new OwnServer(AwsKmsServer.start());
  }

  private record OwnServer(AwsKmsServer running) implements ContractFixture {
    @Override
    public String backendType() {
      return AwsKmsProvider.TYPE;
    }

    @Override
    public String server() {
      return "test kit";
    }

    @Override
    public ManagedKeysBuilder builder() {
      Map<String, String> fields = new HashMap<>(Fixture.fields(running));
      // RSA-4096 pairs take their time on a busy machine.
      fields.put("deadline", "2m");
      return ManagedKeys.builder().backend(BACKEND, AwsKmsProvider.TYPE, fields);
    }

    @Override
    public List<KeyType> keyTypes() {
      return List.of(
          KeyType.AES_256,
          KeyType.RSA_2048,
          KeyType.RSA_3072,
          KeyType.RSA_4096,
          KeyType.EC_P256,
          KeyType.EC_P384,
          KeyType.EC_P521,
          KeyType.EC_SECP256K1,
          KeyType.ED25519,
          KeyType.ML_DSA_44,
          KeyType.ML_DSA_65,
          KeyType.ML_DSA_87,
          KeyType.hmac(HashAlgorithm.SHA224),
          KeyType.hmac(HashAlgorithm.SHA256),
          KeyType.hmac(HashAlgorithm.SHA384),
          KeyType.hmac(HashAlgorithm.SHA512));
    }

    @Override
    public Limits limits() {
      return ServiceLimits.LIMITS;
    }

    @Override
    public Map<String, String> newKeyFields(String name, KeyType type) {
      return Map.of("alias", "contract/" + name);
    }

    @Override
    public List<String> secrets() {
      return List.of(running.secretAccessKey());
    }

    @Override
    public void close() {
      running.close();
    }
  }
}
