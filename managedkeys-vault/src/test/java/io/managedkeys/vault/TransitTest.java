package io.managedkeys.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.testkit.openbao.OpenBaoAdmin;
import io.managedkeys.testkit.openbao.OpenBaoExtension;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the contract cannot know of this service: logins, policies, namespaces, traps of transit. */
class TransitTest {

  private static final byte[] TEXT = "hello".getBytes(StandardCharsets.US_ASCII);

  @RegisterExtension static final OpenBaoExtension BAO = OpenBaoExtension.dev();

  @BeforeAll
  static void mount() {
    OpenBaoAdmin admin = BAO.server().admin();
    admin.mount("own", "transit", Map.of());
    admin.post("own/keys/sign", Map.of("type", "ecdsa-p256"));
    admin.post("own/keys/aes", Map.of("type", "aes256-gcm96"));
    admin.enableAuth("own-approle", "approle");
    admin.policy(
        "own-sign",
        "path \"own/sign/sign\" { capabilities = [\"update\"] }"
            + " path \"own/keys/sign\" { capabilities = [\"read\"] }"
            + " path \"own/keys/aes\" { capabilities = [\"read\"] }");
  }

  private static ManagedKeys open(
      Map<String, String> fields, Map<String, String> secrets, Map<String, String> key) {
    Map<String, String> all = new HashMap<>(fields);
    all.put("address", BAO.server().address().toString());
    all.put("mount", "own");
    Map<String, SecretBytes> sensitive = new HashMap<>();
    secrets.forEach((name, value) -> sensitive.put(name, SecretBytes.copyOf(value.toCharArray())));
    return ManagedKeys.builder().backend("bao", "vault", all, sensitive).key("bao:key", key).open();
  }

  private static Map<String, String> root() {
    return Map.of("token", BAO.server().rootToken());
  }

  private static OpenBaoAdmin.AppRole role(Map<String, Object> settings) {
    OpenBaoAdmin admin = BAO.server().admin();
    // A role keeps what a call does not mention: every test says how often a secret id serves.
    Map<String, Object> all = new HashMap<>(Map.of("secret_id_num_uses", 0));
    all.putAll(settings);
    admin.post("auth/own-approle/role/signer", all);
    String id = admin.get("auth/own-approle/role/signer/role-id").at("/data/role_id").asText();
    String secret =
        admin
            .post("auth/own-approle/role/signer/secret-id", Map.of())
            .at("/data/secret_id")
            .asText();
    return new OpenBaoAdmin.AppRole(id, secret);
  }

  private static Map<String, String> appRole(OpenBaoAdmin.AppRole role) {
    return Map.of("auth", "approle", "auth-mount", "own-approle", "role-id", role.roleId());
  }

  @Test
  void encryptingWithADeletedKeyDoesNotMakeANewOne() {
    OpenBaoAdmin admin = BAO.server().admin();
    admin.post("own/keys/gone", Map.of("type", "aes256-gcm96"));
    try (ManagedKeys keys =
        open(Map.of(), root(), Map.of("name", "gone", "usages", "encrypt, decrypt"))) {
      ManagedKey key = keys.key("bao:key");
      key.encrypt(EncryptionAlgorithm.SERVICE, TEXT);
      admin.post("own/keys/gone/config", Map.of("deletion_allowed", true));
      admin.delete("own/keys/gone");

      assertThatThrownBy(() -> key.encrypt(EncryptionAlgorithm.SERVICE, TEXT))
          .isInstanceOf(KeyNotFoundException.class);
      assertThat(admin.status("own/keys/gone")).isEqualTo(404);
    }
  }

  @Test
  void associatedDataIsBoundAndOldVersionsStillDecrypt() {
    try (ManagedKeys keys =
        open(Map.of(), root(), Map.of("name", "aes", "usages", "encrypt, decrypt"))) {
      ManagedKey key = keys.key("bao:key");
      byte[] old = key.encrypt(EncryptionAlgorithm.SERVICE, TEXT, new byte[] {1});
      BAO.server().admin().post("own/keys/aes/rotate", Map.of());

      byte[] fresh = key.encrypt(EncryptionAlgorithm.SERVICE, TEXT, new byte[] {1});

      assertThat(new String(old, StandardCharsets.US_ASCII)).startsWith("vault:v1:");
      assertThat(new String(fresh, StandardCharsets.US_ASCII)).startsWith("vault:v2:");
      assertThat(key.decrypt(EncryptionAlgorithm.SERVICE, old, new byte[] {1})).isEqualTo(TEXT);
      assertThatThrownBy(() -> key.decrypt(EncryptionAlgorithm.SERVICE, old, new byte[] {2}))
          .isInstanceOf(InvalidCiphertextException.class);
    }
  }

