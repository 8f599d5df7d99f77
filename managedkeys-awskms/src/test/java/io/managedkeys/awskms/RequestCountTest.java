package io.managedkeys.awskms;

import static org.assertj.core.api.Assertions.assertThat;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.testkit.awskms.AwsKmsExtension;
import io.managedkeys.testkit.awskms.AwsKmsServer;
import io.managedkeys.testkit.awskms.ReceivedRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

@ExtendWith(AwsKmsExtension.class)
class RequestCountTest {
  @Test
  void aNewKeyCostsTwoRequestsAPinnedOneNoneAndEachSignatureOne(AwsKmsServer server) {
    try (Fixture fixture = new Fixture(server)) {
      String arn = fixture.create(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
      fixture.sdk.createAlias(r -> r.aliasName("alias/counted").targetKeyId(arn));
      KeyConfig entry = Fixture.entry(Map.of("alias", "counted"));
      server.requests().reset();

      BackendKey found = fixture.backend.key(entry, Fixture.soon());
      assertThat(actions(server)).containsExactly("DescribeKey", "GetPublicKey");

      server.requests().reset();
      BackendKey pinned = fixture.backend.key(Fixture.pinned(entry, found), Fixture.soon());
      assertThat(server.requests().count()).isZero();
      assertThat(pinned.info().spki().orElseThrow()).isEqualTo(found.info().spki().orElseThrow());
      assertThat(pinned.info().signatureAlgorithms()).isEqualTo(found.info().signatureAlgorithms());

      Signing signing = pinned.capability(Signing.class).orElseThrow();
      for (int i = 0; i < 10; i++) {
        signing.sign(
            SignatureAlgorithm.ECDSA_SHA256,
            Message.digest(HashAlgorithm.SHA256, new byte[32]),
            Fixture.soon());
      }
      assertThat(server.requests().count()).isEqualTo(10);
      assertThat(server.requests().count("Sign")).isEqualTo(10);
    }
  }

  @Test
  void afterPinningTheAliasIsNotSentAndMayPointElsewhere(AwsKmsServer server) {
    try (Fixture fixture = new Fixture(server)) {
      String first = fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
      String second = fixture.create(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
      fixture.sdk.createAlias(r -> r.aliasName("alias/moving").targetKeyId(first));
      KeyConfig entry = Fixture.entry(Map.of("alias", "alias/moving"));
      KeyConfig pinned = Fixture.pinned(entry, fixture.backend.key(entry, Fixture.soon()));
      fixture.sdk.updateAlias(r -> r.aliasName("alias/moving").targetKeyId(second));
      server.requests().reset();

      SecretEncrypting sealing =
          fixture
              .backend
              .key(pinned, Fixture.soon())
              .capability(SecretEncrypting.class)
              .orElseThrow();
      byte[] sealed =
          sealing.encrypt(EncryptionAlgorithm.SERVICE, new byte[] {1}, null, null, Fixture.soon());
      sealing.decrypt(EncryptionAlgorithm.SERVICE, sealed, null, Fixture.soon());

      assertThat(server.requests().all())
          .extracting(ReceivedRequest::keyId)
          .containsExactly(first, first);
    }
  }

  @Test
  void grantTokensGoWithEveryRequest(AwsKmsServer server) {
    try (Fixture fixture = new Fixture(server)) {
      String arn = fixture.create(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
      server.requests().reset();
      BackendKey key =
          fixture.backend.key(
              Fixture.entry(Map.of("key-id", arn, "grant-tokens", "one, two")), Fixture.soon());
      key.capability(Signing.class)
          .orElseThrow()
          .sign(
              SignatureAlgorithm.ECDSA_SHA256,
              Message.digest(HashAlgorithm.SHA256, new byte[32]),
              Fixture.soon());
      assertThat(server.requests().all())
          .hasSize(3)
          .allSatisfy(request -> assertThat(request.grantTokens()).containsExactly("one", "two"));
    }
  }

  private static List<String> actions(AwsKmsServer server) {
    return server.requests().all().stream().map(ReceivedRequest::action).toList();
  }
}
