package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.MacSignRequest;
import com.google.cloud.kms.v1.MacSignResponse;
import com.google.cloud.kms.v1.MacVerifyRequest;
import com.google.cloud.kms.v1.MacVerifyResponse;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.KeyInfo;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.VerifyMac;

/** A version of purpose MAC. */
final class MacKey implements BackendKey, Macing, VerifyMac {
  private final ServiceClient client;
  private final String name;
  private final KeyInfo info;
  private final Failures signing;
  private final Failures verifying;

  MacKey(ServiceClient client, KeyDescription description) {
    this.client = client;
    this.name = description.name();
    this.info = description.info();
    this.signing =
        Failures.of("computing a MAC with " + name, "cloudkms.cryptoKeyVersions.useToSign");
    this.verifying =
        Failures.of("checking a MAC with " + name, "cloudkms.cryptoKeyVersions.useToVerify");
  }

  @Override
  public KeyInfo info() {
    return info;
  }

  @Override
  public byte[] mac(MacAlgorithm algorithm, byte[] message, CallContext context) {
    EmptyMessage.refuse(message);
    ByteString bytes = UnsafeByteOperations.unsafeWrap(message);
    MacSignResponse answer =
        client.call(
            KeyManagementServiceClient::macSignCallable,
            MacSignRequest.newBuilder()
                .setName(name)
                .setData(bytes)
                .setDataCrc32C(Integrity.of(bytes))
                .build(),
            signing,
            context);
    Integrity.name(name, answer.getName());
    Integrity.verified("the message", answer.getVerifiedDataCrc32C());
    Integrity.checksum("the MAC", answer.getMac(), answer.hasMacCrc32C(), answer.getMacCrc32C());
    return answer.getMac().toByteArray();
  }

  @Override
  public boolean verifyMac(
      MacAlgorithm algorithm, byte[] message, byte[] mac, CallContext context) {
    EmptyMessage.refuse(message);
    if (mac.length != algorithm.length()) {
      return false; // the service would call it an error
    }
    ByteString bytes = UnsafeByteOperations.unsafeWrap(message);
    ByteString macBytes = UnsafeByteOperations.unsafeWrap(mac);
    MacVerifyResponse answer =
        client.call(
            KeyManagementServiceClient::macVerifyCallable,
            MacVerifyRequest.newBuilder()
                .setName(name)
                .setData(bytes)
                .setDataCrc32C(Integrity.of(bytes))
                .setMac(macBytes)
                .setMacCrc32C(Integrity.of(macBytes))
                .build(),
            verifying,
            context);
    Integrity.name(name, answer.getName());
    Integrity.verified("the message", answer.getVerifiedDataCrc32C());
    Integrity.verified("the MAC", answer.getVerifiedMacCrc32C());
    // The service says the verdict twice, so that a flipped bit shows.
    if (answer.getSuccess() != answer.getVerifiedSuccessIntegrity()) {
      throw new BackendUnavailableException(
          "the service's verdict on a MAC contradicts its own integrity field");
    }
    return answer.getSuccess();
  }
}
