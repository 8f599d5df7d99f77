package io.managedkeys.awskms;

import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.codec.Spki;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.Pin;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/**
 * From an entry to a key: by its pin without a request, else by DescribeKey and, for a key with a
 * public half, GetPublicKey.
 */
final class KeyBinder {
  private final KmsCalls calls;
  private final String region;

  KeyBinder(KmsCalls calls, String region) {
    this.calls = calls;
    this.region = region;
  }

  KmsKey bind(KeyConfig entry, CallContext context) {
    KeyReference reference = KeyReference.of(entry, region);
    Optional<Pin> pin = entry.pin();
    if (pin.isPresent()) {
      Optional<KeyInfo> known = fromPin(pin.get(), reference);
      if (known.isPresent()) {
        return KmsKey.of(calls, known.get(), reference.grantTokens());
      }
    }
    String asked = pin.flatMap(Pin::resolvedId).orElseGet(reference::unpinned);
    KeyMetadata found = describe(asked, reference.grantTokens(), context);
    requireEnabled(found);
    KeyType type = KeyFamily.typeOf(found.keySpec(), found.keySpecAsString());
    byte[] spki =
        type.isSecret() ? null : publicKey(found.arn(), type, reference.grantTokens(), context);
    KeyInfo info = KeyFamily.describe(found.arn(), type, found.keyUsage(), spki);
    if (pin.isPresent() && !pin.get().fits(info)) {
      throw new IdentityChangedException(
          found.arn() + " is not the key that was pinned: its type or public key differs");
    }
    return KmsKey.of(calls, info, reference.grantTokens());
  }

  /** The description that a pin holds, if it holds all of it. */
  private Optional<KeyInfo> fromPin(Pin pin, KeyReference reference) {
    Optional<String> arn = pin.resolvedId();
    String usage = pin.attributes().get(KeyFamily.USAGE);
    if (arn.isEmpty()
        || usage == null
        || KeyUsageType.fromValue(usage) == KeyUsageType.UNKNOWN_TO_SDK_VERSION
        || (!pin.type().isSecret() && pin.spki().isEmpty())) {
      return Optional.empty();
    }
    requireSameKey(reference, arn.get());
    return Optional.of(
        KeyFamily.describe(
            arn.get(), pin.type(), KeyUsageType.fromValue(usage), pin.spki().orElse(null)));
  }

  /** An entry whose key-id was edited after it was pinned means another key, and must say so. */
  private void requireSameKey(KeyReference reference, String arn) {
    String keyId = reference.keyId();
    if (keyId != null && !arn.equals(keyId) && !arn.endsWith("/" + keyId)) {
      throw new IdentityChangedException(
          "the entry names "
              + keyId
              + " and is pinned to "
              + arn
              + "; pin it anew if that is meant");
    }
    if (!KeyReference.regionOf(arn).equals(region)) {
      throw new InvalidConfigurationException(
          "the entry is pinned to " + arn + " and this backend is in " + region);
    }
  }

  KeyMetadata describe(String asked, List<String> grantTokens, CallContext context) {
    return calls
        .send(
            "DescribeKey",
            context,
            (kms, timeout) ->
                kms.describeKey(
                    DescribeKeyRequest.builder()
                        .keyId(asked)
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build()))
        .keyMetadata();
  }

  private byte[] publicKey(
      String arn, KeyType type, List<String> grantTokens, CallContext context) {
    GetPublicKeyResponse answer =
        calls.send(
            "GetPublicKey",
            context,
            (kms, timeout) ->
                kms.getPublicKey(
                    GetPublicKeyRequest.builder()
                        .keyId(arn)
                        .grantTokens(grantTokens)
                        .overrideConfiguration(timeout)
                        .build()));
    KmsCalls.requireKey(arn, answer.keyId(), "GetPublicKey", answer);
    byte[] spki = answer.publicKey() == null ? new byte[0] : answer.publicKey().asByteArray();
    try {
      if (Spki.keyType(spki).equals(type)) {
        return spki;
      }
    } catch (InvalidInputException e) {
      // told below
    }
    throw KmsCalls.malformed("GetPublicKey", "what is not a public key of " + type, answer);
  }

  private static void requireEnabled(KeyMetadata found) {
    if (found.keyState() != null && found.keyState() != KeyState.ENABLED) {
      throw new KeyStateException(
              found.arn()
                  + " is "
                  + found.keyStateAsString()
                  + "; enable it, cancel its deletion or import its material")
          .service(found.keyStateAsString(), null);
    }
  }
}
