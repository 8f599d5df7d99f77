package io.managedkeys.testkit.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInternalException;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/** Signatures of requests, temporary credentials, faults and the request log. */
class WireTest {
  private AwsKmsServer server;
  private KmsClient kms;
  private String key;

  @BeforeEach
  void start() {
    server = AwsKmsServer.start();
    kms = Sdk.client(server);
    key = Sdk.create(kms, KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
    server.requests().reset();
  }

  @AfterEach
  void close() {
    kms.close();
    server.close();
  }

  @Test
  void aRequestMustBeSignedByAKnownKeyForKmsInAKnownRegion() {
    assertCode("UnrecognizedClientException", AwsBasicCredentials.create("AKIAOTHER", "x"));
    assertCode("InvalidSignatureException", AwsBasicCredentials.create(server.accessKeyId(), "x"));
    assertCode(
        "UnrecognizedClientException",
        AwsSessionCredentials.create(server.accessKeyId(), server.secretAccessKey(), "token"));
    try (KmsClient anonymous =
        Sdk.client(server, Region.EU_CENTRAL_1, AnonymousCredentialsProvider.create())) {
      assertThatThrownBy(() -> anonymous.listKeys())
          .isInstanceOfSatisfying(
              KmsException.class,
              e ->
                  assertThat(e.awsErrorDetails().errorCode())
                      .isEqualTo("MissingAuthenticationTokenException"));
    }
    try (KmsClient nowhere =
        Sdk.client(server, Region.of("xx-nowhere-1"), Sdk.credentials(server))) {
      assertThatThrownBy(() -> nowhere.listKeys()).isInstanceOf(KmsException.class);
    }
  }

  @Test
  void everyAnswerCarriesARequestIdThatTheLogKnows() {
    String id = kms.describeKey(r -> r.keyId(key)).responseMetadata().requestId();
    assertThatThrownBy(() -> kms.describeKey(r -> r.keyId("alias/none").grantTokens("gt")))
        .isInstanceOfSatisfying(
            NotFoundException.class,
            e -> {
              ReceivedRequest last = server.requests().all().get(1);
              assertThat(e.requestId()).isEqualTo(last.requestId());
              assertThat(last.errorCode()).isEqualTo("NotFoundException");
              assertThat(last.grantTokens()).containsExactly("gt");
            });
    assertThat(server.requests().all().get(0).requestId()).isEqualTo(id);
    assertThat(server.requests().count("DescribeKey")).isEqualTo(2);
  }

  @Test
  void theLogKeepsContextsAndNoPlaintext() {
    String symmetric = Sdk.create(kms, KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
    kms.encrypt(
        r ->
            r.keyId(symmetric)
                .plaintext(software.amazon.awssdk.core.SdkBytes.fromUtf8String("topsecret"))
                .encryptionContext(Map.of("c", "d")));
    ReceivedRequest last = server.requests().all().get(1);
    assertThat(last.encryptionContext()).containsEntry("c", "d");
    assertThat(last.toString()).doesNotContain("topsecret").doesNotContain("dG9wc2VjcmV0");
  }

  @Test
  void temporaryCredentialsWorkUntilTheyExpire() {
    try (StsClient sts = sts()) {
      Credentials given =
          sts.assumeRole(r -> r.roleArn("arn:aws:iam::111122223333:role/r").roleSessionName("s"))
              .credentials();
      AwsSessionCredentials session =
          AwsSessionCredentials.create(
              given.accessKeyId(), given.secretAccessKey(), given.sessionToken());
      try (KmsClient as =
          Sdk.client(server, Region.EU_CENTRAL_1, StaticCredentialsProvider.create(session))) {
        as.describeKey(r -> r.keyId(key));
        server.expireTemporaryCredentials();
        assertThatThrownBy(() -> as.describeKey(r -> r.keyId(key)))
            .isInstanceOfSatisfying(
                KmsException.class,
                e ->
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ExpiredTokenException"));
      }
      assertThat(
              sts.assumeRoleWithWebIdentity(
                      r ->
                          r.roleArn("arn:aws:iam::111122223333:role/r")
                              .roleSessionName("s")
                              .webIdentityToken("jwt"))
                  .credentials()
                  .sessionToken())
          .isNotEmpty();
    }
  }

  @Test
  void faultsMeetTheRequestsTheyWereMeantFor() {
    server.faults().on("Sign").nth(2, Fault.throttle());
    server.faults().on("DescribeKey").next(1, Fault.internalError());
    sign();
    assertThatThrownBy(this::sign)
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.isThrottlingException()).isTrue());
    sign();
    assertThatThrownBy(() -> kms.describeKey(r -> r.keyId(key)))
        .isInstanceOf(KmsInternalException.class);
    kms.describeKey(r -> r.keyId(key));
  }

  @Test
  void aShareOfFaultsIsTheSameForTheSameSeed() {
    List<Boolean> first = outcomes();
    List<Boolean> second = outcomes();
    assertThat(first).isEqualTo(second).contains(true, false);
  }

  private List<Boolean> outcomes() {
    server.faults().clear();
    server.faults().onAny().share(0.3, 7, Fault.throttle());
    return IntStream.range(0, 40)
        .mapToObj(
            i -> {
              try {
                sign();
                return true;
              } catch (KmsException e) {
                return false;
              }
            })
        .toList();
  }

  @Test
  void aCutConnectionDoesNothingAndALostAnswerDoesEverything() {
    server.faults().on("CreateKey").nth(1, Fault.cutConnection());
    server.faults().on("CreateKey").nth(1, Fault.loseAnswer());
    for (int expected : new int[] {1, 2}) {
      assertThatThrownBy(() -> kms.createKey(r -> {})).isInstanceOf(SdkClientException.class);
      assertThat(kms.listKeys().keys()).hasSize(expected);
    }
  }

  @Test
  void aStalledRequestEndsWithTheClientsTimeoutOrTheServer() {
    server.faults().on("ListKeys").always(Fault.stall(Duration.ofMinutes(10)));
    try (KmsClient impatient =
        KmsClient.builder()
            .endpointOverride(server.endpoint())
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(Sdk.credentials(server))
            .httpClientBuilder(Apache5HttpClient.builder())
            .overrideConfiguration(o -> o.apiCallTimeout(Duration.ofMillis(300)))
            .build()) {
      assertThatThrownBy(() -> impatient.listKeys()).isInstanceOf(SdkClientException.class);
    }
  }

  @Test
  void answersCanBeSpoilt() {
    server.faults().on("Sign").nth(1, Fault.otherKeyId());
    assertThat(
            kms.sign(
                    r ->
                        r.keyId(key)
                            .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)
                            .message(Sdk.bytes(1)))
                .keyId())
        .isNotEqualTo(key)
        .startsWith(key.substring(0, key.lastIndexOf('/')));
    server.faults().on("GetPublicKey").nth(1, Fault.corruptAnswer());
    assertThat(kms.getPublicKey(r -> r.keyId(key)).publicKey())
        .isNotEqualTo(kms.getPublicKey(r -> r.keyId(key)).publicKey());
  }

  @Test
  void anUnknownOperationAndAnUnsignedRequestAreRefused() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(server.endpoint() + "/"))
                    .header("X-Amz-Target", "TrentService.Sign")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("MissingAuthenticationTokenException");
    assertThat(answer.headers().firstValue("x-amzn-RequestId")).isPresent();
    assertThatThrownBy(() -> kms.listKeyPolicies(r -> r.keyId(key)))
        .isInstanceOfSatisfying(
            KmsException.class,
            e ->
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("UnknownOperationException"));
  }

  private void assertCode(
      String code, software.amazon.awssdk.auth.credentials.AwsCredentials credentials) {
    try (KmsClient other =
        Sdk.client(server, Region.EU_CENTRAL_1, StaticCredentialsProvider.create(credentials))) {
      assertThatThrownBy(() -> other.listKeys())
          .isInstanceOfSatisfying(
              KmsException.class, e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }
  }

  private StsClient sts() {
    return StsClient.builder()
        .endpointOverride(server.endpoint())
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(Sdk.credentials(server))
        .httpClientBuilder(Apache5HttpClient.builder())
        .build();
  }

  private void sign() {
    kms.sign(
        r ->
            r.keyId(key)
                .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)
                .message(Sdk.bytes(1)));
  }
}
