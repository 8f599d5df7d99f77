package io.managedkeys.gcpkms;

import io.managedkeys.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** The limit that no single field's maximum expresses. */
final class HsmLimit {
  private HsmLimit() {}

  static void check(boolean hsm, byte[] plaintext, byte @Nullable [] aad) {
    int total = plaintext.length + (aad == null ? 0 : aad.length);
    if (hsm && total > KeyDescription.HSM_LIMIT) {
      throw new InvalidInputException(
          "plaintext and associated data have "
              + total
              + " bytes together and an HSM key takes "
              + KeyDescription.HSM_LIMIT
              + "; encrypt with a data key instead, or pass a digest of the associated data");
    }
  }
}
