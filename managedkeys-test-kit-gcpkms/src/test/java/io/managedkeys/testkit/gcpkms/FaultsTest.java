package io.managedkeys.testkit.gcpkms;

import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.HMAC_SHA256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.grpc.GrpcCallContext;
import com.google.api.gax.httpjson.HttpJsonCallContext;
import com.google.api.gax.rpc.ApiCallContext;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.DeadlineExceededException;
import com.google.api.gax.rpc.ResourceExhaustedException;
import com.google.api.gax.rpc.StatusCode;
import com.google.api.gax.rpc.UnauthenticatedException;
import com.google.api.gax.rpc.UnavailableException;
import com.google.cloud.kms.v1.AsymmetricSignRequest;
import com.google.cloud.kms.v1.AsymmetricSignResponse;
import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.MacSignRequest;
import com.google.cloud.kms.v1.MacSignResponse;
import com.google.cloud.kms.v1.PublicKey;
import com.google.rpc.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fault, as the official client sees it without its own retries. */
class FaultsTest extends SdkTest {

  @ParameterizedTest
  @EnumSource(SdkClients.class)
  void throttlingCarriesTheTimeToWait(SdkClients transport) {
    String version = server.createKey(ring, "mac", HMAC_SHA256);
    server
        .faults()
        .add(GcpKmsFault.throttle(Duration.ofMillis(1500)), FaultTrigger.on("MacSign").nth(2));
    client(transport).macSign(version, MESSAGE);
    assertThatThrownBy(() -> client(transport).macSign(version, MESSAGE))
        .isInstanceOfSatisfying(
            ResourceExhaustedException.class,
            e -> {
              var details = e.getErrorDetails();
              assertThat(details.getRetryInfo().getRetryDelay().getSeconds()).isEqualTo(1);
              assertThat(details.getRetryInfo().getRetryDelay().getNanos()).isEqualTo(500_000_000);
              assertThat(details.getErrorInfo().getDomain()).isEqualTo("cloudkms.googleapis.com");
              assertThat(details.getRequestInfo().getRequestId()).isNotEmpty();
            });
    assertThat(client(transport).macSign(version, MESSAGE).getName()).isEqualTo(version);
    assertThat(server.requests().of("MacSign")).isEqualTo(3);
  }

