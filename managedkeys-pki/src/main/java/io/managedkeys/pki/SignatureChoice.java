package io.managedkeys.pki;

import io.managedkeys.KeyInfo;
import io.managedkeys.ManagedKey;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Curve;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how a key signs certificates, from what entry and backend permit, before any call: for an EC
 * key the hash as wide as its curve, else the backend's own order.
 */
final class SignatureChoice {

  private SignatureChoice() {}

  static SignatureAlgorithm of(ManagedKey key) {
    KeyInfo info = key.info();
    SignatureAlgorithm fitting = fitting(info);
    if (fitting != null && info.signatureAlgorithms().contains(fitting)) {
      return fitting;
    }
    return info.signatureAlgorithms().stream()
        .filter(algorithm -> algorithm.algorithmIdentifier().isPresent())
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedKeyOperationException(
                    "key "
                        + key
                        + " permits no signature algorithm that X.509 knows; it permits "
                        + info.signatureAlgorithms()));
  }

  private static @Nullable SignatureAlgorithm fitting(KeyInfo info) {
    Curve curve = info.type().curve();
    if (curve == null) {
      return null;
    }
    return switch (curve.coordinateLength()) {
      case 48 -> SignatureAlgorithm.ECDSA_SHA384;
      case 66 -> SignatureAlgorithm.ECDSA_SHA512;
      default -> SignatureAlgorithm.ECDSA_SHA256;
    };
  }
}
