package io.managedkeys.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.SecretBytes;
import io.managedkeys.codec.Curve;
import io.managedkeys.codec.Spki;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.KeyAgreement;

/** Agreement with a peer that BouncyCastle plays. */
final class AgreementChecks {

  private AgreementChecks() {}

  static void check(ContractRun run, KeyType type, ManagedKey key, AgreementAlgorithm algorithm)
      throws Exception {
    KeyPair peer = peer(type);
    if (!run.isToBeChecked(
        key.info().agreementAlgorithms().contains(algorithm),
        "agree",
        algorithm.name(),
        type,
        () -> key.agree(algorithm, peer.getPublic()))) {
      return;
    }
    Curve curve = type.curve();
    for (int i = 0; i < 3; i++) {
      KeyPair other = peer(type);
      try (SecretBytes shared = key.agree(algorithm, other.getPublic())) {
        assertEquals(curve == null ? 32 : curve.coordinateLength(), shared.length());
        KeyAgreement agreement = KeyAgreement.getInstance(algorithm.jcaName(), Second.BC);
        agreement.init(other.getPrivate());
        agreement.doPhase(
            KeyFactory.getInstance(curve == null ? "X25519" : "EC", Second.BC)
                .generatePublic(new X509EncodedKeySpec(key.info().spki().orElseThrow())),
            true);
        assertArrayEquals(agreement.generateSecret(), shared.copy());
      }
    }
    KeyType wrong = type.equals(KeyType.EC_P256) ? KeyType.EC_P384 : KeyType.EC_P256;
    PublicKey elsewhere = peer(wrong).getPublic();
    run.refuses(
        "a peer on another curve",
        () -> key.agree(algorithm, elsewhere),
        InvalidInputException.class);
    byte[] bad =
        curve == null
            ? Spki.ofRaw(type, new byte[32])
            : Spki.ofEc(curve, offCurve(curve.coordinateLength()));
    run.refuses(
        curve == null ? "an all-zero point" : "a point that is not on the curve",
        () -> key.agree(algorithm, new Encoded(bad)),
        InvalidInputException.class);
    run.works("agree", algorithm.name(), type, "agreed with BouncyCastle, bad points refused");
  }

  private static byte[] offCurve(int coordinateLength) {
    byte[] point = new byte[1 + 2 * coordinateLength];
    point[0] = 4;
    point[coordinateLength] = 1;
    point[2 * coordinateLength] = 1;
    return point;
  }

  private static KeyPair peer(KeyType type) throws Exception {
    Curve curve = type.curve();
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(curve == null ? "X25519" : "EC", Second.BC);
    if (curve != null) {
      generator.initialize(new ECGenParameterSpec(curve.jcaName()));
    }
    return generator.generateKeyPair();
  }

  /** A public key that is nothing but its encoded form, which may be bad. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Encoded(byte[] spki) implements PublicKey {

    private static final long serialVersionUID = 1L;

    @Override
    public String getAlgorithm() {
      return "EC";
    }

    @Override
    public String getFormat() {
      return "X.509";
    }

    @Override
    public byte[] getEncoded() {
      return spki.clone();
    }
  }
}