  @Test
  void errorsAreThoseTheClientKnows() {
    String version = server.createKey(ring, "mac", HMAC_SHA256);
    server.faults().add(GcpKmsFault.unavailable(), FaultTrigger.on("MacSign").nth(1));
    server.faults().add(GcpKmsFault.expiredCredentials(), FaultTrigger.on("MacSign").nth(2));
    server
        .faults()
        .add(GcpKmsFault.error(Code.INTERNAL, "broken"), FaultTrigger.on("MacSign").nth(3));
    assertThatThrownBy(() -> once(version)).isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> once(version)).isInstanceOf(UnauthenticatedException.class);
    assertThatThrownBy(() -> once(version)).hasMessageContaining("broken");
    assertThat(once(version).getName()).isEqualTo(version);
  }

  @ParameterizedTest
  @EnumSource(SdkClients.class)
  void cutConnectionIsNoticedAndReplaced(SdkClients transport) {
    String version = server.createKey(ring, "ec", EC_SIGN_P256_SHA256);
    client(transport).getPublicKey(version);
    // On REST the JDK's HTTP client repeats a request itself when an idle connection turns out to
    // be dead, so two calls in a row are cut.
    server.faults().add(GcpKmsFault.cut(), FaultTrigger.on("AsymmetricSign").times(2));
    List<Throwable> failures = new ArrayList<>();
    AsymmetricSignResponse answer = null;
    for (int i = 0; i < 4 && answer == null; i++) {
      try {
        answer =
            client(transport)
                .asymmetricSignCallable()
                .call(
                    AsymmetricSignRequest.newBuilder().setName(version).setData(MESSAGE).build(),
                    oneAttempt(transport));
      } catch (ApiException e) {
        failures.add(e);
      }
    }
    assertThat(answer).isNotNull();
    assertThat(server.requests().of("AsymmetricSign")).isEqualTo(3);
    if (transport == SdkClients.GRPC) {
      assertThat(failures)
          .isNotEmpty()
          .allSatisfy(
              e ->
                  assertThat(((ApiException) e).getStatusCode().getCode())
                      .isEqualTo(StatusCode.Code.UNAVAILABLE));
    }
  }

  @Test
  void cutAfterActingLeavesTheKeyBehind() {
    server.faults().add(GcpKmsFault.cutAfterActing(), FaultTrigger.on("CreateCryptoKey").nth(1));
    assertThatThrownBy(
            () ->
                client()
                    .createCryptoKeyCallable()
                    .call(
                        CreateCryptoKeyRequest.newBuilder()
                            .setParent(ring)
                            .setCryptoKeyId("orphan")
                            .setCryptoKey(
                                CryptoKey.newBuilder().setPurpose(CryptoKeyPurpose.ENCRYPT_DECRYPT))
                            .build(),
                        oneAttempt(SdkClients.GRPC)))
        .isInstanceOf(UnavailableException.class);
    assertThat(client().getCryptoKey(ring + "/cryptoKeys/orphan").hasPrimary()).isTrue();
  }

  @Test
  void stallLastsUntilTheDeadlineAndTheNextCallGoesOn() {
    String version = server.createKey(ring, "mac", HMAC_SHA256);
    server.faults().add(GcpKmsFault.stall(), FaultTrigger.on("MacSign").nth(1));
    assertThatThrownBy(
            () ->
                client()
                    .macSignCallable()
                    .call(
                        MacSignRequest.newBuilder().setName(version).setData(MESSAGE).build(),
                        oneAttempt(SdkClients.GRPC).withTimeoutDuration(Duration.ofMillis(200))))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(once(version).getName()).isEqualTo(version);
  }

  @Test
  void falsifiedAnswersAreFalseInOneThingEach() {
    String version = server.createKey(ring, "mac", HMAC_SHA256);
    MacSignResponse wrongChecksum = falsified(version, GcpKmsFault.wrongChecksum());
    assertThat(wrongChecksum.getMacCrc32C()).isNotEqualTo(crc(wrongChecksum.getMac()));
    assertThat(wrongChecksum.getName()).isEqualTo(version);

    MacSignResponse corrupt = falsified(version, GcpKmsFault.corruptData());
    assertThat(corrupt.getMacCrc32C()).isNotEqualTo(crc(corrupt.getMac()));

    assertThat(falsified(version, GcpKmsFault.missingChecksum()).hasMacCrc32C()).isFalse();
    assertThat(falsified(version, GcpKmsFault.wrongName()).getName()).contains("/cryptoKeys/not-");
    assertThat(falsified(version, GcpKmsFault.wrongVersion()).getName()).isEqualTo(version + "0");

    MacSignResponse unverified = falsified(version, GcpKmsFault.unverified());
    assertThat(unverified.getVerifiedDataCrc32C()).isFalse();
    assertThat(unverified.getMacCrc32C()).isEqualTo(crc(unverified.getMac()));
  }

  @Test
  void falsifiedPublicKeyIsFalseInItsChecksum() {
    String version = server.createKey(ring, "ec", EC_SIGN_P256_SHA256);
    server.faults().add(GcpKmsFault.corruptData(), FaultTrigger.on("GetPublicKey").nth(1));
    PublicKey corrupt = client().getPublicKey(version);
    assertThat(corrupt.getPemCrc32C()).isNotEqualTo(crc(corrupt.getPemBytes()));
  }

  @Test
  void aPercentageStrikesTheSameCallsForTheSameSeed() {
    String version = server.createKey(ring, "mac", HMAC_SHA256);
    List<Boolean> first = struck(version);
    List<Boolean> second = struck(version);
    assertThat(second).isEqualTo(first);
    assertThat(first.stream().filter(hit -> hit).count()).isBetween(5L, 40L);
  }

  private List<Boolean> struck(String version) {
    server.faults().clear();
    server.faults().add(GcpKmsFault.throttle(), FaultTrigger.on("MacSign").percent(20, 42));
    List<Boolean> hits = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      try {
        once(version);
        hits.add(false);
      } catch (ResourceExhaustedException e) {
        hits.add(true);
      }
    }
    return hits;
  }

  private MacSignResponse falsified(String version, GcpKmsFault fault) {
    server.faults().clear();
    server.faults().add(fault, FaultTrigger.on("MacSign"));
    return once(version);
  }

  /** The client's own retries are off: it would even repeat a create. */
  private MacSignResponse once(String version) {
    return client()
        .macSignCallable()
        .call(
            MacSignRequest.newBuilder()
                .setName(version)
                .setData(MESSAGE)
                .setDataCrc32C(crc(MESSAGE))
                .build(),
            oneAttempt(SdkClients.GRPC));
  }

  private static ApiCallContext oneAttempt(SdkClients transport) {
    ApiCallContext context =
        transport == SdkClients.GRPC
            ? GrpcCallContext.createDefault()
            : HttpJsonCallContext.createDefault();
    return context.withRetryableCodes(Set.of());
  }
}
