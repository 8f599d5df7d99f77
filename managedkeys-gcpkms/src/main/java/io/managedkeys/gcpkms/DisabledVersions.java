package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.UpdateCryptoKeyRequest;
import com.google.protobuf.FieldMask;
import io.managedkeys.spi.CallContext;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Disabling a crypto key whose versions the service picks means disabling each enabled version, and
 * enabling it again must bring back those and no others: one that an operator disabled before,
 * because it leaked, has to stay disabled. A label remembers which they were.
 */
final class DisabledVersions {
  /** Numbers joined by underscores; {@link #ALL} where they would not fit into a label. */
  static final String LABEL = "managedkeys-disabled";

  static final String ALL = "all";
  private static final int LABEL_LIMIT = 63;

  private final ServiceClient client;
  private final Versions versions;
  private final VersionStates states;

  DisabledVersions(ServiceClient client) {
    this.client = client;
    this.versions = new Versions(client);
    this.states = new VersionStates(client);
  }

  void disable(String keyName, CallContext context) {
    List<String> enabled = in(CryptoKeyVersionState.ENABLED, keyName, context);
    if (enabled.isEmpty()) {
      return;
    }
    CryptoKey key = get(keyName, context);
    Set<String> numbers =
        enabled.stream()
            .map(KeyRingName::last)
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    String before = key.getLabelsMap().getOrDefault(LABEL, "");
    if (!before.isEmpty()) {
      numbers.addAll(List.of(before.split("_", -1)));
    }
    String label = String.join("_", numbers);
    setLabel(key, label.length() > LABEL_LIMIT || numbers.contains(ALL) ? ALL : label, context);
    for (String version : enabled) {
      states.set(version, CryptoKeyVersionState.DISABLED, context);
    }
  }

  void enable(String keyName, CallContext context) {
    CryptoKey key = get(keyName, context);
    String label = key.getLabelsMap().getOrDefault(LABEL, "");
    Set<String> numbers =
        label.isEmpty()
            ? Set.of(KeyRingName.last(key.getPrimary().getName()))
            : Set.of(label.split("_", -1));
    for (String version : in(CryptoKeyVersionState.DISABLED, keyName, context)) {
      if (label.equals(ALL) || numbers.contains(KeyRingName.last(version))) {
        states.set(version, CryptoKeyVersionState.ENABLED, context);
      }
    }
    if (!label.isEmpty()) {
      setLabel(key, "", context);
    }
  }

  List<String> in(CryptoKeyVersionState state, String keyName, CallContext context) {
    return versions.list(keyName, context).stream()
        .filter(version -> version.getState() == state)
        .map(CryptoKeyVersion::getName)
        .toList();
  }

  private CryptoKey get(String keyName, CallContext context) {
    return client.call(
        KeyManagementServiceClient::getCryptoKeyCallable,
        GetCryptoKeyRequest.newBuilder().setName(keyName).build(),
        Failures.of("looking " + keyName + " up", "cloudkms.cryptoKeys.get"),
        context);
  }

  private void setLabel(CryptoKey key, String label, CallContext context) {
    CryptoKey.Builder changed =
        CryptoKey.newBuilder().setName(key.getName()).putAllLabels(key.getLabelsMap());
    if (label.isEmpty()) {
      changed.removeLabels(LABEL);
    } else {
      changed.putLabels(LABEL, label);
    }
    client.call(
        KeyManagementServiceClient::updateCryptoKeyCallable,
        UpdateCryptoKeyRequest.newBuilder()
            .setCryptoKey(changed)
            .setUpdateMask(FieldMask.newBuilder().addPaths("labels"))
            .build(),
        Failures.of("labelling " + key.getName(), "cloudkms.cryptoKeys.update"),
        context);
  }
}
