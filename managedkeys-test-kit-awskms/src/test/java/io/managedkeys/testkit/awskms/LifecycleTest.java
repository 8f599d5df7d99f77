package io.managedkeys.testkit.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlreadyExistsException;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.Tag;

class LifecycleTest {
  /** The system's time plus what a test adds; requests are signed with the real time. */
  private static final class MovableClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final MovableClock clock = new MovableClock();
  private AwsKmsServer server;
  private KmsClient kms;

  @BeforeEach
  void start() {
    server = AwsKmsServer.start(0, clock);
    kms = Sdk.client(server);
  }

  @AfterEach
  void close() {
    kms.close();
    server.close();
  }

  @Test
  void aNewKeyIsDescribedAsItWasAskedFor() {
    KeyMetadata key =
        kms.createKey(
                r ->
                    r.keySpec(KeySpec.ECC_NIST_P384)
                        .keyUsage(KeyUsageType.SIGN_VERIFY)
                        .description("a key")
                        .tags(Tag.builder().tagKey("k").tagValue("v").build()))
            .keyMetadata();
    assertThat(key.arn())
        .isEqualTo("arn:aws:kms:eu-central-1:" + server.accountId() + ":key/" + key.keyId());
    assertThat(key.keyState()).isEqualTo(KeyState.ENABLED);
    assertThat(key.signingAlgorithms()).containsExactly(SigningAlgorithmSpec.ECDSA_SHA_384);
    assertThat(key.creationDate()).isBetween(Instant.now().minusSeconds(60), Instant.now());
    assertThat(kms.describeKey(r -> r.keyId(key.keyId())).keyMetadata()).isEqualTo(key);
    assertThat(kms.listResourceTags(r -> r.keyId(key.arn())).tags())
        .containsExactly(Tag.builder().tagKey("k").tagValue("v").build());
    assertThatThrownBy(() -> kms.createKey(r -> r.keySpec(KeySpec.RSA_2048)))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("KeyUsage");
    assertThatThrownBy(
            () -> kms.createKey(r -> r.keySpec(KeySpec.HMAC_256).keyUsage("SIGN_VERIFY")))
        .isInstanceOf(KmsException.class);
  }

  @Test
  void aliasesPointAndAreListedInPages() {
    String key = create();
    String other = create();
    for (int i = 0; i < 5; i++) {
      String name = "alias/a" + i;
      kms.createAlias(r -> r.aliasName(name).targetKeyId(key));
    }
    assertThat(kms.describeKey(r -> r.keyId("alias/a3")).keyMetadata().arn()).isEqualTo(key);
    assertThat(kms.listAliasesPaginator(r -> r.limit(2)).stream().count()).isEqualTo(3);
    assertThat(kms.listAliasesPaginator(r -> r.limit(2)).aliases()).hasSize(5);
    assertThat(kms.listAliases(r -> r.keyId(other)).aliases()).isEmpty();
    assertThatThrownBy(() -> kms.createAlias(r -> r.aliasName("alias/a1").targetKeyId(other)))
        .isInstanceOf(AlreadyExistsException.class);
    kms.updateAlias(r -> r.aliasName("alias/a1").targetKeyId(other));
    assertThat(
            kms.describeKey(
                    r -> r.keyId("arn:aws:kms:eu-central-1:" + server.accountId() + ":alias/a1"))
                .keyMetadata()
                .arn())
        .isEqualTo(other);
    kms.deleteAlias(r -> r.aliasName("alias/a1"));
    assertThatThrownBy(() -> kms.describeKey(r -> r.keyId("alias/a1")))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> kms.disableKey(r -> r.keyId("alias/a2")))
        .isInstanceOf(NotFoundException.class);
    assertThat(kms.listKeysPaginator(r -> r.limit(1)).keys()).hasSize(2);
  }

  @Test
  void aDisabledKeyIsRefusedButStillShowsItsPublicKey() {
    String key = create();
    kms.disableKey(r -> r.keyId(key));
    assertThatThrownBy(() -> sign(key)).isInstanceOf(DisabledException.class);
    assertThat(kms.getPublicKey(r -> r.keyId(key)).publicKey()).isNotNull();
    kms.enableKey(r -> r.keyId(key));
    sign(key);
  }

  @Test
  void aKeyPendingDeletionIsRefusedAndThenGone() {
    String key = create();
    kms.createAlias(r -> r.aliasName("alias/doomed").targetKeyId(key));
    kms.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(7));
    assertThatThrownBy(() -> sign(key)).isInstanceOf(KmsInvalidStateException.class);
    assertThatThrownBy(() -> kms.getPublicKey(r -> r.keyId(key)))
        .isInstanceOf(KmsInvalidStateException.class);
    assertThatThrownBy(() -> kms.enableKey(r -> r.keyId(key)))
        .isInstanceOf(KmsInvalidStateException.class);
    kms.cancelKeyDeletion(r -> r.keyId(key));
    assertThat(kms.describeKey(r -> r.keyId(key)).keyMetadata().keyState())
        .isEqualTo(KeyState.DISABLED);
    kms.enableKey(r -> r.keyId(key));
    sign(key);

    kms.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(7));
    clock.ahead = Duration.ofDays(8);
    // A request signed today is too old for a server of next week.
    assertThatThrownBy(() -> kms.describeKey(r -> r.keyId(key)))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("Signature expired");
  }

  @Test
  void aReplicaHasTheSameMaterialInAnotherRegion() {
    KeyMetadata key =
        kms.createKey(
                r ->
                    r.keySpec(KeySpec.ECC_NIST_P256)
                        .keyUsage(KeyUsageType.SIGN_VERIFY)
                        .multiRegion(true))
            .keyMetadata();
    assertThat(key.keyId()).startsWith("mrk-");
    String replica =
        kms.replicateKey(r -> r.keyId(key.arn()).replicaRegion("us-east-1"))
            .replicaKeyMetadata()
            .arn();
    assertThat(replica).isEqualTo(key.arn().replace("eu-central-1", "us-east-1"));
    try (KmsClient there = Sdk.client(server, Region.US_EAST_1, Sdk.credentials(server))) {
      assertThat(there.getPublicKey(r -> r.keyId(replica)).publicKey())
          .isEqualTo(kms.getPublicKey(r -> r.keyId(key.arn())).publicKey());
      assertThatThrownBy(() -> there.describeKey(r -> r.keyId(key.arn())))
          .isInstanceOf(NotFoundException.class);
    }
    assertThatThrownBy(() -> kms.replicateKey(r -> r.keyId(create()).replicaRegion("us-east-1")))
        .isInstanceOf(
            software.amazon.awssdk.services.kms.model.UnsupportedOperationException.class);
  }

  @Test
  void tagsAreSetAndTakenAway() {
    String key = create();
    kms.tagResource(r -> r.keyId(key).tags(tag("a", "1"), tag("b", "2")));
    kms.untagResource(r -> r.keyId(key).tagKeys(List.of("a")));
    assertThat(kms.listResourceTags(r -> r.keyId(key)).tags()).containsExactly(tag("b", "2"));
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().tagKey(key).tagValue(value).build();
  }

  private String create() {
    return Sdk.create(kms, KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
  }

  private void sign(String key) {
    kms.sign(
        r ->
            r.keyId(key)
                .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)
                .message(Sdk.bytes(3)));
  }
}
