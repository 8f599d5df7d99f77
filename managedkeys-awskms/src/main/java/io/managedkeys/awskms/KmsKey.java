package io.managedkeys.awskms;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.spi.BackendKey;
import java.util.List;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/** A key of the service by its ARN, which is all that is ever sent of its name. Immutable. */
abstract class KmsKey implements BackendKey {
  final KmsCalls calls;
  final String arn;
  final List<String> grantTokens;
  private final KeyInfo info;

  KmsKey(KmsCalls calls, KeyInfo info, List<String> grantTokens) {
    this.calls = calls;
    this.info = info;
    this.arn = info.resolvedId().orElseThrow();
    this.grantTokens = List.copyOf(grantTokens);
  }

  /** The class for a key's use. */
  static KmsKey of(KmsCalls calls, KeyInfo info, List<String> grantTokens) {
    KeyUsageType usage = KeyUsageType.fromValue(info.attributes().get(KeyFamily.USAGE));
    return switch (usage) {
      case SIGN_VERIFY -> new SigningKey(calls, info, grantTokens);
      case GENERATE_VERIFY_MAC -> new MacKey(calls, info, grantTokens);
      case KEY_AGREEMENT -> new AgreementKey(calls, info, grantTokens);
      case ENCRYPT_DECRYPT ->
          info.spki().isPresent()
              ? new RsaDecryptionKey(calls, info, grantTokens)
              : new SymmetricKey(calls, info, grantTokens);
      default -> throw new IllegalStateException("described by KeyFamily: " + usage);
    };
  }

  @Override
  public KeyInfo info() {
    return info;
  }

  /** The service never gives an ARN to another key, nor a key other material under its old name. */
  @Override
  public boolean addressIsImmutable() {
    return true;
  }

  /** The service's bounds, checked here too for callers that are not the registry. */
  static byte[] bounded(byte[] input, int most, String what) {
    if (input.length < 1 || input.length > most) {
      throw new InvalidInputException(
          "AWS KMS takes "
              + what
              + " of 1 to "
              + most
              + " bytes, not of "
              + input.length
              + (what.equals("a plaintext")
                  ? "; encrypt it with a data key and wrap that"
                  : what.equals("a message")
                      ? "; give its digest where the algorithm takes one"
                      : ""));
    }
    return input;
  }
}
