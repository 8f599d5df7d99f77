package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CryptoKey;
import java.util.Optional;
import java.util.UUID;

/** The labels this backend puts on crypto keys. */
final class KeyLabels {
  /** Holds the id that the registry wrote down before it had the key made. */
  static final String ID = "managedkeys-id";

  private KeyLabels() {}

  static Optional<UUID> tag(CryptoKey key) {
    String text = key.getLabelsMap().get(ID);
    try {
      return text == null ? Optional.empty() : Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // somebody else's label of the same name
    }
  }
}
