package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.DestroyCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.GetCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.RestoreCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyVersionRequest;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.KeyStateException;
import io.managedkeys.spi.CallContext;
import java.time.Duration;
import java.time.Instant;

/** Changes and awaits the state of one version. */
final class VersionStates {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final ServiceClient client;

  VersionStates(ServiceClient client) {
    this.client = client;
  }

  void set(String version, CryptoKeyVersionState state, CallContext context) {
    CryptoKeyVersion changed =
        client.call(
            KeyManagementServiceClient::updateCryptoKeyVersionCallable,
            UpdateCryptoKeyVersionRequest.newBuilder()
                .setCryptoKeyVersion(CryptoKeyVersion.newBuilder().setName(version).setState(state))
                .setUpdateMask(FieldMask.newBuilder().addPaths("state"))
                .build(),
            Failures.of("setting " + version + " to " + state, "cloudkms.cryptoKeyVersions.update"),
            context);
    Integrity.name(version, changed.getName());
  }

  /** Returns when the material will be gone. */
  Instant destroy(String version, CallContext context) {
    CryptoKeyVersion changed =
        client.call(
            KeyManagementServiceClient::destroyCryptoKeyVersionCallable,
            DestroyCryptoKeyVersionRequest.newBuilder().setName(version).build(),
            Failures.of(
                "scheduling the destruction of " + version, "cloudkms.cryptoKeyVersions.destroy"),
            context);
    Integrity.name(version, changed.getName());
    return instant(
        changed.hasDestroyTime() ? changed.getDestroyTime() : changed.getDestroyEventTime());
  }

  void restore(String version, CallContext context) {
    CryptoKeyVersion changed =
        client.call(
            KeyManagementServiceClient::restoreCryptoKeyVersionCallable,
            RestoreCryptoKeyVersionRequest.newBuilder().setName(version).build(),
            Failures.of("restoring " + version, "cloudkms.cryptoKeyVersions.restore"),
            context);
    Integrity.name(version, changed.getName());
  }

  /** Asks until a new version has left PENDING_GENERATION or PENDING_IMPORT. */
  CryptoKeyVersion awaitEnabled(String version, CallContext context) {
    Failures failures = Failures.of("waiting for " + version, "cloudkms.cryptoKeyVersions.get");
    Duration pause = FIRST_PAUSE;
    while (true) {
      CryptoKeyVersion now =
          client.call(
              KeyManagementServiceClient::getCryptoKeyVersionCallable,
              GetCryptoKeyVersionRequest.newBuilder().setName(version).build(),
              failures,
              context);
      switch (now.getState()) {
        case ENABLED -> {
          return now;
        }
        case PENDING_GENERATION, PENDING_IMPORT -> {
          sleep(pause, version, context);
          pause =
              pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                  ? pause.multipliedBy(2)
                  : LONGEST_PAUSE;
        }
        default ->
            throw new KeyStateException(
                    version
                        + " has become "
                        + now.getState()
                        + reason(now)
                        + " in place of ENABLED")
                .service(now.getState().name(), null);
      }
    }
  }

  private static String reason(CryptoKeyVersion version) {
    String reason = version.getImportFailureReason() + version.getGenerationFailureReason();
    return reason.isEmpty() ? "" : " (" + reason + ")";
  }

  static void sleep(Duration pause, String what, CallContext context) {
    if (context.remaining().compareTo(pause) <= 0) {
      throw new BackendUnavailableException(
          what + " was made and is not ready yet; it will be found by its label");
    }
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException("interrupted while waiting for " + what, e);
    }
  }

  static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
