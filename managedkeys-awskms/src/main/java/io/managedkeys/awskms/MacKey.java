package io.managedkeys.awskms;

import io.managedkeys.KeyInfo;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.VerifyMac;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.GenerateMacRequest;
import software.amazon.awssdk.services.kms.model.GenerateMacResponse;
import software.amazon.awssdk.services.kms.model.KmsInvalidMacException;
import software.amazon.awssdk.services.kms.model.VerifyMacRequest;
import software.amazon.awssdk.services.kms.model.VerifyMacResponse;

/** An HMAC key. */
final class MacKey extends KmsKey implements Macing, VerifyMac {
  MacKey(KmsCalls calls, KeyInfo info, List<String> grantTokens) {
    super(calls, info, grantTokens);
  }

  @Override
  public byte[] mac(MacAlgorithm algorithm, byte[] message, CallContext context) {
    SdkBytes bytes =
        SdkBytes.fromByteArray(bounded(message, KeyFamily.MOST_BYTES, "a MAC's message"));
    GenerateMacResponse answer =
        calls.send(
            "GenerateMac",
            context,
            (kms, timeout) ->
                kms.generateMac(
                    GenerateMacRequest.builder()
                        .keyId(arn)
                        .macAlgorithm(KeyFamily.wire(algorithm))
                        .message(bytes)
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, answer.keyId(), "GenerateMac", answer);
    if (answer.mac() == null || answer.mac().asByteArrayUnsafe().length != algorithm.length()) {
      throw KmsCalls.malformed("GenerateMac", "no code of full length", answer);
    }
    return answer.mac().asByteArray();
  }

  @Override
  public boolean verifyMac(
      MacAlgorithm algorithm, byte[] message, byte[] mac, CallContext context) {
    if (mac.length != algorithm.length()) {
      return false;
    }
    SdkBytes bytes =
        SdkBytes.fromByteArray(bounded(message, KeyFamily.MOST_BYTES, "a MAC's message"));
    SdkBytes given = SdkBytes.fromByteArray(mac);
    return calls.send(
        "VerifyMac",
        context,
        (kms, timeout) -> {
          try {
            VerifyMacResponse answer =
                kms.verifyMac(
                    VerifyMacRequest.builder()
                        .keyId(arn)
                        .macAlgorithm(KeyFamily.wire(algorithm))
                        .message(bytes)
                        .mac(given)
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build());
            KmsCalls.requireKey(arn, answer.keyId(), "VerifyMac", answer);
            return Boolean.TRUE.equals(answer.macValid());
          } catch (KmsInvalidMacException e) {
            return false;
          }
        });
  }
}
