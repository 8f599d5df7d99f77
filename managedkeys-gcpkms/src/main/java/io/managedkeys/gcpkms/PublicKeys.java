package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.GetPublicKeyRequest;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.PublicKey;
import com.google.cloud.kms.v1.PublicKey.PublicKeyFormat;
import com.google.protobuf.ByteString;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Spki;
import io.managedkeys.spi.CallContext;

/** Fetches a version's public key and holds the answer against name, algorithm and checksum. */
final class PublicKeys {
  private final ServiceClient client;

  PublicKeys(ServiceClient client) {
    this.client = client;
  }

  /** The SubjectPublicKeyInfo of a version. */
  byte[] spki(String version, VersionAlgorithm algorithm, CallContext context) {
    boolean raw = algorithm.postQuantum();
    PublicKey answer =
        client.call(
            KeyManagementServiceClient::getPublicKeyCallable,
            GetPublicKeyRequest.newBuilder()
                .setName(version)
                .setPublicKeyFormat(raw ? PublicKeyFormat.NIST_PQC : PublicKeyFormat.DER)
                .build(),
            Failures.of(
                "fetching the public key of " + version,
                "cloudkms.cryptoKeyVersions.viewPublicKey"),
            context);
    Integrity.name(version, answer.getName());
    if (answer.getAlgorithm() != algorithm.id()) {
      throw new IdentityChangedException(
          version
              + " was "
              + algorithm.id()
              + " and its public key is one of "
              + answer.getAlgorithm());
    }
    ByteString data = answer.getPublicKey().getData();
    Integrity.checksum(
        "the public key",
        data,
        answer.getPublicKey().hasCrc32CChecksum(),
        answer.getPublicKey().getCrc32CChecksum());
    byte[] spki = raw ? Spki.ofRaw(algorithm.type(), data.toByteArray()) : data.toByteArray();
    requireType(version, algorithm.type(), spki);
    return spki;
  }

  private static void requireType(String version, KeyType expected, byte[] spki) {
    KeyType found;
    try {
      found = Spki.keyType(spki);
    } catch (InvalidInputException | UnsupportedKeyOperationException e) {
      throw new BackendUnavailableException(
          "the service's answer for " + version + " holds no public key that can be read", e);
    }
    if (!found.equals(expected)) {
      throw new IdentityChangedException(
          version + " should be " + expected + " and its public key is " + found);
    }
  }
}
