package io.managedkeys.awskms;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.codec.Curve;
import io.managedkeys.codec.EcdsaSignature;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.Verifying;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.KmsInvalidSignatureException;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SignRequest;
import software.amazon.awssdk.services.kms.model.SignResponse;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.VerifyRequest;
import software.amazon.awssdk.services.kms.model.VerifyResponse;

/**
 * A key for SIGN_VERIFY. RSA and ECDSA take a digest, so that a message of any length is one small
 * request; Ed25519 takes the message, ML-DSA the message or mu.
 */
final class SigningKey extends KmsKey implements Signing, Verifying {
  private static final int MOST_SIGNATURE = 6144;

  SigningKey(KmsCalls calls, KeyInfo info, List<String> grantTokens) {
    super(calls, info, grantTokens);
  }

  @Override
  public Set<MessageForm> accepts(SignatureAlgorithm algorithm) {
    if (algorithm.hash() != null) {
      return Set.of(MessageForm.DIGEST);
    }
    return algorithm.equals(SignatureAlgorithm.ED25519)
        ? Set.of(MessageForm.RAW)
        : Set.of(MessageForm.RAW, MessageForm.EXTERNAL_MU);
  }

  @Override
  public boolean plainEcdsa() {
    return false;
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, Message message, CallContext context) {
    SigningAlgorithmSpec wire = KeyFamily.wire(algorithm);
    SdkBytes bytes =
        SdkBytes.fromByteArray(bounded(message.bytes(), KeyFamily.MOST_BYTES, "a message"));
    SignResponse answer =
        calls.send(
            "Sign",
            context,
            (kms, timeout) ->
                kms.sign(
                    SignRequest.builder()
                        .keyId(arn)
                        .signingAlgorithm(wire)
                        .messageType(type(message))
                        .message(bytes)
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, answer.keyId(), "Sign", answer);
    if (answer.signingAlgorithm() != null && answer.signingAlgorithm() != wire) {
      throw KmsCalls.malformed(
          "Sign", "a signature by " + answer.signingAlgorithmAsString(), answer);
    }
    if (answer.signature() == null || !hasForm(answer.signature().asByteArrayUnsafe())) {
      throw KmsCalls.malformed("Sign", "no signature of the form of " + algorithm, answer);
    }
    return answer.signature().asByteArray();
  }

  @Override
  public boolean verify(
      SignatureAlgorithm algorithm, Message message, byte[] signature, CallContext context) {
    if (signature.length < 1 || signature.length > MOST_SIGNATURE) {
      return false;
    }
    SdkBytes bytes =
        SdkBytes.fromByteArray(bounded(message.bytes(), KeyFamily.MOST_BYTES, "a message"));
    SdkBytes given = SdkBytes.fromByteArray(signature);
    return calls.send(
        "Verify",
        context,
        (kms, timeout) -> {
          try {
            VerifyResponse answer =
                kms.verify(
                    VerifyRequest.builder()
                        .keyId(arn)
                        .signingAlgorithm(KeyFamily.wire(algorithm))
                        .messageType(type(message))
                        .message(bytes)
                        .signature(given)
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build());
            KmsCalls.requireKey(arn, answer.keyId(), "Verify", answer);
            return Boolean.TRUE.equals(answer.signatureValid());
          } catch (KmsInvalidSignatureException e) {
            return false;
          }
        });
  }

  private static MessageType type(Message message) {
    if (message instanceof Message.Digest) {
      return MessageType.DIGEST;
    }
    return message instanceof Message.ExternalMu ? MessageType.EXTERNAL_MU : MessageType.RAW;
  }

  private boolean hasForm(byte[] signature) {
    Curve curve = info().type().curve();
    if (curve != null) {
      try {
        EcdsaSignature.toPlain(signature, curve.coordinateLength());
        return true;
      } catch (InvalidInputException e) {
        return false;
      }
    }
    return signature.length
        == switch (info().type().family()) {
          case "RSA" -> info().type().bits() / 8;
          case "ED25519" -> 64;
          case "ML-DSA-44" -> 2420;
          case "ML-DSA-65" -> 3309;
          case "ML-DSA-87" -> 4627;
          default -> signature.length;
        };
  }
}
