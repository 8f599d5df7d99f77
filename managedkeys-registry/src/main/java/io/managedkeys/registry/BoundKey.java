package io.managedkeys.registry;

import io.managedkeys.KeyInfo;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.registry.publickey.LocalVerification;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CertificateSource;
import io.managedkeys.spi.DataKeys;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.VerifyMac;
import io.managedkeys.spi.Verifying;
import io.managedkeys.spi.WrapBytes;
import io.managedkeys.spi.WrapKey;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A key bound in its open backend, with its capabilities asked once. */
final class BoundKey {

  /** No signature of any epoch has been verified yet. */
  private static final long NONE_VERIFIED = Long.MIN_VALUE;

  private final BackendKey key;
  private final KeyInfo backendInfo;
  private final KeyInfo info;
  private final long recordVersion;
  private final Set<String> permitted;
  private final @Nullable LocalVerification verification;
  private final AtomicLong verifiedEpoch = new AtomicLong(NONE_VERIFIED);

  final @Nullable Signing signing;
  final @Nullable Verifying verifying;
  final @Nullable SecretEncrypting encrypting;
  final @Nullable Decrypting decrypting;
  final @Nullable WrapBytes wrapBytes;
  final @Nullable WrapKey wrapKey;
  final @Nullable Macing macing;
  final @Nullable VerifyMac verifyMac;
  final @Nullable Agreeing agreeing;
  final @Nullable DataKeys dataKeys;
  final @Nullable CertificateSource certificates;

  BoundKey(BackendKey key, KeyRecord record) {
    this.key = key;
    this.backendInfo = key.info();
    this.recordVersion = record.version();
    this.permitted = record.policy().algorithms();
    this.verification = LocalVerification.of(backendInfo);
    this.signing = key.capability(Signing.class).orElse(null);
    this.info = withForms(Permissions.narrow(backendInfo, record.policy().algorithms()), signing);
    this.verifying = key.capability(Verifying.class).orElse(null);
    this.encrypting = key.capability(SecretEncrypting.class).orElse(null);
    this.decrypting = key.capability(Decrypting.class).orElse(null);
    this.wrapBytes = key.capability(WrapBytes.class).orElse(null);
    this.wrapKey = key.capability(WrapKey.class).orElse(null);
    this.macing = key.capability(Macing.class).orElse(null);
    this.verifyMac = key.capability(VerifyMac.class).orElse(null);
    this.agreeing = key.capability(Agreeing.class).orElse(null);
    this.dataKeys = key.capability(DataKeys.class).orElse(null);
    this.certificates = key.capability(CertificateSource.class).orElse(null);
  }

  /** Says in the description which algorithms the backend hashes for by itself. */
  private static KeyInfo withForms(KeyInfo info, @Nullable Signing signing) {
    if (signing == null) {
      return info;
    }
    return info.toBuilder()
        .signsWhole(
            info.signatureAlgorithms().stream()
                .filter(each -> each.hash() != null)
                .filter(each -> !signing.accepts(each).contains(MessageForm.DIGEST))
                .toList())
        .build();
  }

  BackendKey key() {
    return key;
  }

  /** What backend and entry both allow. */
  KeyInfo info() {
    return info;
  }

  /** What the backend alone says. */
  KeyInfo backendInfo() {
    return backendInfo;
  }

  Set<String> permitted() {
    return permitted;
  }

  long recordVersion() {
    return recordVersion;
  }

  @Nullable LocalVerification verification() {
    return verification;
  }

  boolean isVerified(long epoch) {
    return verifiedEpoch.get() == epoch;
  }

  void verified(long epoch) {
    verifiedEpoch.set(epoch);
  }

  <C> C require(@Nullable C capability, String what) {
    if (capability == null) {
      throw new UnsupportedKeyOperationException(
          "this backend can't " + what + " with a " + info.type() + " key");
    }
    return capability;
  }
}
