package io.managedkeys.awskms;

import io.managedkeys.IdentityChangedException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.spi.CallContext;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsResponse;

/**
 * One request at a time, under its call's deadline, its failure translated. The only place that
 * touches the client.
 */
final class KmsCalls {
  private final KmsClient client;

  KmsCalls(KmsClient client) {
    this.client = client;
  }

  /**
   * Sends one request.
   *
   * @param action the service's action, for messages
   * @param context the call, whose remaining time is the request's timeout
   * @param request what to ask; it must give the override configuration to its request
   * @return the answer
   * @throws ManagedKeyException of the type that the error table says
   */
  <R> R send(
      String action,
      CallContext context,
      BiFunction<KmsClient, AwsRequestOverrideConfiguration, R> request) {
    AwsRequestOverrideConfiguration timeout =
        AwsRequestOverrideConfiguration.builder().apiCallTimeout(context.requireTime()).build();
    try {
      return request.apply(client, timeout);
    } catch (SdkException e) {
      throw ErrorTable.of(action, e);
    } catch (CredentialSource.NoCredentialsException e) {
      throw ErrorTable.noCredentials(e);
    }
  }

  /**
   * Checks that an answer came from the key that was asked. The service names it by its ARN; the id
   * alone, with which some compatible servers answer, says as much, because the request named account
   * and region.
   *
   * @param arn the key
   * @param answered the answer's KeyId
   * @param action the service's action
   * @param answer the answer
   * @throws IdentityChangedException if it did not
   */
  static void requireKey(String arn, @Nullable String answered, String action, KmsResponse answer) {
    if (!arn.equals(answered) && (answered == null || !arn.endsWith(":key/" + answered))) {
      throw new IdentityChangedException(
              "AWS KMS answered "
                  + action
                  + " with "
                  + (answered == null ? "no key id" : answered)
                  + " where "
                  + arn
                  + " was asked; the answer is dropped")
          .service(null, answer.responseMetadata().requestId());
    }
  }

  /** An answer that the service's documentation does not allow. */
  static ManagedKeyException malformed(String action, String what, KmsResponse answer) {
    return new ManagedKeyException(
            "AWS KMS answered " + action + " with " + what + "; the answer is dropped", null)
        .service(null, answer.responseMetadata().requestId());
  }
}
