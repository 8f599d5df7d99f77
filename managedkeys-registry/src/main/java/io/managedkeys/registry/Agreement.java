package io.managedkeys.registry;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.codec.Curve;
import io.managedkeys.registry.publickey.PeerKey;
import io.managedkeys.spi.Agreeing;
import java.util.Arrays;

/** Agreement on shared secrets. */
final class Agreement {

  private Agreement() {}

  static byte[] agree(
      BoundKey key, Pipeline.Run run, AgreementAlgorithm algorithm, byte[] peerSpki) {
    Checks.requireAlgorithm(
        algorithm, key.info().agreementAlgorithms(), key.backendInfo().agreementAlgorithms(), key);
    PeerKey.check(key.info().type(), peerSpki);
    Agreeing agreeing = key.require(key.agreeing, "agree");
    byte[] secret = run.remote(context -> agreeing.agree(algorithm, peerSpki, context));
    Curve curve = key.info().type().curve();
    int width = curve == null ? 32 : curve.coordinateLength();
    if (secret.length != width) {
      Arrays.fill(secret, (byte) 0);
      throw new ManagedKeyException(
          "the backend answered with a shared secret of " + secret.length + " bytes", null);
    }
    return PeerKey.requireNotZero(secret);
  }
}
