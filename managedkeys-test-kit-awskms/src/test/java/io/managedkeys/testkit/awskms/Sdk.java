package io.managedkeys.testkit.awskms;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/** The official SDK, without retries, on a server of ours. */
final class Sdk {
  private Sdk() {}

  static KmsClient client(AwsKmsServer server) {
    return client(server, Region.of(server.region()), credentials(server));
  }

  static StaticCredentialsProvider credentials(AwsKmsServer server) {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(server.accessKeyId(), server.secretAccessKey()));
  }

  static KmsClient client(AwsKmsServer server, Region region, AwsCredentialsProvider credentials) {
    return KmsClient.builder()
        .endpointOverride(server.endpoint())
        .region(region)
        .credentialsProvider(credentials)
        .httpClientBuilder(Apache5HttpClient.builder().socketTimeout(Duration.ofSeconds(10)))
        .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .build();
  }

  static String create(KmsClient kms, KeySpec spec, KeyUsageType usage) {
    return kms.createKey(r -> r.keySpec(spec).keyUsage(usage)).keyMetadata().arn();
  }

  static SdkBytes bytes(int length) {
    byte[] bytes = new byte[length];
    KeyMaterial.RANDOM.nextBytes(bytes);
    return SdkBytes.fromByteArray(bytes);
  }
}
