package io.managedkeys.awskms;

import io.managedkeys.HashAlgorithm;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Associated data as an encryption context: one entry with its hash, {@code {"mk-aad":
 * base64url(SHA-256(aad))}} without padding, because the service writes contexts in clear into its
 * audit log. No associated data and empty associated data are the same, as in AES-GCM: no context.
 */
final class EncryptionContext {
  static final String NAME = "mk-aad";

  private EncryptionContext() {}

  static Map<String, String> of(byte @Nullable [] aad) {
    if (aad == null || aad.length == 0) {
      return Map.of();
    }
    return Map.of(
        NAME,
        Base64.getUrlEncoder().withoutPadding().encodeToString(HashAlgorithm.SHA256.digest(aad)));
  }
}
