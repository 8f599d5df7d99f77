package io.managedkeys.awskms;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Curve;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.CallContext;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DeriveSharedSecretRequest;
import software.amazon.awssdk.services.kms.model.DeriveSharedSecretResponse;
import software.amazon.awssdk.services.kms.model.KeyAgreementAlgorithmSpec;

/** A key for KEY_AGREEMENT on a NIST curve. */
final class AgreementKey extends KmsKey implements Agreeing {
  AgreementKey(KmsCalls calls, KeyInfo info, List<String> grantTokens) {
    super(calls, info, grantTokens);
  }

  @Override
  public byte[] agree(AgreementAlgorithm algorithm, byte[] peerSpki, CallContext context) {
    Curve curve = info().type().curve();
    if (!algorithm.equals(AgreementAlgorithm.ECDH) || curve == null) {
      throw new UnsupportedKeyOperationException("AWS KMS agrees by ECDH, not by " + algorithm);
    }
    SdkBytes peer = SdkBytes.fromByteArray(peerSpki);
    DeriveSharedSecretResponse answer =
        calls.send(
            "DeriveSharedSecret",
            context,
            (kms, timeout) ->
                kms.deriveSharedSecret(
                    DeriveSharedSecretRequest.builder()
                        .keyId(arn)
                        .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH)
                        .publicKey(peer)
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, answer.keyId(), "DeriveSharedSecret", answer);
    if (answer.sharedSecret() == null
        || answer.sharedSecret().asByteArrayUnsafe().length != curve.coordinateLength()) {
      throw KmsCalls.malformed("DeriveSharedSecret", "no secret of the curve's width", answer);
    }
    return answer.sharedSecret().asByteArray();
  }
}