  @Test
  void policyAllowsTheOneKeyAndRefusesOthers() {
    OpenBaoAdmin.AppRole role =
        role(Map.of("token_policies", List.of("own-sign"), "token_ttl", "10m"));
    try (ManagedKeys keys =
        open(appRole(role), Map.of("secret-id", role.secretId()), Map.of("name", "sign"))) {
      byte[] signature = keys.key("bao:key").sign(SignatureAlgorithm.ECDSA_SHA256, TEXT);
      assertThat(keys.key("bao:key").verify(SignatureAlgorithm.ECDSA_SHA256, TEXT, signature))
          .isTrue();
    }
    String other = BAO.server().admin().token("10m", "own-sign");
    assertThatThrownBy(
            () -> {
              try (ManagedKeys keys =
                  open(
                      Map.of(),
                      Map.of("token", other),
                      Map.of("name", "aes", "usages", "encrypt, decrypt"))) {
                keys.key("bao:key").encrypt(EncryptionAlgorithm.SERVICE, TEXT);
              }
            })
        .isInstanceOf(UsageDeniedException.class)
        .hasMessageNotContaining(other);
  }

  @Test
  void revokedTokenIsReplacedByANewLogin() {
    OpenBaoAdmin.AppRole role =
        role(Map.of("token_policies", List.of("own-sign"), "token_ttl", "10m"));
    try (ManagedKeys keys =
        open(appRole(role), Map.of("secret-id", role.secretId()), Map.of("name", "sign"))) {
      ManagedKey key = keys.key("bao:key");
      key.sign(SignatureAlgorithm.ECDSA_SHA256, TEXT);
      revokeAllOf("own-approle");

      byte[] signature = key.sign(SignatureAlgorithm.ECDSA_SHA256, TEXT);

      assertThat(key.verify(SignatureAlgorithm.ECDSA_SHA256, TEXT, signature)).isTrue();
    }
  }

  @Test
  void expiredSecretIdIsAnAuthenticationFailureAndNotTriedByEveryCall() {
    OpenBaoAdmin.AppRole role =
        role(
            Map.of(
                "token_policies",
                List.of("own-sign"),
                "token_ttl",
                "10m",
                "secret_id_num_uses",
                1));
    try (ManagedKeys keys =
        open(appRole(role), Map.of("secret-id", role.secretId()), Map.of("name", "sign"))) {
      ManagedKey key = keys.key("bao:key");
      key.sign(SignatureAlgorithm.ECDSA_SHA256, TEXT);
      revokeAllOf("own-approle");

      assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, TEXT))
          .isInstanceOf(BackendAuthenticationException.class)
          .hasMessageNotContaining(role.secretId());
      assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, TEXT))
          .isInstanceOf(BackendAuthenticationException.class)
          .hasMessageContaining("a moment ago");
    }
  }

  @Test
  void revokedStaticTokenSaysThatThereIsNoOther() {
    String token = BAO.server().admin().token("10m", "own-sign");
    try (ManagedKeys keys = open(Map.of(), Map.of("token", token), Map.of("name", "sign"))) {
      ManagedKey key = keys.key("bao:key");
      key.sign(SignatureAlgorithm.ECDSA_SHA256, TEXT);
      BAO.server().admin().revoke(token);

      assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, TEXT))
          .isInstanceOf(BackendAuthenticationException.class)
          .hasMessageNotContaining(token);
    }
  }

  @Test
  void namespacesHoldDifferentKeysUnderOneName() {
    OpenBaoAdmin admin = BAO.server().admin();
    admin.namespace("tenant");
    admin.in("tenant").mount("own", "transit", Map.of());
    admin.in("tenant").post("own/keys/sign", Map.of("type", "ed25519"));
    try (ManagedKeys tenant = open(Map.of("namespace", "tenant"), root(), Map.of("name", "sign"));
        ManagedKeys root = open(Map.of(), root(), Map.of("name", "sign"))) {
      assertThat(tenant.key("bao:key").type()).isEqualTo(KeyType.ED25519);
      assertThat(root.key("bao:key").type()).isEqualTo(KeyType.EC_P256);
      assertThat(tenant.key("bao:key").sign(SignatureAlgorithm.ED25519, TEXT)).hasSize(64);
    }
  }

  @Test
  void missingMountAndMissingKeyAreToldApart() {
    assertThatThrownBy(() -> use(Map.of("name", "absent")))
        .isInstanceOf(KeyNotFoundException.class);
    assertThatThrownBy(() -> use(Map.of("name", "sign", "version", "9")))
        .isInstanceOf(KeyNotFoundException.class);
    assertThatThrownBy(() -> use(Map.of("name", "sign/../aes")))
        .isInstanceOf(InvalidConfigurationException.class);
  }

  private static void use(Map<String, String> key) {
    try (ManagedKeys keys = open(Map.of(), root(), key)) {
      keys.key("bao:key").sign(SignatureAlgorithm.ECDSA_SHA256, TEXT);
    }
  }

  private static void revokeAllOf(String mount) {
    BAO.server().admin().post("sys/leases/revoke-prefix/auth/" + mount, Map.of());
  }
}
