package io.managedkeys.testkit.openbao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.testkit.openbao.OpenBaoAdmin.AdminException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DevServerTest {

  @RegisterExtension static final OpenBaoExtension BAO = OpenBaoExtension.dev();

  @Test
  void listensOnTheLoopbackAddressAndIsReady(OpenBaoServer server) {
    assertThat(server).isSameAs(BAO.server());
    assertThat(server.address().getHost()).isEqualTo("127.0.0.1");
    assertThat(server.admin().status("sys/health")).isEqualTo(200);
  }

  @Test
  void transitSignsWithAMountedEngine() {
    OpenBaoAdmin admin = BAO.server().admin();
    admin.mount("kit-transit", "transit", Map.of());
    admin.post("kit-transit/keys/k", Map.of("type", "ed25519"));

    String signature =
        admin
            .post("kit-transit/sign/k", Map.of("input", "aGVsbG8="))
            .at("/data/signature")
            .asText();

    assertThat(signature).startsWith("vault:v1:");
  }

  @Test
  void refusalsOfTheServerAreExceptionsWithItsStatus() {
    assertThatThrownBy(() -> BAO.server().admin().as("nobody").get("sys/mounts"))
        .isInstanceOf(AdminException.class)
        .hasMessageContaining("permission denied")
        .extracting(e -> ((AdminException) e).status())
        .isEqualTo(403);
  }

  @Test
  void aPolicyLimitsATokenAndARoleLogsIn() {
    OpenBaoAdmin admin = BAO.server().admin();
    admin.enableAuth("approle", "approle");
    admin.policy("kit-none", "path \"nothing/*\" { capabilities = [\"read\"] }");

    OpenBaoAdmin.AppRole role =
        admin.appRole("kit", Map.of("token_policies", List.of("kit-none"), "token_ttl", "1m"));
    String token =
        admin
            .post(
                "auth/approle/login",
                Map.of("role_id", role.roleId(), "secret_id", role.secretId()))
            .at("/auth/client_token")
            .asText();

    assertThat(admin.as(token).status("auth/token/lookup-self")).isEqualTo(200);
    assertThat(admin.as(token).status("sys/mounts")).isEqualTo(403);
    assertThat(role.toString()).doesNotContain(role.secretId());
  }
}
