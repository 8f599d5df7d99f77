package io.managedkeys.testkit.awskms;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.KeyAgreement;

/** Raw ECDH (SP 800-56A, no KDF): the x-coordinate, as wide as the curve's field. */
final class SharedSecret {
  private SharedSecret() {}

  static byte[] derive(KeyMaterial own, byte[] peerSpki) {
    try {
      // BouncyCastle's decoder refuses a point that is not on its curve.
      PublicKey peer =
          KeyFactory.getInstance("EC", KeyMaterial.BC)
              .generatePublic(new X509EncodedKeySpec(peerSpki));
      if (!((ECKey) peer)
          .getParams()
          .getCurve()
          .equals(((ECKey) own.publicKey()).getParams().getCurve())) {
        throw invalid();
      }
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH", KeyMaterial.BC);
      agreement.init(own.privateKey());
      agreement.doPhase(peer, true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static ServiceError invalid() {
    return ServiceError.validation(
        "The public key is not a DER-encoded SubjectPublicKeyInfo on the curve of the KMS key.");
  }
}
