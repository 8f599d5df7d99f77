package io.managedkeys.testkit.awskms;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server keeps of a request: never plaintexts, messages or key material.
 *
 * @param action the operation, for instance {@code Sign}
 * @param region the region of the credential scope that signed it
 * @param accessKeyId who signed it
 * @param requestId the id that the answer carried
 * @param keyId the KeyId that was sent, as it was sent, or null
 * @param encryptionContext the EncryptionContext that was sent; empty without one
 * @param grantTokens the GrantTokens that were sent; empty without any
 * @param errorCode the error it was answered with, or null
 */
public record ReceivedRequest(
    String action,
    String region,
    String accessKeyId,
    String requestId,
    @Nullable String keyId,
    Map<String, String> encryptionContext,
    List<String> grantTokens,
    @Nullable String errorCode) {
  /**
   * Copies the collections.
   *
   * @param action the operation, for instance {@code Sign}
   * @param region the region of the credential scope that signed it
   * @param accessKeyId who signed it
   * @param requestId the id that the answer carried
   * @param keyId the KeyId that was sent, as it was sent, or null
   * @param encryptionContext the EncryptionContext that was sent; empty without one
   * @param grantTokens the GrantTokens that were sent; empty without any
   * @param errorCode the error it was answered with, or null
   */
  public ReceivedRequest {
    encryptionContext = Map.copyOf(encryptionContext);
    grantTokens = List.copyOf(grantTokens);
  }
}
