package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.GenerateRandomBytesRequest;
import com.google.cloud.kms.v1.GenerateRandomBytesResponse;
import com.google.cloud.kms.v1.MacSignRequest;
import com.google.cloud.kms.v1.MacSignResponse;
import com.google.cloud.kms.v1.MacVerifyRequest;
import com.google.cloud.kms.v1.MacVerifyResponse;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** MacSign, MacVerify and GenerateRandomBytes. */
final class MacMethods {
  private static final int FEWEST_RANDOM = 8;
  private static final int MOST_RANDOM = 1024;

  private final Lookup lookup;
  private final SecureRandom random;

  MacMethods(Inventory inventory, SecureRandom random) {
    this.lookup = new Lookup(inventory);
    this.random = random;
  }

  MacSignResponse sign(MacSignRequest request) {
    StoredVersion.Usable version = lookup.version(request.getName(), CryptoKeyPurpose.MAC);
    Limits.message(request.getData());
    boolean verified =
        Checksums.verify(
            "data", request.getData(), request.hasDataCrc32C(), request.getDataCrc32C());
    ByteString mac = ByteString.copyFrom(mac(version, request.getData()));
    return MacSignResponse.newBuilder()
        .setName(version.proto().getName())
        .setMac(mac)
        .setMacCrc32C(Checksums.of(mac))
        .setVerifiedDataCrc32C(verified)
        .setProtectionLevel(version.proto().getProtectionLevel())
        .build();
  }

  MacVerifyResponse verify(MacVerifyRequest request) {
    StoredVersion.Usable version = lookup.version(request.getName(), CryptoKeyPurpose.MAC);
    Limits.message(request.getData());
    boolean dataVerified =
        Checksums.verify(
            "data", request.getData(), request.hasDataCrc32C(), request.getDataCrc32C());
    boolean macVerified =
        Checksums.verify("mac", request.getMac(), request.hasMacCrc32C(), request.getMacCrc32C());
    byte[] expected = mac(version, request.getData());
    if (request.getMac().size() != expected.length) {
      throw KmsFailure.invalidArgument(
          "mac has "
              + request.getMac().size()
              + " bytes; "
              + version.algorithm().id()
              + " has "
              + expected.length
              + ".");
    }
    boolean success = MessageDigest.isEqual(expected, request.getMac().toByteArray());
    return MacVerifyResponse.newBuilder()
        .setName(version.proto().getName())
        .setSuccess(success)
        .setVerifiedSuccessIntegrity(success)
        .setVerifiedDataCrc32C(dataVerified)
        .setVerifiedMacCrc32C(macVerified)
        .setProtectionLevel(version.proto().getProtectionLevel())
        .build();
  }

  private static byte[] mac(StoredVersion.Usable version, ByteString data) {
    String name = "Hmac" + version.algorithm().hash().replace("-", "");
    try {
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(version.secret(), name));
      return mac.doFinal(data.toByteArray());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK has no " + name, e);
    }
  }

  GenerateRandomBytesResponse randomBytes(GenerateRandomBytesRequest request) {
    ResourceNames.location(request.getLocation());
    int length = request.getLengthBytes();
    if (length < FEWEST_RANDOM || length > MOST_RANDOM) {
      throw KmsFailure.invalidArgument("length_bytes must be between 8 and 1024.");
    }
    if (request.getProtectionLevel() != ProtectionLevel.HSM) {
      throw KmsFailure.invalidArgument("protection_level must be HSM.");
    }
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    ByteString data = ByteString.copyFrom(bytes);
    return GenerateRandomBytesResponse.newBuilder()
        .setData(data)
        .setDataCrc32C(Checksums.of(data))
        .build();
  }
}
