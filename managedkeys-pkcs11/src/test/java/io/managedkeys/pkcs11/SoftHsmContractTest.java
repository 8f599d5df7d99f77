package io.managedkeys.pkcs11;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.ManagedKeysBuilder;
import io.managedkeys.testkit.contract.BackendContract;
import io.managedkeys.testkit.contract.ContractFixture;
import io.managedkeys.testkit.contract.Limits;
import io.managedkeys.testkit.softhsm.SoftHsmToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The contract of all backends, through the registry's whole chain, on SoftHSM. */
class SoftHsmContractTest extends BackendContract {

  @Override
  protected ContractFixture fixture() {
    return new SoftHsmFixture(SoftHsmToken.create());
  }

  private static final class SoftHsmFixture implements ContractFixture {

    private final SoftHsmToken token;

    SoftHsmFixture(SoftHsmToken token) {
      this.token = token;
    }

    @Override
    public String backendType() {
      return "pkcs11";
    }

    @Override
    public String server() {
      return "SoftHSM 2, binding " + System.getProperty("managedkeys.expected.binding", "jni");
    }

    @Override
    public ManagedKeysBuilder builder() {
      return ManagedKeys.builder()
          .library("softhsm", token.library())
          .backend(
              BACKEND,
              "pkcs11",
              Map.of("library", "softhsm", "token-label", token.label()),
              Map.of("pin", SecretBytes.taking(SoftHsmToken.PIN.getBytes(StandardCharsets.UTF_8))));
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
          KeyType.hmac(HashAlgorithm.SHA256),
          KeyType.hmac(HashAlgorithm.SHA384),
          KeyType.hmac(HashAlgorithm.SHA512));
    }

    @Override
    public Limits limits() {
      return Limits.none()
          .lacks("SERVICE", "a token has no ciphertext format of its own")
          .lacks("RSA_OAEP_SHA256*", "CKR_ARGUMENTS_BAD for any hash but SHA-1")
          .lacks("RSA_OAEP_SHA384", "CKR_ARGUMENTS_BAD for any hash but SHA-1")
          .lacks("RSA_OAEP_SHA512", "CKR_ARGUMENTS_BAD for any hash but SHA-1")
          .lacks("RSA_AES_KWP_*", "no CKM_RSA_AES_KEY_WRAP")
          .lacks("AES_KWP", "2.6.1 appends zero bytes to material of other than 8n bytes")
          .lacks("AES_KW_PKCS5", "0x210A is RFC 5649 here, proven by a throw-away key")
          .lacks("import RSA", "private keys enter a token by unwrapping only")
          .lacks("import EC", "private keys enter a token by unwrapping only")
          .lacks("import ED25519", "private keys enter a token by unwrapping only")
          .lacks("disable", "a token's keys have no states")
          .lacks("rotate", "a token's keys have no versions");
    }

    @Override
    public Map<String, String> newKeyFields(String name, KeyType type) {
      return Map.of("key-label", name);
    }

    @Override
    public List<String> secrets() {
      // Four digits stand in numbers of every kind; only the PIN as it is configured is looked for.
      return List.of("pin=" + SoftHsmToken.PIN);
    }

    @Override
    public void close() {
      token.close();
    }
  }
}
